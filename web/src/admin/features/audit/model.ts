import type { components } from '@/api/schema.gen';
import { textOf } from '@/shared/useFilters';

export type Entry = components['schemas']['StaffAuditView'];

/** What actions begin with; the filter offers these. */
export const families = [
  'session',
  'totp',
  'staff',
  'api_key',
  'shop',
  'organisation',
  'customer',
  'segment',
  'tag',
  'tag_rule',
  'pack',
  'import',
  'report',
  'job',
  'fact',
] as const;

/** The filters of the list, from the URL. Days are those of the shop. */
export function parseFilters(raw: Record<string, unknown>) {
  return {
    staff_id: textOf(raw.staff_id),
    action: textOf(raw.action),
    subject: textOf(raw.subject),
    from: dayOf(raw.from),
    to: dayOf(raw.to),
  };
}

export type Filters = ReturnType<typeof parseFilters>;

function dayOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

/** The filters as the server takes them: the days as the instants at which they begin and end in a time zone. */
export function queryFrom(filters: Filters, timeZone: string) {
  const { from, to, ...rest } = filters;
  return {
    ...rest,
    ...(from && { from: startOfDay(from, timeZone) }),
    ...(to && { to: startOfDay(nextDay(to), timeZone) }),
  };
}

function nextDay(day: string): string {
  return new Date(Date.parse(day) + 86400_000).toISOString().slice(0, 10);
}

/** The instant at which a day begins in a time zone. */
export function startOfDay(day: string, timeZone: string): string {
  const utc = Date.parse(`${day}T00:00:00Z`);
  // The distance from Greenwich at that moment, looked at twice because it can change during the day before.
  const guess = utc - offsetMs(utc, timeZone);
  return new Date(utc - offsetMs(guess, timeZone)).toISOString();
}

function offsetMs(at: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const wall = Date.parse(
    `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}Z`,
  );
  return wall - at;
}

export type Change = { path: string; before?: unknown; after?: unknown };

/** Before and after side by side, one line for each value that was there, was added or was taken away. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const old = new Map(leaves(before));
  const now = new Map(leaves(after));
  return [...new Set([...old.keys(), ...now.keys()])].map((path) => ({
    path,
    ...(old.has(path) && { before: old.get(path) }),
    ...(now.has(path) && { after: now.get(path) }),
  }));
}

/** The values inside of a value by their paths; lists of plain values stay together. */
function leaves(value: unknown, path = ''): [string, unknown][] {
  if (value === undefined || value === null) return [];
  const isTree =
    typeof value === 'object' && (!Array.isArray(value) || value.some((item) => typeof item === 'object'));
  if (!isTree) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path ? `${path}.${name}` : name));
}

const telling = ['name', 'login', 'role', 'code', 'shops', 'permissions', 'text'];
const silent = ['id', 'version', 'created_at', 'created_by', 'prefix'];

/** The changes worth showing in a list: what says most comes first, what the entry says itself is left out. */
export function tellingOf(changes: Change[]): Change[] {
  const rank = ({ path }: Change) => {
    const found = telling.indexOf(path);
    return found < 0 ? telling.length : found;
  };
  return changes.filter(({ path }) => !silent.includes(path)).toSorted((a, b) => rank(a) - rank(b));
}

/** The name a person reads for a path: its last word that is no number. */
export function fieldOf(path: string): string {
  return path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? '';
}
