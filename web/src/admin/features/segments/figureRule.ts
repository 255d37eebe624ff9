import { addDays, daysBetween } from '@/shared/days';
import type { Rule, Test, Where, Window } from './model';

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

/** Which orders a figure tells of. */
export type Cut = { shop?: string | undefined; channel?: string | undefined };

/** The days of a figure: fixed ones, or the last so many, which move along with the calendar. */
export type Days = { from: string; to: string } | { days: number };

/** The customers behind a figure as a rule: the definitions of docs/kpis.md. Days that move along take in today, too. */
export function figureRule(figure: CustomerFigure, days: Days, { shop, channel }: Cut): Rule {
  const narrowed = narrowedBy(shop, channel);
  const bought = (within: Window) => boughtIn(within, narrowed);
  const not = (within: Window) => notIn(within, narrowed);
  const spans = 'days' in days ? movingSpans(days.days) : fixedSpans(days.from, days.to);
  const { now, periodBefore } = spans;
  switch (figure) {
    case 'buyers':
      return bought(now);
    case 'repeat_buyers':
      return { field: 'orders.days', op: 'gte', number: 2, within: now, ...narrowed };
    case 'new_buyers':
      return { all: [bought(now), spans.never] };
    case 'returning_buyers':
      return { all: [bought(now), spans.ever] };
    case 'active':
      return bought(spans.lately);
    case 'churned':
      return { all: [bought(spans.halfYearBefore), not(spans.halfYear)] };
    case 'retained':
      return { all: [bought(periodBefore), bought(now)] };
    case 'not_retained':
      return { all: [bought(periodBefore), not(now)] };
  }
}

type Spans = {
  now: Window;
  /** As many days, just before. */
  periodBefore: Window;
  /** 90 days until the end. */
  lately: Window;
  /** 180 days until the end, and 180 before the beginning. */
  halfYear: Window;
  halfYearBefore: Window;
  /** Whether she bought before; anywhere, so that nobody is a newcomer by what the figure is cut by. */
  ever: Rule;
  never: Rule;
};

function fixedSpans(from: string, to: string): Spans {
  const dayBefore = addDays(from, -1);
  const ever = boughtIn({ to: dayBefore }, {});
  return {
    now: { from, to },
    periodBefore: { from: addDays(from, -(daysBetween(from, to) + 1)), to: dayBefore },
    lately: { from: addDays(to, -89), to },
    halfYear: { from: addDays(to, -179), to },
    halfYearBefore: { from: addDays(from, -180), to: dayBefore },
    ever,
    never: { ...ever, op: 'eq', number: 0 },
  };
}

function movingSpans(days: number): Spans {
  return {
    now: { days },
    periodBefore: { days: 2 * days, before: days },
    lately: { days: 90 },
    halfYear: { days: 180 },
    halfYearBefore: { days: days + 180, before: days },
    ever: { field: 'orders.first_days', op: 'gt', number: days },
    never: { field: 'orders.first_days', op: 'lte', number: days },
  };
}

type Narrowed = { where?: Where };

const narrowedBy = (shop: string | undefined, channel: string | undefined): Narrowed =>
  shop || channel
    ? { where: { ...(shop && { shops: [shop] }), ...(channel && { channels: [channel] }) } }
    : {};

const boughtIn = (within: Window, narrowed: Narrowed): Test => ({
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
