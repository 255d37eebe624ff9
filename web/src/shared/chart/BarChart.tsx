import { useCallback } from 'react';
import { Chart } from './Chart';
import { orDash } from './LineChart';
import type { ChartStyle } from './style';

export type BarSeries = { name: string; values: (number | null)[] };

type Props = {
  label: string;
  axisName: string;
  names: string[];
  series: BarSeries[];
  height?: number;
  format: (value: number) => string;
  formatAxis?: (value: number) => string;
  /** Lying bars, for names that are words. */
  lying?: boolean;
  stacked?: boolean;
  onSelect?: (name: string) => void;
};

/** Amounts side by side, or stacked. Give stable arrays. */
export function BarChart(props: Props) {
  const {
    label,
    axisName,
    names,
    series,
    height,
    format,
    formatAxis = format,
    lying,
    stacked,
    onSelect,
  } = props;

  const option = useCallback(
    (style: ChartStyle) => {
      const named = { ...style.categoryAxis, data: names, inverse: lying ?? false };
      const valued = { ...style.valueAxis, axisLabel: { color: style.colors.text3, formatter: formatAxis } };
      return {
        xAxis: lying ? { ...valued, show: false } : named,
        yAxis: lying ? named : valued,
        tooltip: {
          ...(style.base.tooltip as object),
          trigger: 'axis',
          axisPointer: { type: 'none' },
          valueFormatter: orDash(format),
        },
        legend: { ...(style.base.legend as object), show: series.length > 1 },
        grid: { ...(style.base.grid as object), top: series.length > 1 ? 34 : 10 },
        series: series.map((one) => ({
          type: 'bar',
          name: one.name,
          data: one.values,
          barMaxWidth: lying ? 16 : 28,
          ...(stacked && { stack: 'all' }),
          itemStyle: { borderRadius: lying ? [0, 3, 3, 0] : [3, 3, 0, 0] },
        })),
      };
    },
    [names, series, format, formatAxis, lying, stacked],
  );

  const table = {
    head: [axisName, ...series.map((one) => one.name)],
    rows: names.map((name, i) => [name, ...series.map((one) => orDash(format)(one.values[i]))]),
  };
  return <Chart label={label} height={height ?? 280} option={option} table={table} onSelect={onSelect} />;
}
