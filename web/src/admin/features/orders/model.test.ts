import { expect, test } from 'vitest';
import { ApiError } from '@/api/problem';
import {
  atPhone,
  claimBody,
  type Line,
  type Order,
  parseFilters,
  queryOf,
  type Reason,
  reasonName,
  reasonOptions,
  refundBody,
  refundFen,
} from './model';

test('what does not belong into the address is left out', () => {
  const filters = parseFilters({
    order_no: 'XJH0004635',
    shop_id: 'elsewhere',
    from: '2026-11-01',
    to: 'today',
    least_fen: '-5',
    most_fen: '50000',
    anonymous: 'maybe',
  });
  expect(queryOf(filters, undefined)).toEqual({
    order_no: 'XJH0004635',
    from: '2026-11-01',
    most_fen: 50000,
  });
});

test('the shop of the top bar holds where the address names none', () => {
  expect(queryOf(parseFilters({}), 'shp_1')).toEqual({ shop_id: 'shp_1' });
  expect(queryOf(parseFilters({ shop_id: 'shp_2', anonymous: 'true' }), 'shp_1')).toEqual({
    shop_id: 'shp_2',
    anonymous: true,
  });
});

test('a reason is named with the one above it', () => {
  const reasons: Reason[] = [
    { code: 'size', name: '尺码不合适', position: 10, retired: false, version: 1 },
    { code: 'size.too_small', parent: 'size', name: '偏小', position: 11, retired: false, version: 1 },
  ];
  expect(reasonName(reasons, 'size.too_small')).toBe('尺码不合适 · 偏小');
  expect(reasonName(reasons, 'size')).toBe('尺码不合适');
  expect(reasonName(reasons, 'till.17')).toBe('till.17');
});

test('an order is claimed by one way only', () => {
  expect(claimBody({ how: 'customer', customer_id: 'cus_1', phone: '138' })).toEqual({
    customer_id: 'cus_1',
  });
  expect(claimBody({ how: 'phone', customer_id: 'cus_1', phone: ' 138 0013 8000 ', name: ' ' })).toEqual({
    identities: [{ kind: 'phone', value: '138 0013 8000' }],
  });
});

test('errors of the number are shown beside it', () => {
  const error = atPhone(
    new ApiError({
      status: 400,
      code: 'order.invalid',
      errors: [{ path: 'identities[0].value', code: 'phone.invalid', message: '' }],
    }),
  ) as ApiError;
  expect(error.fields[0]?.path).toBe('phone');
});

test('what comes back is what it was paid with; the last piece takes what is left', () => {
  const line = { sku: 'A-S', quantity: 3, refunded_quantity: 0, paid_fen: 1000, refunded_fen: 0 } as Line;
  const rest = { ...line, refunded_quantity: 2, refunded_fen: 666 };
  expect(refundFen([line], [1])).toBe(333);
  expect(refundFen([line], [3])).toBe(1000);
  expect(refundFen([rest], [1])).toBe(334);
  expect(refundFen([line, rest], [null, 0])).toBe(0);
  const order = { order_no: '7', source: 'till', lines: [rest, line] } as Order;
  expect(refundBody(order, 'C1', undefined, { pieces: [0, 2], reason_code: 'size' })).toEqual({
    source: 'console',
    refund_no: 'C1',
    order_source: 'till',
    order_no: '7',
    reason_code: 'size',
    lines: [{ line_no: 2, sku: 'A-S', quantity: 2, amount_fen: 667 }],
  });
});

test('a reason is chosen from the leaves that are open', () => {
  const reasons = [
    { code: 'size', name: '尺码' },
    { code: 'size.small', name: '偏小', parent: 'size' },
    { code: 'old', name: '旧', retired: true },
    { code: 'other', name: '其他' },
  ] as Reason[];
  expect(reasonOptions(reasons)).toEqual([
    { value: 'size.small', label: '尺码 · 偏小' },
    { value: 'other', label: '其他' },
  ]);
});
