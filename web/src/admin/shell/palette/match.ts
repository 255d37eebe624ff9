/** Text to compare: no case, no width, no gaps. */
export const folded = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');

/** How well a typed text names something: 0 not at all, higher is better. `initials` are those of its pinyin. */
export function matchOf(text: string, names: string[], initials = ''): number {
  const wanted = folded(text);
  if (!wanted) return 0;
  const all = names.map(folded);
  if (all.some((name) => name === wanted)) return 4;
  if (all.some((name) => name.startsWith(wanted))) return 3;
  if (initials.startsWith(wanted)) return 2;
  return all.some((name) => name.includes(wanted)) ? 1 : 0;
}
