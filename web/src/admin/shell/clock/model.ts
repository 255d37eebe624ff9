import type { LinkProps } from '@tanstack/react-router';
import type { components } from '@/api/schema.gen';
import { dayIn } from '@/shared/days';
import { money } from '@/shared/format';
import { type Key, t } from '@/shared/i18n/t';

export type Clock = components['schemas']['GetClockResponse'];
export type Told = components['schemas']['DemoTold'];

const hoursOfDay = 24;

/** How far one press lets time pass. */
export const steps = [
  { hours: 1, label: 'demo.clock.hour' },
  { hours: hoursOfDay, label: 'demo.clock.day' },
  { hours: 7 * hoursOfDay, label: 'demo.clock.week' },
  { hours: 30 * hoursOfDay, label: 'demo.clock.month' },
] as const satisfies { hours: number; label: Key }[];

export type Line = {
  key: string;
  text: string;
  to?: LinkProps['to'];
  search?: Record<string, string>;
  permission?: string;
};

/** What happened, as lines; what did not happen is left out. Days are those of the shop's time zone. */
export function linesOf(told: Told, timeZone: string): Line[] {
  const span = { from: dayIn(timeZone, Date.parse(told.from)), to: dayIn(timeZone, Date.parse(told.until)) };
  const lines: (Line & { count: number })[] = [
    line('orders', told.orders, { to: '/orders', search: span, permission: 'orders.read' }),
    { key: 'paid', count: told.paid_fen, text: t('demo.told.paid', { money: money(told.paid_fen) }) },
    line('returns', told.returns),
    line('newcomers', told.newcomers, { to: '/customers', permission: 'customers.read' }),
    line('came_back', told.came_back),
    line('visits', told.visits),
    line('carts_left', told.carts_left),
    line('birthdays', told.birthdays, { to: '/dashboard', permission: 'reports.read' }),
    line('notes', told.notes),
    line('launches', told.launches, { to: '/products', permission: 'products.read' }),
  ];
  return lines.filter(({ count }) => count > 0);
}

type Countable = Exclude<keyof Told, 'from' | 'until' | 'paid_fen' | '$schema'>;

function line(key: Countable, count: number, link: Partial<Line> = {}) {
  return { key, count, text: t(`demo.told.${key}`, { count }), ...link };
}

/** How much of the way the customers have lived, from 0 to 1. */
export function wayOf({ moving_to, told }: NonNullable<Clock['life']>): number {
  const from = Date.parse(told.from);
  const all = Date.parse(moving_to) - from;
  return all > 0 ? Math.min(1, Math.max(0, (Date.parse(told.until) - from) / all)) : 1;
}
