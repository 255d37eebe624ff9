import { addDays, daysBetween } from '@/shared/days';
import type { Rule, Where, Window } from './model';

/** The figures of the dashboard that are a number of customers. */
export type CustomerFigure =
  | 'buyers'
  | 'repeat_buyers'
  | 'new_buyers'
  | 'returning_buyers'
  | 'active'
  | 'churned'
  | 'retained'
  | 'not_retained';

/** Of which days, and of which orders, a figure tells. */
export type Cut = { from: string; to: string; shop?: string | undefined; channel?: string | undefined };

/** The customers behind a figure as a rule: the definitions of docs/kpis.md. */
export function figureRule(figure: CustomerFigure, { from, to, shop, channel }: Cut): Rule {
  const narrowed = narrowedBy(shop, channel);
  const bought = (within: Window) => boughtIn(within, narrowed);
  const not = (within: Window) => notIn(within, narrowed);
  const now = { from, to };
  const length = daysBetween(from, to) + 1;
  const periodBefore = { from: addDays(from, -length), to: addDays(from, -1) };
  // Who bought anywhere before is no newcomer, whatever the figure is cut by.
  const anywhereBefore: Rule = {
    field: 'orders.count',
    op: 'gte',
    number: 1,
    within: { to: addDays(from, -1) },
  };
  switch (figure) {
    case 'buyers':
      return bought(now);
    case 'repeat_buyers':
      return { field: 'orders.days', op: 'gte', number: 2, within: now, ...narrowed };
    case 'new_buyers':
      return { all: [bought(now), { ...anywhereBefore, op: 'eq', number: 0 }] };
    case 'returning_buyers':
      return { all: [bought(now), anywhereBefore] };
    case 'active':
      return bought({ from: addDays(to, -89), to });
    case 'churned':
      return {
        all: [
          bought({ from: addDays(from, -180), to: addDays(from, -1) }),
          not({ from: addDays(to, -179), to }),
        ],
      };
    case 'retained':
      return { all: [bought(periodBefore), bought(now)] };
    case 'not_retained':
      return { all: [bought(periodBefore), not(now)] };
  }
}

type Narrowed = { where?: Where };

const narrowedBy = (shop: string | undefined, channel: string | undefined): Narrowed =>
  shop || channel
    ? { where: { ...(shop && { shops: [shop] }), ...(channel && { channels: [channel] }) } }
    : {};

const boughtIn = (within: Window, narrowed: Narrowed): Rule => ({
  field: 'orders.count',
  op: 'gte',
  number: 1,
  within,
  ...narrowed,
});

const notIn = (within: Window, narrowed: Narrowed): Rule => ({
  ...boughtIn(within, narrowed),
  op: 'eq',
  number: 0,
});

/** Who bought first in a month (`2026-05`), and again so many months later; 0 is all of the cohort. */
export function cohortRule(month: string, later: number, shop?: string, channel?: string): Rule {
  const narrowed = narrowedBy(shop, channel);
  const first = daysOf(month, 0);
  return {
    all: [
      boughtIn(first, narrowed),
      notIn({ to: addDays(first.from, -1) }, narrowed),
      ...(later > 0 ? [boughtIn(daysOf(month, later), narrowed)] : []),
    ],
  };
}

/** The first and the last day of the month so many months after one. */
function daysOf(month: string, later: number): { from: string; to: string } {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const start = (more: number) =>
    new Date(Date.UTC(year, number - 1 + later + more)).toISOString().slice(0, 10);
  return { from: start(0), to: addDays(start(1), -1) };
}
