import type { Rule } from '@/admin/features/segments/model';
import { allOf, inCell, oneIs } from '@/admin/features/segments/start';
import { daysBetween } from '@/shared/days';
import type { CustomerFilters } from './filters';

export type AsRule = {
  rule: Rule | undefined;
  /** Whether the list is narrowed by a search, which no rule can say. */
  searched: boolean;
};

/**
 * The customers of the list as a rule. Days become days ago, so that the rule lives on: who bought last 60 days ago or
 * earlier is another one tomorrow. Of a chosen segment its own rule stands. The names behind a figure are another list.
 */
export function asRule(
  f: CustomerFilters,
  shop: string | undefined,
  today: string,
  segment: Rule | undefined,
): AsRule {
  const home = f.shop_id ?? shop;
  const tests: (Rule | undefined)[] = [
    segment,
    ...(['stage', 'rfm_group', 'value_group', 'quadrant', 'customer_type'] as const).map((field) => {
      const choice = f[field];
      return choice && oneIs(field, choice);
    }),
    ...(f.cell ? inCell(f.cell) : []),
    home ? oneIs('shop', home) : undefined,
    f.tag ? { field: 'tag', op: 'any', choices: [f.tag] } : undefined,
    // The list takes 0 for no bound.
    between('orders.sum', f.min_paid_fen, f.max_paid_fen === '0' ? undefined : f.max_paid_fen),
    between('orders.last_days', daysAgo(f.last_order_to, today), daysAgo(f.last_order_from, today)),
    f.birthday_days ? { field: 'birthday.days', op: 'lte', number: Number(f.birthday_days) - 1 } : undefined,
    f.quality_below ? { field: 'quality', op: 'lt', number: Number(f.quality_below) } : undefined,
  ];
  return { rule: allOf(tests.filter((one) => one !== undefined)), searched: f.q !== undefined };
}

/** Days that have passed; what lies in the future has just happened. */
const daysAgo = (day: string | undefined, today: string) =>
  day && String(Math.max(0, daysBetween(day, today)));

function between(field: string, least: string | undefined, most: string | undefined): Rule | undefined {
  if (least && most) return { field, op: 'between', number: Number(least), up_to: Number(most) };
  if (least) return { field, op: 'gte', number: Number(least) };
  return most ? { field, op: 'lte', number: Number(most) } : undefined;
}
