import type { components } from '@/api/schema.gen';
import { duration, money } from '@/shared/format';
import { t, tMaybe } from '@/shared/i18n/t';
import { word } from './words';

export type Item = components['schemas']['CustomerTimelineItem'];
export type Note = components['schemas']['CustomerNote'];

/** What an item is drawn with. */
export type Look = 'order' | 'refund' | 'visit' | 'note' | 'tag' | 'person' | 'consent' | 'stage' | 'merge';

/** An item in words. */
export type Told = {
  look: Look;
  title: string;
  /** Positive for money that came, negative for money that went. */
  fen?: number;
  /** Said below the title. */
  line?: string | undefined;
  /** The order to open. */
  order?: string | undefined;
};

/** Names that the facts hold as codes only. */
export type Names = {
  reason: (code: string) => string;
  attribute: (code: string) => string;
};

type Data = Record<string, unknown>;

const looks: [prefix: string, look: Look][] = [
  ['order.refunded', 'refund'],
  ['refund.', 'refund'],
  ['order.', 'order'],
  ['customer.noted', 'note'],
  ['customer.tagged', 'tag'],
  ['customer.untagged', 'tag'],
  ['customer.attribute_set', 'tag'],
  ['customer.merged', 'merge'],
  ['customer.unmerged', 'merge'],
  ['customer.', 'person'],
  ['consent.', 'consent'],
  ['segment.', 'stage'],
];

const lookOf = (kind: string): Look => looks.find(([prefix]) => kind.startsWith(prefix))?.[1] ?? 'visit';

/** Says in words what happened. */
export function tell(items: [Item, ...Item[]], names: Names): Told {
  const [item] = items;
  const data = dataOf(item);
  const look = lookOf(item.kind);
  const title =
    tMaybe(`customers.fact.${item.kind}`, paramsOf(item.kind, items, names)) ??
    item.kind.replaceAll('_', ' ');
  switch (item.kind) {
    case 'order.paid':
    case 'order.claimed':
    case 'order.removed':
      return {
        look,
        title,
        fen: number(data.paid_fen),
        line: text(data.order_no) && t('customers.fact.orderNo', { no: text(data.order_no) }),
        order: item.kind === 'order.removed' ? undefined : text(data.order_id),
      };
    case 'order.edited':
      return { look, title, line: editedLine(data), order: text(data.order_id) };
    case 'order.refunded':
    case 'refund.removed':
      return {
        look,
        title,
        fen: -number(data.amount_fen),
        line: names.reason(text(data.reason_code)),
        order: text(data.order_id) || undefined,
      };
    case 'customer.tagged':
      return { look, title, line: taggedLine(data) };
    case 'touch.live_viewed':
      return {
        look,
        title,
        line: data.duration_ms ? duration(number(data.duration_ms) / 1000) : undefined,
      };
    default:
      return { look, title, line: text(data.query) || text(data.sku) || text(data.product_code) };
  }
}

function paramsOf(kind: string, items: Item[], names: Names): Record<string, string | number> {
  const all = items.map(dataOf);
  const [data = {}] = all;
  const joined = (show: (data: Data) => string) => [...new Set(all.map(show))].join(t('customers.comma'));
  const fields = Array.isArray(data.fields) ? data.fields.map(String) : [];
  return {
    count: number(data.units),
    channel: kind.startsWith('order.')
      ? word('orderChannel', text(data.channel))
      : word('channel', text(data.channel)),
    names:
      kind === 'customer.attribute_set'
        ? joined((d) => names.attribute(text(d.attribute)))
        : joined((d) => text(d.name)),
    identity: joined((d) => word('identity', text(d.kind))),
    date: word('date', text(data.kind)),
    note: word('note', text(data.kind)),
    version: number(data.version),
    fields: fields.map((field) => word('field', field)).join(t('customers.comma')),
    source: word('source', text(data.source)),
    purpose: [word('purpose', text(data.purpose)), word('channel', text(data.channel))]
      .filter(Boolean)
      .join(' · '),
    stage: tMaybe(`ui.stage.${text(data.to)}`) ?? text(data.to),
  };
}

/** Which order, and from what to what. */
function editedLine(data: Data): string {
  const was = typeof data.was === 'object' && data.was !== null ? (data.was as Data) : {};
  return [
    t('customers.fact.orderNo', { no: text(data.order_no) }),
    t('customers.fact.orderWas', { was: money(number(was.paid_fen)), now: money(number(data.paid_fen)) }),
  ].join(' · ');
}

function taggedLine(data: Data): string {
  const source = word('source', text(data.source));
  const confidence = number(data.confidence);
  return confidence > 0 && confidence < 100
    ? `${source} · ${t('customers.confidence', { percent: confidence })}`
    : source;
}

const dataOf = (item: Item): Data =>
  typeof item.data === 'object' && item.data !== null ? (item.data as Data) : {};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

const together = [
  'customer.tagged',
  'customer.untagged',
  'customer.attribute_set',
  'customer.identity_added',
];
const togetherMs = 60_000;

/** Small things that one person did in one go are one item: five tags are told in one line. */
export function gathered(items: Item[]): [Item, ...Item[]][] {
  const groups: [Item, ...Item[]][] = [];
  for (const item of items) {
    const group = groups.at(-1);
    if (group && inOneGo(group[0], item)) group.push(item);
    else groups.push([item]);
  }
  return groups;
}

function inOneGo(first: Item, next: Item): boolean {
  return (
    first.kind === next.kind &&
    together.includes(next.kind) &&
    first.staff_id === next.staff_id &&
    first.touchpoint === next.touchpoint &&
    dataOf(first).source === dataOf(next).source &&
    dataOf(first).confidence === dataOf(next).confidence &&
    Math.abs(Date.parse(first.happened_at) - Date.parse(next.happened_at)) <= togetherMs
  );
}
