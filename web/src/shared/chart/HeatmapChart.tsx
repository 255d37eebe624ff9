import { useCallback } from 'react';
import { Chart } from './Chart';
import type { ChartStyle } from './style';

type Props = {
  label: string;
  /** Of the first column of the table: "month of first purchase". */
  axisName: string;
  columns: string[];
  rows: string[];
  /** By row, then column; null is a cell that does not exist yet. */
  values: (number | null)[][];
  height?: number;
  /** The value of the darkest colour. */
  max?: number;
  format: (value: number) => string;
  /** Called with the row and the column of the cell that was chosen. */
  onSelect?: ((row: string, column: number) => void) | undefined;
};

/** A table of shades: retention by cohort, recency by frequency. Give stable arrays. */
export function HeatmapChart(props: Props) {
  const { label, axisName, columns, rows, values, height, max, format, onSelect } = props;
  const option = useCallback(
    (style: ChartStyle) => {
      const cells = values.flatMap((line, y) =>
        line.flatMap((value, x) => (value === null ? [] : [[x, y, value] as const])),
      );
      const most = max ?? Math.max(1e-9, ...cells.map(([, , value]) => value));
      const plain = { ...style.categoryAxis, axisLine: { show: false }, splitArea: { show: false } };
      return {
        grid: { ...(style.base.grid as object), top: 0 },
        xAxis: { ...plain, data: columns },
        yAxis: { ...plain, data: rows, inverse: true },
        tooltip: {
          ...(style.base.tooltip as object),
          formatter: ({ data: { value } }: { data: { value: [number, number, number] } }) =>
            `${rows[value[1]]} · ${columns[value[0]]}<br><b>${format(value[2])}</b>`,
        },
        visualMap: { show: false, min: 0, max: most, inRange: { color: style.ramp } },
        series: [
          {
            type: 'heatmap',
            data: cells.map(([x, y, value]) => ({
              name: `${x} ${rows[y]}`,
              value: [x, y, value],
              // Dark words on the light half of the ramp.
              label: { color: value / most > 0.5 ? '#FFFFFF' : '#0B3D33' },
            })),
            label: {
              show: true,
              fontSize: 12,
              formatter: ({ data }: { data: { value: [number, number, number] } }) => format(data.value[2]),
            },
            itemStyle: { borderColor: style.colors.surface, borderWidth: 2, borderRadius: 4 },
          },
        ],
      };
    },
    [columns, rows, values, max, format],
  );

  const table = {
    onSelect,
    head: [axisName, ...columns],
    rows: rows.map((name, y) => [
      name,
      ...columns.map((_, x) => {
        const value = values[y]?.[x];
        return value === null || value === undefined ? '–' : format(value);
      }),
    ]),
  };
  const select = (name: string) => {
    const [column = '', row = ''] = name.split(/ (.*)/);
    onSelect?.(row, Number(column));
  };
  return (
    <Chart label={label} height={height ?? 260} option={option} table={table} onSelect={onSelect && select} />
  );
}
