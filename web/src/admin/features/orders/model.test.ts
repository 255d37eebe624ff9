import { expect, test } from 'vitest';
import { ApiError } from '@/api/problem';
import { atPhone, claimBody, parseFilters, queryOf, type Reason, reasonName } from './model';

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
