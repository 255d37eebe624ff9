import { ApiError } from '@/api/problem';
import type { components, paths } from '@/api/schema.gen';
import { oneOf, textOf } from '@/shared/useFilters';

export type Listed = components['schemas']['OrderListed'];
export type Order = components['schemas']['GetOrderResponse'];
export type Line = components['schemas']['OrderLine'];
export type Refund = components['schemas']['OrderRefund'];
export type Edit = components['schemas']['OrderEdit'];
export type Reason = components['schemas']['OrderReason'];
type Query = NonNullable<paths['/v1/orders']['get']['parameters']['query']>;

export const channels = ['store', 'online', 'mini_program', 'wechat', 'live'] as const;

/** What the address of the list says: the same words as the API uses, amounts in fen as text. */
export type OrderFilters = {
  order_no?: string | undefined;
  shop_id?: string | undefined;
  channel?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  least_fen?: string | undefined;
  most_fen?: string | undefined;
  customer_id?: string | undefined;
  anonymous?: 'true' | undefined;
};

const day = /^\d{4}-\d{2}-\d{2}$/;
const amount = /^\d{1,12}$/;

export function parseFilters(raw: Record<string, unknown>): OrderFilters {
  return {
    order_no: textOf(raw.order_no),
    shop_id: matching(raw.shop_id, /^shp_\w+$/),
    channel: textOf(raw.channel),
    from: matching(raw.from, day),
    to: matching(raw.to, day),
    least_fen: matching(raw.least_fen, amount),
    most_fen: matching(raw.most_fen, amount),
    customer_id: matching(raw.customer_id, /^cus_\w+$/),
    anonymous: oneOf(raw.anonymous, ['true'] as const),
  };
}

function matching(value: unknown, pattern: RegExp): string | undefined {
  const text = textOf(value);
  return text && pattern.test(text) ? text : undefined;
}

/** The filters as the API takes them. The shop of the top bar holds where the address names none. */
export function queryOf(f: OrderFilters, shop: string | undefined): Query {
  const query: Query = {
    order_no: f.order_no?.trim().slice(0, 128),
    shop_id: f.shop_id ?? shop,
    channel: f.channel?.slice(0, 64),
    from: f.from,
    to: f.to,
    least_fen: numberOf(f.least_fen),
    most_fen: numberOf(f.most_fen),
    customer_id: f.customer_id,
    anonymous: f.anonymous && true,
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

const numberOf = (text: string | undefined) => (text === undefined ? undefined : Number(text));

/** The words for a reason: that above it, then itself. A code without words stands for itself. */
export function reasonName(reasons: Reason[], code: string): string {
  const reason = reasons.find((one) => one.code === code);
  if (!reason) return code;
  const above = reasons.find((one) => one.code === reason.parent);
  return above ? `${above.name} · ${reason.name}` : reason.name;
}

/** What the form of a refund holds: pieces of each line of the order, and why. */
export type Back = { pieces?: (number | null)[]; reason_code?: string };

/** How many pieces of a line have not come back. */
export const leftOf = (line: Line) => Math.max(0, line.quantity - line.refunded_quantity);

/** What pieces of a line were paid with; the last ones take what is left, so that the parts are the whole. */
function fenOf(line: Line, pieces: number): number {
  if (pieces <= 0) return 0;
  const left = Math.max(0, line.paid_fen - line.refunded_fen);
  if (pieces >= leftOf(line)) return left;
  return Math.min(left, Math.round((line.paid_fen * pieces) / line.quantity));
}

export const refundFen = (lines: Line[], pieces: (number | null)[] = []): number =>
  lines.reduce((sum, line, i) => sum + fenOf(line, pieces[i] ?? 0), 0);

/** The form as the API takes it. The amounts are those that the form has shown. */
export function refundBody(
  order: Order,
  refundNo: string,
  clerk: string | undefined,
  { pieces = [], reason_code = '' }: Back,
): components['schemas']['OrderRefundInput'] {
  const lines = (order.lines ?? []).flatMap((line, i) => {
    const quantity = pieces[i] ?? 0;
    if (quantity <= 0) return [];
    return [{ line_no: i + 1, sku: line.sku, quantity, amount_fen: fenOf(line, quantity) }];
  });
  return {
    source: 'console',
    refund_no: refundNo,
    order_source: order.source,
    order_no: order.order_no,
    reason_code,
    lines,
    ...(clerk && { clerk_id: clerk }),
  };
}

/** The reasons that can be chosen: those that stand under another by it, retired ones left out. */
export function reasonOptions(reasons: Reason[]) {
  const open = reasons.filter((reason) => !reason.retired);
  const parents = new Set(open.map((reason) => reason.parent));
  return open
    .filter((reason) => !parents.has(reason.code))
    .map((reason) => ({ value: reason.code, label: reasonName(reasons, reason.code) }));
}

/** What the form of a claim holds. */
export type Claim = { how: 'phone' | 'customer'; phone?: string; name?: string; customer_id?: string };

/** The form as the API takes it: the customer, or the number that finds her or makes her known. */
export function claimBody({
  how,
  phone,
  name,
  customer_id,
}: Claim): components['schemas']['ClaimOrderRequest'] {
  if (how === 'customer') return customer_id ? { customer_id } : {};
  return {
    identities: [{ kind: 'phone', value: phone?.trim() ?? '' }],
    ...(name?.trim() && { name: name.trim() }),
  };
}

/** The one number of the form is the first identity of the request; its errors belong beside the number. */
export function atPhone(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.fields.length === 0) return error;
  const errors = error.fields.map((field) =>
    /(^|\.)identities\[0\]/.test(field.path) ? { ...field, path: 'phone' } : field,
  );
  return new ApiError({ ...error.problem, errors });
}
