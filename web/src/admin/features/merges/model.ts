import type { components } from '@/api/schema.gen';

type Schemas = components['schemas'];
export type Suggestion = Schemas['CustomerSuggestion'];
export type Profile = Schemas['CustomerProfile'];
export type Figures = Schemas['SegmentFigures'];
export type MergeRecord = Schemas['CustomerMergeRecord'];

/** A record with its numbers, as the comparison needs it. */
export type Side = { profile: Profile; figures: Figures };

export type Verdict = 'agrees' | 'differs' | 'alone' | 'none';

/** How two values of one thing compare; the same tags in another order are the same. */
export function compare(a: string | string[], b: string | string[]): Verdict {
  const left = folded(a);
  const right = folded(b);
  if (!left && !right) return 'none';
  if (!left || !right) return 'alone';
  return left === right ? 'agrees' : 'differs';
}

const folded = (value: string | string[]): string =>
  (Array.isArray(value) ? [...value].sort().join(' ') : value).trim().toLowerCase();

/** The record that is kept unless somebody chooses: the one that has bought more, else the earlier one. */
export function likelySurvivor(a: Side, b: Side): string {
  if (a.figures.order_count !== b.figures.order_count) {
    return a.figures.order_count > b.figures.order_count ? a.profile.id : b.profile.id;
  }
  return a.profile.created_at <= b.profile.created_at ? a.profile.id : b.profile.id;
}

/** What a merge moves to the record that is kept, and what she has together. */
export type Effect = {
  orders: number;
  paidFen: number;
  identities: number;
  tags: number;
  totalOrders: number;
  totalFen: number;
};

export function effectOf(kept: Side, gone: Side): Effect {
  const has = new Set(kept.profile.tags.map((tag) => tag.tag_id));
  return {
    orders: gone.figures.order_count,
    paidFen: gone.figures.paid_fen,
    identities: gone.profile.identities.length,
    tags: gone.profile.tags.filter((tag) => !has.has(tag.tag_id)).length,
    totalOrders: kept.figures.order_count + gone.figures.order_count,
    totalFen: kept.figures.paid_fen + gone.figures.paid_fen,
  };
}
