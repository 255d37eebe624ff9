import { useMemo } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { HeatmapChart } from '@/shared/chart/HeatmapChart';
import { percent } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ChartSkeleton } from '@/shared/ui/Loading';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { given, retentionOf } from './model';

type Props = { shop: string | undefined; channel: string | undefined };

const height = 230;

/** Who came back, by the month of the first purchase. */
export function Cohorts({ shop, channel }: Props) {
  const cohorts = $api.useQuery('get', '/v1/cohorts', {
    params: { query: given({ shop_id: shop, channel }) },
  });
  return (
    <Panel title={t('dashboard.cohorts')} note={t('dashboard.cohorts.note')}>
      <QueryState query={cohorts} skeleton={<ChartSkeleton height={height} />}>
        {(data) =>
          data.cohorts.length === 0 ? (
            <EmptyState drawing="chart">{t('dashboard.cohorts.empty')}</EmptyState>
          ) : (
            <Heat cohorts={data.cohorts} />
          )
        }
      </QueryState>
    </Panel>
  );
}

function Heat({ cohorts }: { cohorts: components['schemas']['InsightCohort'][] }) {
  const { months, columns, shares } = useMemo(() => retentionOf(cohorts), [cohorts]);
  const names = useMemo(
    () => [
      t('dashboard.cohorts.first'),
      ...Array.from({ length: columns - 1 }, (_, k) => t('dashboard.cohorts.later', { month: k + 1 })),
    ],
    [columns],
  );
  return (
    <HeatmapChart
      label={t('dashboard.cohorts')}
      axisName={t('dashboard.cohorts.axis')}
      columns={names}
      rows={months}
      values={shares}
      height={height}
      max={1}
      format={whole}
    />
  );
}

const whole = (share: number) => percent(share, 0);
