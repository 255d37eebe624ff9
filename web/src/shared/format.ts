import { currentLanguage } from '@/shared/i18n/t';

/** What the shop's settings say about money and time; set once the session is known. */
const shop = { currency: 'CNY', timeZone: 'Asia/Shanghai', aheadMs: 0 };

export function setShopFormat(next: { currency?: string; timeZone?: string; aheadMs?: number }): void {
  if (next.currency) shop.currency = next.currency;
  if (next.timeZone) shop.timeZone = next.timeZone;
  if (next.aheadMs !== undefined) shop.aheadMs = next.aheadMs;
}

export const shopTimeZone = () => shop.timeZone;

/** The time the shop lives in; that of a demo can be ahead. */
export const shopNow = () => Date.now() + shop.aheadMs;

/** A figure and its unit apart, because a unit is set smaller than its figure. */
export type Figure = { figure: string; unit: string };

const isChinese = () => currentLanguage() === 'zh-CN';
const number = (options?: Intl.NumberFormatOptions) => new Intl.NumberFormat(currentLanguage(), options);

function currency(options?: Intl.NumberFormatOptions): Intl.NumberFormat {
  return number({ style: 'currency', currency: shop.currency, currencyDisplay: 'narrowSymbol', ...options });
}

/** From the minor unit (fen) to the amount people say (yuan). */
function major(fen: number): number {
  return fen / 10 ** (currency().resolvedOptions().maximumFractionDigits ?? 2);
}

/** `¥2,383.80` */
export function money(fen: number): string {
  return currency().format(major(fen));
}

/** Large amounts as they are spoken: `¥128.6 万`, `¥1.29M`; up to four digits in full. */
export function moneyFigure(fen: number): Figure {
  const amount = major(fen);
  const scale = scaleOf(amount);
  if (!scale) return { figure: currency().format(amount), unit: '' };
  const digits = scale.digits(amount);
  const figure = currency({ minimumFractionDigits: 0, maximumFractionDigits: digits }).format(
    amount / scale.size,
  );
  return { figure, unit: scale.unit };
}

/** moneyFigure in one string. */
export function moneyShort(fen: number): string {
  return join(moneyFigure(fen));
}

/** For axes, where nobody reads the small change: `¥0`, `¥800`, `¥2 万`. */
export function moneyAxis(fen: number): string {
  const amount = major(fen);
  return scaleOf(amount) ? moneyShort(fen) : currency({ maximumFractionDigits: 0 }).format(amount);
}

/** `10,000` */
export function count(n: number): string {
  return number().format(n);
}

/** `2.4 万`, `24K`; up to four digits in full. */
export function countFigure(n: number): Figure {
  const scale = scaleOf(n);
  if (!scale) return { figure: count(n), unit: '' };
  return {
    figure: number({ maximumFractionDigits: scale.digits(n) }).format(n / scale.size),
    unit: scale.unit,
  };
}

export function countShort(n: number): string {
  return join(countFigure(n));
}

function join({ figure, unit }: Figure): string {
  return unit && isChinese() ? `${figure} ${unit}` : figure + unit;
}

type Scale = { size: number; unit: string; digits: (n: number) => number };

function scaleOf(n: number): Scale | undefined {
  const scales: [number, string][] = isChinese()
    ? [
        [1e8, '亿'],
        [1e4, '万'],
      ]
    : [
        [1e9, 'B'],
        [1e6, 'M'],
        [1e4, 'K'],
      ];
  const found = scales.find(([size]) => Math.abs(n) >= size);
  if (!found) return undefined;
  // The scale of thousands is used from ten thousand on.
  const size = found[1] === 'K' ? 1e3 : found[0];
  return { size, unit: found[1], digits: (value) => (isChinese() || Math.abs(value) / size >= 10 ? 1 : 2) };
}

/** `38.6%` from 0.386. */
export function percent(ratio: number, digits = 1): string {
  return number({ style: 'percent', maximumFractionDigits: digits }).format(ratio);
}

export type Direction = 'up' | 'down' | 'flat';

/** A change against the period before: 0.124 → up, `12.4%`. The sign is shown by the direction. */
export function delta(ratio: number, digits = 1): { direction: Direction; text: string } {
  const rounded = Number(ratio.toFixed(digits + 2));
  const direction = rounded > 0 ? 'up' : rounded < 0 ? 'down' : 'flat';
  return { direction, text: percent(Math.abs(ratio), digits) };
}

type Instant = string | number | Date;

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(currentLanguage(), { timeZone: shop.timeZone, ...options });
}

/** The day in the shop's time zone: `2026年11月23日`, `Nov 23, 2026`. */
export function date(at: Instant): string {
  return dateFormat({ dateStyle: 'medium' }).format(new Date(at));
}

// A day of the calendar is the same everywhere: it is read and written in one zone, whatever those of browser and shop.
function dayFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(currentLanguage(), { ...options, timeZone: 'UTC' });
}

/** A day as people write it: `2026年11月23日` from `2026-11-23`. */
export function dayText(day: string): string {
  return dayFormat({ dateStyle: 'medium' }).format(new Date(day));
}

/** `11/23` from `2026-11-23`, for axes. */
export function shortDay(day: string): string {
  return dayFormat({ month: '2-digit', day: '2-digit' }).format(new Date(day));
}

/** The exact time in the shop's time zone, to the minute. */
export function dateTime(at: Instant): string {
  return dateFormat({ dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }).format(new Date(at));
}

/** The same with the day of the week: `2026年11月24日周二 14:05`, `Tue, Nov 24, 2026, 14:05`. */
export function weekdayTime(at: Instant): string {
  return dateFormat({
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(at));
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86400],
  ['month', 30 * 86400],
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
];

/** `3 天前`, `in 5 minutes`, `yesterday`. Days are counted as 24 hours, months as 30 days. */
export function relative(at: Instant, now: Instant = shopNow()): string {
  const seconds = (new Date(at).getTime() - new Date(now).getTime()) / 1000;
  const [unit, size] = steps.find((step) => Math.abs(seconds) >= step[1]) ?? [
    'second',
    Number.POSITIVE_INFINITY,
  ];
  // "Last month" would be wrong for 30 days ago; "yesterday" and "now" are right.
  const numeric = unit === 'month' || unit === 'year' ? 'always' : 'auto';
  const words = new Intl.RelativeTimeFormat(currentLanguage(), { numeric });
  return spaced(words.format(Math.trunc(seconds / size), unit));
}

/** Sets figures apart from Chinese characters, as everywhere on the pages. */
function spaced(text: string): string {
  return text.replace(/(\d)(?=\p{Script=Han})/gu, '$1 ');
}

/** How long something takes: `2 分 30 秒`, `2m 30s`; the two largest parts. */
export function duration(seconds: number): string {
  const units = isChinese() ? [' 小时', ' 分', ' 秒'] : ['h', 'm', 's'];
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const first = parts.findIndex((part) => part > 0);
  if (first < 0) return `0${units[2]}`;
  return parts
    .slice(first, first + 2)
    .map((part, i) => (part > 0 ? `${part}${units[first + i]}` : ''))
    .filter(Boolean)
    .join(' ');
}

/** A mobile number for reading: `138 1234 5678`. Masked numbers keep their stars. */
export function phone(value: string): string {
  const local = value.replace(/^\+86/, '');
  return /^1[\d*]{10}$/.test(local) ? `${local.slice(0, 3)} ${local.slice(3, 7)} ${local.slice(7)}` : value;
}

/** Names one after another, as the language sets them apart. */
export const listed = (names: string[]) => names.join(isChinese() ? '、' : ', ');
