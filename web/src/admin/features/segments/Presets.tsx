import { Link } from '@tanstack/react-router';
import { $api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { t } from '@/shared/i18n/t';
import { CardsSkeleton } from '@/shared/ui/Loading';
import { QueryState } from '@/shared/ui/QueryState';
import styles from './presets.module.css';
import { beginWith } from './start';
import { nameIn, sentenceIn, textIn } from './words';

type Preset = components['schemas']['SegmentPreset'];

/** Rules to begin with, each with how many it admits now; one click opens the editor with it. */
export function Presets() {
  const presets = $api.useQuery('get', '/v1/segments/presets');
  return (
    <QueryState query={presets} skeleton={<CardsSkeleton cards={6} />}>
      {({ items }) => (
        <ul className={styles.gallery} aria-label={t('segments.presets')}>
          {items.map((preset) => (
            <li key={preset.code}>
              <Card preset={preset} />
            </li>
          ))}
        </ul>
      )}
    </QueryState>
  );
}

function Card({ preset }: { preset: Preset }) {
  const preview = $api.useQuery(
    'post',
    '/v1/segments/preview',
    { body: { rule: preset.rule } },
    { staleTime: 60_000, retry: false },
  );
  return (
    <Link {...beginWith(nameIn(preset), preset.rule)} className={styles.card ?? ''}>
      <span className={styles.head}>
        <b>{nameIn(preset)}</b>
        <span className={styles.count}>
          {preview.data
            ? t('segments.members.total', { count: preview.data.count })
            : preview.error
              ? '–'
              : '…'}
        </span>
      </span>
      <span>{textIn(preset)}</span>
      <small title={preview.data && sentenceIn(preview.data)}>
        {preview.data && sentenceIn(preview.data)}
      </small>
    </Link>
  );
}
