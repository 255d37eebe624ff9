import type { components } from '@/api/schema.gen';
import { oneOf, textOf } from '@/shared/useFilters';

export type Import = components['schemas']['IntakeImportBody'];
export type Listed = components['schemas']['IntakeImport'];
export type Counts = components['schemas']['IntakeCounts'];
export type Mapping = components['schemas']['IntakeMapping'];
export type Preview = components['schemas']['IntakePreview'];
export type Item = components['schemas']['IntakePreviewItem'];
export type Fault = components['schemas']['IntakeFault'];

export const kinds = ['orders', 'customers', 'products'] as const;
export type Kind = (typeof kinds)[number];
export type State = Listed['state'];

/** What the address says: which import stands open, or that a new one begins. */
export type ImportFilters = {
  id?: string | undefined;
  new?: Kind | undefined;
  sample?: string | undefined;
};

export function parseFilters(raw: Record<string, unknown>): ImportFilters {
  return { id: textOf(raw.id), new: oneOf(raw.new, kinds), sample: raw.sample ? 'true' : undefined };
}

export const isBusy = (state: State) => state === 'running' || state === 'undoing';

/** Whether a person can still put the columns right and start it. */
export const canStart = (state: State) =>
  state === 'uploaded' || state === 'previewed' || state === 'cancelled' || state === 'failed';

export const canUndo = (state: State) => state === 'done' || state === 'cancelled' || state === 'failed';

/** Where the wizard stands: file, columns, trial, import, result. */
export function stepOf({ state, dry_run }: { state: State; dry_run: boolean }): number {
  switch (state) {
    case 'uploaded':
      return 1;
    case 'previewed':
      return 2;
    case 'running':
      return dry_run ? 2 : 3;
    default:
      return 4;
  }
}

/** What became of the rows, in the order in which it is told; what is zero and not expected is left out. */
export function countsOf(kind: Kind, counts: Counts): { key: keyof Counts; value: number }[] {
  const always: Record<Kind, (keyof Counts)[]> = {
    orders: ['rows', 'orders', 'refunds', 'customers', 'anonymous_orders'],
    customers: ['rows', 'customers'],
    products: ['rows', 'products'],
  };
  const others: (keyof Counts)[] = ['updated', 'unchanged', 'skipped', 'errors'];
  return [...always[kind], ...others]
    .map((key) => ({ key, value: counts[key] ?? 0 }))
    .filter(({ key, value }) => value > 0 || always[kind].includes(key) || key === 'errors');
}

/** The columns with another meaning for one of them; a field that another column had is taken from it. */
export function remap(mapping: Mapping, at: number, field: string): Mapping {
  return {
    ...mapping,
    columns: mapping.columns.map((column, i) => {
      if (i === at) return { ...column, field };
      return field !== '' && column.field === field ? { ...column, field: '' } : column;
    }),
  };
}

export const asksConsent = (mapping: Mapping) =>
  mapping.columns.some((column) => column.field.startsWith('consent_'));

/** Up to so many values of a column, as they stand in the file. */
export function samplesOf(preview: Preview | undefined, column: number, most = 3): string[] {
  const values = (preview?.rows ?? []).map((row) => row.cells[column]?.trim() ?? '').filter(Boolean);
  return [...new Set(values)].slice(0, most);
}

const goods = [
  ['S001', '亚麻衬衫', 329],
  ['S002', '针织开衫', 459],
  ['S003', '阔腿长裤', 389],
  ['S004', '羊毛围巾', 199],
  ['S005', '通勤西装', 899],
] as const;
const surnames = '王李张刘陈杨赵黄周吴徐孙胡朱高林';
const givenNames = ['静怡', '思远', '欣然', '雨桐', '子涵', '梦琪', '晓彤', '佳宁'];

/** A year of sales of a small shop up to a day, to look around with: the same each time. */
export function sampleFile(today: string): string {
  const lines = ['订单号,付款时间,商品编码,商品名称,单价,数量,实付,手机号,姓名'];
  let seed = 7;
  const below = (n: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * n);
  };
  for (let n = 0; n < 600; n++) {
    const day = new Date(Date.parse(today) - (1 + Math.floor((n * 364) / 600)) * 86400_000);
    const [code, name, price] = goods[below(goods.length)] ?? goods[0];
    // Some come often, most now and then.
    const who = below(3) === 0 ? below(20) : below(120);
    const person = `${surnames[who % surnames.length]}${givenNames[who % givenNames.length]}`;
    const phone = `1380000${String(1000 + who)}`;
    const at = `${day.toISOString().slice(0, 10)} ${String(10 + below(11)).padStart(2, '0')}:${String(below(60)).padStart(2, '0')}`;
    const buyer = below(8) === 0 ? ',' : `${phone},${person}`;
    const quantity = 1 + (below(5) === 0 ? 1 : 0);
    lines.push(`SAMPLE-${1000 + n},${at},${code},${name},${price},${quantity},${price * quantity},${buyer}`);
  }
  return `${lines.join('\n')}\n`;
}
