import { expect, test } from 'vitest';
import { type ApiKey, groupsOf, newKeyFrom, stateOf } from './model';

const now = Date.parse('2026-11-24T10:00:00Z');
const key: ApiKey = {
  id: 'key_1',
  name: '收银',
  prefix: 'sk_abcdef',
  permissions: ['orders.write'],
  all_shops: true,
  shops: [],
  created_at: '2026-11-01T10:00:00Z',
};

test.each<[Partial<ApiKey>, string]>([
  [{}, 'live'],
  [{ expires_at: '2027-11-24T10:00:00Z' }, 'live'],
  [{ expires_at: '2026-11-30T10:00:00Z' }, 'expiring'],
  [{ expires_at: '2026-11-24T10:00:00Z' }, 'expired'],
  [{ expires_at: '2027-11-24T10:00:00Z', revoked_at: '2026-11-20T10:00:00Z' }, 'revoked'],
])('a key with %j is %s', (part, want) => {
  expect(stateOf({ ...key, ...part }, now)).toBe(want);
});

test('a key for all shops names none', () => {
  const answers = { name: '收银', permissions: ['orders.write'], lifetime: 'never' } as const;
  const all = newKeyFrom({ ...answers, permissions: ['orders.write'], reach: 'all', shops: ['shp_1'] }, now);
  expect(all).toEqual({ name: '收银', permissions: ['orders.write'], all_shops: true });
});

test('a key for some shops ends when it was said', () => {
  const some = newKeyFrom(
    { name: '收银', permissions: ['orders.write'], reach: 'some', shops: ['shp_1'], lifetime: '30' },
    now,
  );
  expect(some).toEqual({
    name: '收银',
    permissions: ['orders.write'],
    shops: ['shp_1'],
    expires_at: '2026-12-24T10:00:00.000Z',
  });
});

test('permissions stand together by what they are about', () => {
  expect(groupsOf(['customers.read', 'orders.read', 'customers.write'])).toEqual([
    { domain: 'customers', permissions: ['customers.read', 'customers.write'] },
    { domain: 'orders', permissions: ['orders.read'] },
  ]);
});
