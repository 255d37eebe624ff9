import type { components } from '@/api/schema.gen';
import { oneOf, textOf } from '@/shared/useFilters';

export type Tag = components['schemas']['CustomerTag'];
export type Sourced = components['schemas']['CustomerSourced'];
export type TagRule = components['schemas']['SegmentTagRule'];
export type Source = Sourced['source'];

export const axes = ['demography', 'preference', 'lifecycle'] as const;
export type Axis = (typeof axes)[number];

/** Where tags come from, in the order in which bars show it. */
export const sources = ['clerk', 'rule', 'survey', 'import', 'model'] as const;

export const tabs = ['tags', 'rules'] as const;

export type TagFilters = {
  tab: (typeof tabs)[number] | undefined;
  archived: 'true' | undefined;
  q: string | undefined;
  tag: string | undefined;
};

export const parseFilters = (raw: Record<string, unknown>): TagFilters => ({
  tab: oneOf(raw.tab, tabs),
  archived: oneOf(raw.archived, ['true'] as const),
  q: textOf(raw.q),
  tag: textOf(raw.tag),
});

export type Part = { source: Source; customers: number; share: number };

/** The parts of a tag's bar, each with its share of the longest bar. */
export function partsOf(tag: Pick<Tag, 'sources'>, longest: number): Part[] {
  return sources.flatMap((source) => {
    const one = tag.sources?.find((sourced) => sourced.source === source);
    return one ? [{ source, customers: one.customers, share: longest ? one.customers / longest : 0 }] : [];
  });
}

/** How sure a tag is on average, in percent; undefined where nobody has it. */
export function sureness({ sources: all, customers }: Pick<Tag, 'sources' | 'customers'>) {
  if (!all || customers === 0) return undefined;
  return Math.round(all.reduce((sum, one) => sum + one.confidence * one.customers, 0) / customers);
}

/** How many lose the tag on a day that is set, and when the first of them. */
export function endingOf({ sources: all = [] }: Pick<Tag, 'sources'>) {
  const first = all.flatMap((one) => one.ends_at ?? []).sort()[0];
  return { customers: all.reduce((sum, one) => sum + one.ending, 0), first };
}

/** The tags of an axis that are asked for, those that most have first. */
export function shownTags(tags: Tag[], axis: Axis, { archived, q }: Pick<TagFilters, 'archived' | 'q'>) {
  const typed = q?.trim().toLowerCase() ?? '';
  return tags
    .filter((tag) => tag.axis === axis && tag.archived === (archived === 'true'))
    .filter((tag) => `${tag.name} ${tag.name_en ?? ''}`.toLowerCase().includes(typed))
    .sort((a, b) => b.customers - a.customers);
}
