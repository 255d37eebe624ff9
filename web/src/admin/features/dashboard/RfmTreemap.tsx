import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { type Piece, TreemapChart } from '@/shared/chart/TreemapChart';
import { moneyShort } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ChartSkeleton } from '@/shared/ui/Loading';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { useWholeNote } from './whole';

type Share = components['schemas']['SegmentNamedShare'];

const height = 230;

/** Of each classical group the tone: greens are well, persimmon and amber want attention. */
const tones: [name: Share['name'], tone: Piece['tone']][] = [
  ['important_value', 0.99],
  ['important_growth', 0.7],
  ['important_keep', 0.45],
  ['important_winback', 'accent'],
  ['general_value', 0.2],
  ['general_growth', 0.2],
  ['general_keep', 'muted'],
  ['general_winback', 'warn'],
];

/** The eight groups, the area of each what it brought; a click leads to its customers on the map. */
export function RfmTreemap() {
  const rfm = $api.useQuery('get', '/v1/rfm');
  return (
    <Panel title={t('rfm.title')} note={useWholeNote() ?? t('dashboard.rfm.note')}>
      <QueryState query={rfm} skeleton={<ChartSkeleton height={height} />}>
        {(overview) =>
          overview.buyers === 0 ? (
            <EmptyState drawing="chart">{t('rfm.intro')}</EmptyState>
          ) : (
            <Groups groups={overview.rfm_groups} />
          )
        }
      </QueryState>
    </Panel>
  );
}

function Groups({ groups }: { groups: Share[] }) {
  const navigate = useNavigate();
  const pieces = useMemo(
    () =>
      tones.flatMap(([name, tone]) => {
        const group = groups.find((one) => one.name === name);
        if (!group || group.customers === 0) return [];
        const note = t('dashboard.people', { count: group.customers });
        return [{ name: groupName(name), value: group.paid_fen, note, tone }];
      }),
    [groups],
  );
  const open = (chosen: string) => {
    const group = tones.find(([name]) => groupName(name) === chosen)?.[0];
    void navigate({ to: '/rfm', search: { group } as never });
  };
  return (
    <TreemapChart
      label={t('rfm.title')}
      axisName={t('dashboard.rfm.group')}
      valueName={t('dashboard.rfm.paid')}
      noteName={t('dashboard.rfm.customers')}
      pieces={pieces}
      height={height}
      format={moneyShort}
      onSelect={open}
    />
  );
}

const groupName = (name: string) => t(`rfm.group.${name}` as 'rfm.group.important_value');
