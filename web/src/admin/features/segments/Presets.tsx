import { Link } from '@tanstack/react-router';
import { $api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { nameIn, t } from '@/shared/i18n/t';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Bar, CardsSkeleton } from '@/shared/ui/Loading';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { MadeFrom } from './MadeFrom';
import { madeFrom, type Row } from './model';
import styles from './presets.module.css';
import { beginWith } from './start';
import { sentenceIn, textIn } from './words';

export type Preset = components['schemas']['SegmentShownPreset'];

/** Rules to begin with, each with how many it admits now, and the segment that was made from it. */
export function Presets({ segments }: { segments: Row[] }) {
  const presets = $api.useQuery('get', '/v1/segments/presets');
  const counts = $api.useQuery('get', '/v1/segments/presets/counts', undefined, { staleTime: 60_000 });
  const countOf = (preset: Preset) => counts.data?.items.find(({ code }) => code === preset.code)?.count;
  return (
    <QueryState query={presets} skeleton={<CardsSkeleton cards={6} />}>
      {({ items }) => (
        <>
          {counts.error && (
            <Panel>
              <ErrorState
                error={counts.error}
                title={t('segments.presets.notCounted')}
                onRetry={() => void counts.refetch()}
              />
            </Panel>
          )}
          <ul className={styles.gallery} aria-label={t('segments.presets')} aria-busy={counts.isPending}>
            {items.map((preset) => (
              <li key={preset.code} className={styles.card}>
                <Card
                  preset={preset}
                  made={madeFrom(segments, preset.code)}
                  count={countOf(preset)}
                  counting={counts.isPending}
                />
              </li>
            ))}
          </ul>
        </>
      )}
    </QueryState>
  );
}

type CardProps = { preset: Preset; made: Row | undefined; count: number | undefined; counting: boolean };

function Card({ preset, made, count, counting }: CardProps) {
  return (
    <>
      <Link {...beginWith(nameIn(preset), preset.rule, preset.code)} className={styles.begin ?? ''}>
        <span className={styles.head}>
          <b>{nameIn(preset)}</b>
          <span className={styles.count}>
            {counting ? (
              <Bar width={44} />
            ) : count === undefined ? (
              '–'
            ) : (
              t('segments.members.total', { count })
            )}
          </span>
        </span>
        <span>{textIn(preset)}</span>
        <small title={sentenceIn(preset)}>{sentenceIn(preset)}</small>
      </Link>
      {made && <MadeFrom preset={preset} made={made} />}
    </>
  );
}
