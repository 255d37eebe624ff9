import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { cohortRule } from '@/admin/features/segments/figureRule';
import { beginWith } from '@/admin/features/segments/start';
import { $api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useCan } from '@/api/session';
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
            <Heat cohorts={data.cohorts} shop={shop} channel={channel} />
          )
        }
      </QueryState>
    </Panel>
  );
}

type HeatProps = Props & { cohorts: components['schemas']['InsightCohort'][] };

/** Each cell begins a segment of those whom it counts. */
function Heat({ cohorts, shop, channel }: HeatProps) {
  const navigate = useNavigate();
  const mayManage = useCan('segments.manage');
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
      onSelect={
        mayManage
          ? (month, later) =>
              void navigate(
                beginWith(
                  t(later === 0 ? 'dashboard.cohorts.newcomers' : 'dashboard.cohorts.back', { month, later }),
                  cohortRule(month, later, shop, channel),
                ),
              )
          : undefined
      }
    />
  );
}

const whole = (share: number) => percent(share, 0);
