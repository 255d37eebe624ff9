import { useCallback } from 'react';
import { Chart } from './Chart';
import type { ChartStyle } from './style';

export type LineSeries = {
  name: string;
  values: (number | null)[];
  /** Fills the ground under the line; for the one series that matters. */
  area?: boolean;
  /** The period before: thin, grey, dashed. */
  comparison?: boolean;
};

type Props = {
  label: string;
  /** Of the first column of the table: "day". */
  axisName: string;
  names: string[];
  series: LineSeries[];
  height?: number;
  format: (value: number) => string;
  /** For the axis, where the values are shorter. */
  formatAxis?: (value: number) => string;
  onSelect?: (name: string) => void;
};

/** Values over time. Give stable arrays (from useMemo or the query), or it is drawn anew each time. */
export function LineChart(props: Props) {
  const { label, axisName, names, series, height, format, formatAxis = format, onSelect } = props;

  const option = useCallback(
    (style: ChartStyle) => {
      const coloured = series.filter((one) => !one.comparison);
      return {
        xAxis: { ...style.categoryAxis, data: names, boundaryGap: false },
        yAxis: { ...style.valueAxis, axisLabel: { color: style.colors.text3, formatter: formatAxis } },
        tooltip: { ...(style.base.tooltip as object), trigger: 'axis', valueFormatter: orDash(format) },
        series: series.map((one) => {
          const colour = one.comparison
            ? style.colors.text3
            : (style.series[coloured.indexOf(one) % style.series.length] ?? style.colors.brand);
          return {
            type: 'line',
            name: one.name,
            data: one.values,
            smooth: 0.3,
            smoothMonotone: 'x',
            showSymbol: false,
            itemStyle: { color: colour },
            lineStyle: one.comparison
              ? { color: colour, width: 1, type: 'dashed', opacity: 0.6 }
              : { color: colour, width: one.area ? 2 : 1.5 },
            ...(one.area && { areaStyle: { color: colour, opacity: 0.1 } }),
          };
        }),
      };
    },
    [names, series, format, formatAxis],
  );

  const table = {
    head: [axisName, ...series.map((one) => one.name)],
    rows: names.map((name, i) => [name, ...series.map((one) => orDash(format)(one.values[i]))]),
  };
  return <Chart label={label} height={height ?? 280} option={option} table={table} onSelect={onSelect} />;
}

export function orDash(format: (value: number) => string) {
  return (value: unknown) => (typeof value === 'number' ? format(value) : '–');
}
