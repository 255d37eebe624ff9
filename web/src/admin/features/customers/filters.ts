import type { paths } from '@/api/schema.gen';
import { oneOf, textOf } from '@/shared/useFilters';

type Query = NonNullable<paths['/v1/customers']['get']['parameters']['query']>;

export const stages = ['new', 'active', 'dormant', 'lost', 'lead'] as const;
export const rfmGroups = [
  'important_value',
  'important_growth',
  'important_keep',
  'important_winback',
  'general_value',
  'general_growth',
  'general_keep',
  'general_winback',
] as const;
export const valueGroups = [
  'vip',
  'frequent',
  'active',
  'potential',
  'new',
  'other',
  'dormant',
  'lapsed',
  'lead',
] as const;
export const quadrants = [
  'high_frequency_high_value',
  'growth_potential',
  'low_frequency_high_value',
  'ordinary',
] as const;
export const customerTypes = ['high_value_loyal', 'potential_to_cultivate', 'dormant_to_wake'] as const;
/** The figures of the dashboard that have customers behind them. */
export const figures = [
  'buyers',
  'repeat_buyers',
  'new_buyers',
  'returning_buyers',
  'retained',
  'not_retained',
  'churned',
] as const;
const sorts = ['spend', 'orders', 'last_order'] as const;
const orders = ['asc', 'desc'] as const;

/** What the address of the list says: the same words as the API uses, amounts in fen as text. */
export type CustomerFilters = {
  q?: string | undefined;
  stage?: (typeof stages)[number] | undefined;
  cell?: string | undefined;
  rfm_group?: (typeof rfmGroups)[number] | undefined;
  value_group?: (typeof valueGroups)[number] | undefined;
  quadrant?: (typeof quadrants)[number] | undefined;
  customer_type?: (typeof customerTypes)[number] | undefined;
  shop_id?: string | undefined;
  tag?: string | undefined;
  /** Members of this segment. */
  segment?: string | undefined;
  min_paid_fen?: string | undefined;
  max_paid_fen?: string | undefined;
  last_order_from?: string | undefined;
  last_order_to?: string | undefined;
  /** A birthday within so many days, today the first. */
  birthday_days?: string | undefined;
  /** The score of what is known of her is below. */
  quality_below?: string | undefined;
  sort?: (typeof sorts)[number] | undefined;
  order?: (typeof orders)[number] | undefined;
  figure?: (typeof figures)[number] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  channel?: string | undefined;
};

export type FilterName = keyof CustomerFilters;

export function parseFilters(raw: Record<string, unknown>): CustomerFilters {
  return {
    q: textOf(raw.q),
    stage: oneOf(raw.stage, stages),
    cell: matching(raw.cell, /^[1-5]{3}$/),
    rfm_group: oneOf(raw.rfm_group, rfmGroups),
    value_group: oneOf(raw.value_group, valueGroups),
    quadrant: oneOf(raw.quadrant, quadrants),
    customer_type: oneOf(raw.customer_type, customerTypes),
    shop_id: matching(raw.shop_id, /^shp_\w+$/),
    tag: matching(raw.tag, /^tag_\w+$/),
    segment: matching(raw.segment, /^seg_\w+$/),
    min_paid_fen: matching(raw.min_paid_fen, /^\d{1,12}$/),
    max_paid_fen: matching(raw.max_paid_fen, /^\d{1,12}$/),
    last_order_from: matching(raw.last_order_from, day),
    last_order_to: matching(raw.last_order_to, day),
    birthday_days: matching(raw.birthday_days, /^([1-9]|[1-8]\d|9[0-2])$/),
    quality_below: matching(raw.quality_below, /^([1-9]\d?|100)$/),
    sort: oneOf(raw.sort, sorts),
    order: oneOf(raw.order, orders),
    figure: oneOf(raw.figure, figures),
    from: matching(raw.from, day),
    to: matching(raw.to, day),
    channel: textOf(raw.channel),
  };
}

const day = /^\d{4}-\d{2}-\d{2}$/;

function matching(value: unknown, pattern: RegExp): string | undefined {
  const text = textOf(value);
  return text && pattern.test(text) ? text : undefined;
}

/**
 * The filters as the API takes them. The shop of the top bar holds where the address names none. Unless it says
 * otherwise, who came last stands first; of those who never bought, the newest does.
 */
export function queryOf(f: CustomerFilters, shop: string | undefined): Query {
  const query: Query = {
    q: f.q?.slice(0, 100),
    stage: f.stage,
    cell: f.cell,
    rfm_group: f.rfm_group,
    value_group: f.value_group,
    quadrant: f.quadrant,
    customer_type: f.customer_type,
    shop_id: f.shop_id ?? shop,
    tag: f.tag,
    segment: f.segment,
    min_paid_fen: numberOf(f.min_paid_fen),
    max_paid_fen: numberOf(f.max_paid_fen),
    last_order_from: f.last_order_from,
    last_order_to: f.last_order_to,
    birthday_days: numberOf(f.birthday_days),
    quality_below: numberOf(f.quality_below),
    sort: f.sort ?? (f.stage === 'lead' ? 'newest' : 'last_order'),
    order: f.sort && f.order,
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

const numberOf = (text: string | undefined) => (text === undefined ? undefined : Number(text));

/** The filters that narrow the list beside the search and the stage; a range is one. */
const narrowing: FilterName[][] = [
  ['cell'],
  ['rfm_group'],
  ['value_group'],
  ['quadrant'],
  ['customer_type'],
  ['shop_id'],
  ['tag'],
  ['segment'],
  ['min_paid_fen', 'max_paid_fen'],
  ['last_order_from', 'last_order_to'],
  ['birthday_days'],
  ['quality_below'],
];

/** The narrowing filters that are set, to be named one by one above the list. */
export function activeFilters(f: CustomerFilters): FilterName[][] {
  return narrowing.filter((names) => names.some((name) => f[name] !== undefined));
}

/** Text that is a whole mobile number, for "add a customer with this number". */
export function phoneLike(text: string | undefined): string | undefined {
  const digits = text?.replace(/[\s-]/g, '') ?? '';
  return /^\+?\d{11,15}$/.test(digits) ? digits : undefined;
}
