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
  const where: Where = { ...(shop && { shops: [shop] }), ...(channel && { channels: [channel] }) };
  const narrowed = shop || channel ? { where } : {};
  const bought = (within: Window): Rule => ({
    field: 'orders.count',
    op: 'gte',
    number: 1,
    within,
    ...narrowed,
  });
  const not = (within: Window): Rule => ({ ...bought(within), op: 'eq', number: 0 });
  const now = { from, to };
  const length = daysFrom(from, to) + 1;
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

const dayMs = 86_400_000;

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

const daysFrom = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / dayMs;
