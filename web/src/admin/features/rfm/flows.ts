export type Move = { from: string; to: string; customers: number };

/** A group at one side of the picture: its place, and that of the bands that begin or end there. */
export type End = { name: string; customers: number; y: number; height: number; bandY: number };

export type Band = Move & { fromY: number; toY: number; width: number };

export type Picture = { height: number; from: End[]; to: End[]; bands: Band[] };

/** What all bands of a side are high together, and what a label needs. */
const bandsHeight = 200;
const leastHeight = 26;
const gap = 6;

/** Lays out who goes from which group to which: bands between two columns, as wide as they are many. */
export function pictureOf(moves: Move[], groups: string[]): Picture {
  const all = moves.reduce((sum, { customers }) => sum + customers, 0);
  const scale = all === 0 ? 0 : bandsHeight / all;
  const side = (end: 'from' | 'to') =>
    groups
      .map((name) => ({
        name,
        customers: moves.reduce((sum, move) => sum + (move[end] === name ? move.customers : 0), 0),
      }))
      .filter(({ customers }) => customers > 0)
      .map((one) => ({ ...one, height: Math.max(leastHeight, one.customers * scale) }));
  const sides = [side('from'), side('to')] as const;
  const heights = sides.map((ends) => ends.reduce((sum, one) => sum + one.height + gap, -gap));
  const height = Math.max(0, ...heights);
  const [from, to] = sides.map((ends, i) => {
    let y = (height - (heights[i] ?? 0)) / 2;
    return ends.map((one): End => {
      const place = { ...one, y, bandY: y + (one.height - one.customers * scale) / 2 };
      y += one.height + gap;
      return place;
    });
  }) as [End[], End[]];

  const taken = new Map<End, number>();
  const take = (ends: End[], name: string, width: number): number => {
    const end = ends.find((one) => one.name === name) as End;
    const used = taken.get(end) ?? 0;
    taken.set(end, used + width);
    return end.bandY + used;
  };
  // Bands leave and arrive in the order of the groups, so that no two cross without need.
  const place = (name: string) => groups.indexOf(name);
  const sorted = [...moves].sort((a, b) => place(a.from) - place(b.from) || place(a.to) - place(b.to));
  const bands = sorted.map((move) => {
    const width = move.customers * scale;
    return { ...move, width, fromY: take(from, move.from, width), toY: take(to, move.to, width) };
  });
  return { height, from, to, bands };
}
