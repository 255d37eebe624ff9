import { shopNow, shopTimeZone } from './format';

// Days as the API writes them: `2026-11-24`.

const dayMs = 86_400_000;

/** The day that it is in a time zone. */
export function dayIn(timeZone: string, at: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at);
}

/** The day it is in the shop. */
export const shopToday = () => dayIn(shopTimeZone(), shopNow());

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

/** Days from one day to another. */
export const daysBetween = (from: string, to: string) =>
  Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
