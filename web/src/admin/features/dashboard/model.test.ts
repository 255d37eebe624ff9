import { expect, test } from 'vitest';
import {
  averages,
  changeOf,
  type DayFigure,
  daytimeOf,
  given,
  hourIn,
  parseFilters,
  periodOf,
  rates,
  retentionOf,
  spanOf,
  thinned,
  trendOf,
} from './model';

const day = (part: Partial<DayFigure>): DayFigure => ({
  on: '2026-11-01',
  sales_fen: 0,
  anonymous_fen: 0,
  orders: 0,
  refund_fen: 0,
  buyers: 0,
  returning_fen: 0,
  repurchase_rate: null,
  churn_rate: null,
  previous_sales_fen: 0,
  previous_anonymous_fen: 0,
  ...part,
});

test('the last days end with yesterday', () => {
  expect(periodOf({ days: '7' }, '2026-11-24')).toEqual({ from: '2026-11-17', to: '2026-11-23' });
  expect(periodOf({}, '2026-03-01')).toEqual({ from: '2026-01-30', to: '2026-02-28' });
});

test('chosen days stand for themselves, a half choice does not count', () => {
  const chosen = { from: '2011-09-01', to: '2011-09-30' };
  expect(periodOf(chosen, '2026-11-24')).toEqual(chosen);
  expect(spanOf(chosen)).toBeUndefined();
  expect(spanOf({ from: '2011-09-01' })).toBe(30);
});

test('only sensible words of the address are taken', () => {
  expect(parseFilters({ days: '8', from: 'yesterday', to: '2026-11-24', channel: 'store' })).toEqual({
    days: undefined,
    from: undefined,
    to: '2026-11-24',
    channel: 'store',
  });
});

test('hours follow the zone of the shop', () => {
  expect(hourIn('Asia/Shanghai', Date.parse('2026-11-23T16:00:00Z'))).toBe(0);
});

test.each([
  [120, 100, 0.2],
  [80, 100, -0.2],
  [5, 0, undefined],
  [null, 3, undefined],
])('from %s before %s is a change of %s', (now, before, want) => {
  expect(changeOf(now, before)).toEqual(want);
});

test('members are sales but those to nobody known, also in the period before', () => {
  const lines = trendOf([
    day({ sales_fen: 900, anonymous_fen: 200, previous_sales_fen: 500, previous_anonymous_fen: 100 }),
  ]);
  expect(lines).toEqual({ days: ['2026-11-01'], members: [700], anonymous: [200], before: [400] });
});

test('a long series is summed into even pieces', () => {
  expect(thinned([1, 2, 3])).toEqual([1, 2, 3]);
  expect(thinned([9, 1, 1, 2, 2], 2)).toEqual([5]);
  expect(thinned(Array.from({ length: 90 }, () => 1))).toHaveLength(30);
});

test('a day without orders has no average', () => {
  expect(averages([day({ sales_fen: 900, orders: 3 }), day({})])).toEqual([300]);
});

test('retention: months to come are no cells, empty months no rows', () => {
  const { months, shares } = retentionOf(
    [
      { month: '2026-08', customers: [4, 2, 1] },
      { month: '2026-09', customers: [0, 0] },
      { month: '2026-10', customers: [10] },
    ],
    6,
    3,
  );
  expect(months).toEqual(['2026-08', '2026-10']);
  expect(shares).toEqual([
    [1, 0.5, 0.25],
    [1, null, null],
  ]);
});

test.each([
  [3, 'night'],
  [9, 'morning'],
  [12, 'noon'],
  [15, 'afternoon'],
  [20, 'evening'],
])('at %d it is %s', (hour, want) => {
  expect(daytimeOf(hour)).toBe(want);
});

test('what is not given is not sent', () => {
  expect(given({ from: '2026-01-01', channel: undefined })).toEqual({ from: '2026-01-01' });
});

test('rates leave out days without one, and end with the last day', () => {
  const days = [null, 0.1, 0.2, null, 0.3].map((churn_rate) => day({ churn_rate }));
  expect(rates(days, 'churn_rate')).toEqual([0.1, 0.2, 0.3]);
  expect(rates(days, 'churn_rate', 2)).toEqual([0.1, 0.3]);
  expect(rates(days, 'repurchase_rate')).toEqual([]);
});
