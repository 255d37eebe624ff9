import { useCallback } from 'react';
import { Chart } from './Chart';
import type { ChartStyle } from './style';

/** `tone` is a place in the ramp (0–1), or a word for a group that needs attention. */
export type Piece = { name: string; value: number; note: string; tone: number | 'accent' | 'warn' | 'muted' };

/** The least share of the whole whose area has room for words; the tooltip and the table have them all. */
const leastWorded = 0.03;

type Props = {
  label: string;
  axisName: string;
  valueName: string;
  noteName: string;
  pieces: Piece[];
  height?: number;
  format: (value: number) => string;
  onSelect?: (name: string) => void;
};

/** Shares of a whole as areas: the name and one small line in each. Give a stable array. */
export function TreemapChart(props: Props) {
  const { label, axisName, valueName, noteName, pieces, height, format, onSelect } = props;

  const least = pieces.reduce((sum, piece) => sum + piece.value, 0) * leastWorded;

  const option = useCallback(
    (style: ChartStyle) => ({
      tooltip: {
        ...(style.base.tooltip as object),
        valueFormatter: (value: unknown) => format(Number(value)),
      },
      series: [
        {
          type: 'treemap',
          data: pieces.map((piece) => ({
            name: piece.name,
            value: piece.value,
            note: piece.note,
            itemStyle: { color: colourOf(piece.tone, style) },
          })),
          left: 0,
          right: 0,
          top: 0,
          bottom: 0,
          roam: false,
          nodeClick: false,
          breadcrumb: { show: false },
          itemStyle: { borderWidth: 0, borderColor: style.colors.surface, gapWidth: 5, borderRadius: 6 },
          label: {
            position: 'insideTopLeft',
            formatter: ({ data }: { data: Piece }) =>
              data.value < least ? '' : `{name|${data.name}}\n{note|${data.note}}`,
            rich: {
              name: { color: '#FFFFFF', fontSize: 13, fontWeight: 600, lineHeight: 18 },
              note: { color: '#FFFFFF', fontSize: 12, lineHeight: 17 },
            },
          },
        },
      ],
    }),
    [pieces, format, least],
  );

  const table = {
    head: [axisName, valueName, noteName],
    rows: pieces.map((piece) => [piece.name, format(piece.value), piece.note]),
  };
  return <Chart label={label} height={height ?? 260} option={option} table={table} onSelect={onSelect} />;
}

/** All dark enough for white words. */
function colourOf(tone: Piece['tone'], style: ChartStyle): string {
  if (tone === 'accent') return '#C25F24';
  if (tone === 'warn') return '#9A6A12';
  if (tone === 'muted') return '#6B7A74';
  const greens = ['#5C8678', '#3B7C6A', '#1D7A66', '#0B5B4C'];
  return greens[Math.min(greens.length - 1, Math.floor(tone * greens.length))] ?? style.colors.brand;
}
