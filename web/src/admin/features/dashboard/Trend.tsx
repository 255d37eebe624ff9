import { useMemo } from 'react';
import { LineChart } from '@/shared/chart/LineChart';
import { money, moneyAxis, shortDay } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import { type DayFigure, trendOf } from './model';

/** What members and others spent, day by day, over the same of the period before. */
export function Trend({ days, className }: { days: DayFigure[]; className?: string | undefined }) {
  const lines = useMemo(() => trendOf(days), [days]);
  const names = useMemo(() => lines.days.map((day) => shortDay(day)), [lines]);
  const series = useMemo(
    () => [
      { name: t('dashboard.trend.members'), values: lines.members, area: true },
      { name: t('dashboard.trend.anonymous'), values: lines.anonymous },
      { name: t('dashboard.trend.before'), values: lines.before, comparison: true },
    ],
    [lines],
  );
  return (
    <Panel className={className} title={t('dashboard.trend')} note={t('dashboard.trend.note')}>
      <LineChart
        label={t('dashboard.trend')}
        axisName={t('dashboard.day')}
        names={names}
        series={series}
        height={264}
        format={money}
        formatAxis={moneyAxis}
      />
    </Panel>
  );
}
