import type { components } from '@/api/schema.gen';

type Pack = components['schemas']['CustomerPack'];
type Segment = components['schemas']['SegmentRow'];
type Rule = components['schemas']['SegmentRule'];

/** The packs in use before the others. */
export const inUseFirst = (packs: Pack[]): Pack[] =>
  packs.toSorted((a, b) => Number(b.enabled) - Number(a.enabled));

/** The segments whose rule names an attribute of a pack. */
export function usedBy(segments: Segment[], pack: Pack): Segment[] {
  const fields = new Set(pack.attributes.map(({ code }) => `attr.${code}`));
  return segments.filter(({ rule }) => names(rule, fields));
}

function names(rule: Rule, fields: Set<string>): boolean {
  if (rule.field !== undefined) return fields.has(rule.field);
  const within = [...(rule.all ?? []), ...(rule.any ?? []), ...(rule.not ? [rule.not] : [])];
  return within.some((one) => names(one, fields));
}
