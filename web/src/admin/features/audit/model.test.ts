import { describe, expect, test } from 'vitest';
import { changesOf, fieldOf, parseFilters, queryFrom, startOfDay, tellingOf } from './model';

describe('the days of a filter', () => {
  test.each([
    ['2026-11-24', 'Asia/Shanghai', '2026-11-23T16:00:00.000Z'],
    ['2026-11-24', 'America/New_York', '2026-11-24T05:00:00.000Z'],
    ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z'],
    ['2026-03-09', 'America/New_York', '2026-03-09T04:00:00.000Z'],
    ['2026-11-24', 'UTC', '2026-11-24T00:00:00.000Z'],
  ])('%s begins in %s at %s', (day, zone, want) => {
    expect(startOfDay(day, zone)).toBe(want);
  });

  test('the last day is within', () => {
    const filters = parseFilters({ from: '2026-11-24', to: '2026-11-24', action: 'staff.' });
    expect(queryFrom(filters, 'Asia/Shanghai')).toEqual({
      action: 'staff.',
      from: '2026-11-23T16:00:00.000Z',
      to: '2026-11-24T16:00:00.000Z',
    });
  });

  test('what is no day is no filter', () => {
    expect(parseFilters({ from: 'yesterday', to: '2026-13-45' })).toMatchObject({
      from: undefined,
      to: undefined,
    });
  });
});

describe('changes', () => {
  test('stand side by side', () => {
    expect(changesOf({ name: '山茶', version: 1 }, { name: '山茶与羽', version: 2 })).toEqual([
      { path: 'name', before: '山茶', after: '山茶与羽' },
      { path: 'version', before: 1, after: 2 },
    ]);
  });

  test('of something new have no before', () => {
    expect(changesOf(undefined, { active: true })).toEqual([{ path: 'active', after: true }]);
  });

  test('inside of others have a path, lists of words stay together', () => {
    expect(changesOf({ rules: { first: 1 }, shops: ['a', 'b'] }, { shops: [] })).toEqual([
      { path: 'rules.first', before: 1 },
      { path: 'shops', before: ['a', 'b'], after: [] },
    ]);
  });

  test('of a plain value have no path', () => {
    expect(changesOf('old', 'new')).toEqual([{ path: '', before: 'old', after: 'new' }]);
  });
});

test('a list shows first what says most', () => {
  const paths = ['active', 'created_at', 'id', 'login', 'name', 'version'].map((path) => ({
    path,
    after: 1,
  }));
  expect(tellingOf(paths).map(({ path }) => path)).toEqual(['name', 'login', 'active']);
});

test.each([
  ['name', 'name'],
  ['lines.0.price_fen', 'price_fen'],
  ['shops.1', 'shops'],
])('the field of %s is %s', (path, want) => {
  expect(fieldOf(path)).toBe(want);
});
