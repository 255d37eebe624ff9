type Props = { values: number[]; bad?: boolean; label: string };

const width = 80;
const height = 24;
const inset = 2;

/** The way of a figure in a line of text: 80 × 24, last point marked, colour says good or bad. */
export function Sparkline({ values, bad = false, label }: Props) {
  const points = place(values);
  const line = `M${points.map(([x, y]) => `${x} ${y}`).join('L')}`;
  const [x, y] = points.at(-1) ?? [0, 0];
  const colour = bad ? 'var(--series-1)' : 'var(--series-0)';
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label}>
      <path d={`${line}V${height}H${inset}Z`} fill={colour} opacity="0.1" />
      <path d={line} fill="none" stroke={colour} strokeWidth="1.5" strokeLinejoin="round" />
      <circle cx={x} cy={y} r="2" fill={colour} />
    </svg>
  );
}

function place(values: number[]): [number, number][] {
  const least = Math.min(...values);
  const span = Math.max(...values) - least || 1;
  const step = (width - 2 * inset) / Math.max(values.length - 1, 1);
  return values.map((value, i) => [
    Number((inset + i * step).toFixed(1)),
    Number((height - inset - ((value - least) / span) * (height - 2 * inset)).toFixed(1)),
  ]);
}
