import type { components } from '@/api/schema.gen';
import { addDays } from '@/shared/days';
import { oneOf, textOf } from '@/shared/useFilters';

export type Board = components['schemas']['InsightBoard'];
export type Figures = components['schemas']['InsightFigures'];
export type DayFigure = components['schemas']['InsightDayFigure'];
type Cohort = components['schemas']['InsightCohort'];

export const spans = [7, 30, 90] as const;
export type Span = (typeof spans)[number];

/** The days that the dashboard shows: the last so many, or from one to another; and a channel. */
export type DashboardFilters = {
  days?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  channel?: string | undefined;
};

const dayForm = /^\d{4}-\d\d-\d\d$/;
const dayOf = (value: unknown) => (dayForm.test(textOf(value) ?? '') ? textOf(value) : undefined);

export function parseFilters(raw: Record<string, unknown>): DashboardFilters {
  return {
    days: oneOf(
      textOf(raw.days),
      spans.map((span) => String(span)),
    ),
    from: dayOf(raw.from),
    to: dayOf(raw.to),
    channel: textOf(raw.channel),
  };
}

export type Period = { from: string; to: string };

/** So many days that end with one. */
export function lastDays(days: number, to: string): Period {
  return { from: addDays(to, 1 - days), to };
}

/** The span that a segmented switch shows as chosen; none when the days were chosen one by one. */
export function spanOf({ days, from, to }: DashboardFilters): Span | undefined {
  if (days) return Number(days) as Span;
  return from && to ? undefined : 30;
}

/** The period to ask for. Today is not over, so the last days end with yesterday. */
export function periodOf(filters: DashboardFilters, today: string): Period {
  const span = spanOf(filters);
  if (span === undefined && filters.from && filters.to) return { from: filters.from, to: filters.to };
  return lastDays(span ?? 30, addDays(today, -1));
}

/** The change against the period before as a ratio; undefined when there is nothing to compare with. */
export function changeOf(now: number | null, before: number | null): number | undefined {
  if (now === null || before === null || before === 0) return undefined;
  return (now - before) / Math.abs(before);
}

/** What members spent: sales but those to nobody known. */
export const memberSales = (of: { sales_fen: number; anonymous_fen: number }) =>
  of.sales_fen - of.anonymous_fen;

export type TrendLines = {
  days: string[];
  members: number[];
  anonymous: number[];
  before: number[];
};

export function trendOf(days: DayFigure[]): TrendLines {
  return {
    days: days.map((day) => day.on),
    members: days.map(memberSales),
    anonymous: days.map((day) => day.anonymous_fen),
    before: days.map((day) => day.previous_sales_fen - day.previous_anonymous_fen),
  };
}

/** At most so many points: a longer series is summed in even pieces, so that a small line stays readable. */
export function thinned(values: number[], most = 30): number[] {
  if (values.length <= most) return values;
  const size = Math.ceil(values.length / most);
  const pieces = Math.floor(values.length / size);
  const start = values.length - pieces * size;
  return Array.from({ length: pieces }, (_, i) =>
    values.slice(start + i * size, start + (i + 1) * size).reduce((sum, value) => sum + value, 0),
  );
}

/** Sales per order of each day that had any. */
export function averages(days: DayFigure[]): number[] {
  return days.filter((day) => day.orders > 0).map((day) => day.sales_fen / day.orders);
}

/** A rate of each day on which there was something to divide by; of many days the last, evenly apart. */
export function rates(days: DayFigure[], of: 'repurchase_rate' | 'churn_rate', most = 30): number[] {
  const known = days.map((day) => day[of]).filter((rate) => rate !== null);
  const step = Math.ceil(known.length / most);
  return known.filter((_, i) => (known.length - 1 - i) % step === 0);
}

export type Retention = { months: string[]; columns: number; shares: (number | null)[][] };

/** The last full cohorts: the share that came back so many months later. */
export function retentionOf(cohorts: Cohort[], rows = 6, columns = 6): Retention {
  const shown = cohorts.filter((cohort) => (cohort.customers[0] ?? 0) > 0).slice(-rows);
  return {
    months: shown.map((cohort) => cohort.month),
    columns,
    shares: shown.map(({ customers }) =>
      Array.from({ length: columns }, (_, k) => {
        const back = customers[k];
        return back === undefined ? null : back / (customers[0] ?? 1);
      }),
    ),
  };
}

export type Daytime = 'night' | 'morning' | 'noon' | 'afternoon' | 'evening';

export function daytimeOf(hour: number): Daytime {
  if (hour < 5) return 'night';
  if (hour < 11) return 'morning';
  if (hour < 13) return 'noon';
  return hour < 18 ? 'afternoon' : 'evening';
}

export function hourIn(timeZone: string, at: number): number {
  return Number(new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(at));
}

/** The lists of customers behind the figures, as the API names them. */
export const behind = [
  'buyers',
  'repeat_buyers',
  'new_buyers',
  'returning_buyers',
  'active',
  'churned',
  'retained',
  'not_retained',
] as const;
export type Behind = (typeof behind)[number];

/** What is sent of filters: a value that is not given is left out. */
export function given<T extends Record<string, string | undefined>>(filters: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value)) as {
    [K in keyof T]?: string;
  };
}
