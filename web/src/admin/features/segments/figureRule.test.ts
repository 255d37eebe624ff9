import { expect, test } from 'vitest';
import { type CustomerFigure, cohortRule, figureRule } from './figureRule';
import { allOf, beginWith, inCell } from './start';

const days = { from: '2026-11-01', to: '2026-11-30' };
const bought = (from: string, to: string) => ({
  field: 'orders.count',
  op: 'gte',
  number: 1,
  within: { from, to },
});
const not = (from: string, to: string) => ({ ...bought(from, to), op: 'eq', number: 0 });
const before = { field: 'orders.count', op: 'gte', number: 1, within: { to: '2026-10-31' } };
const now = bought('2026-11-01', '2026-11-30');

test.each<[CustomerFigure, unknown]>([
  ['buyers', now],
  ['repeat_buyers', { ...now, field: 'orders.days', number: 2 }],
  ['new_buyers', { all: [now, { ...before, op: 'eq', number: 0 }] }],
  ['returning_buyers', { all: [now, before] }],
  ['active', bought('2026-09-02', '2026-11-30')],
  ['churned', { all: [bought('2026-05-05', '2026-10-31'), not('2026-06-04', '2026-11-30')] }],
  ['retained', { all: [bought('2026-10-02', '2026-10-31'), now] }],
  ['not_retained', { all: [bought('2026-10-02', '2026-10-31'), not('2026-11-01', '2026-11-30')] }],
])('%s are customers by a rule', (figure, want) => {
  expect(figureRule(figure, days, {})).toEqual(want);
});

const lately = (within: object) => ({ field: 'orders.count', op: 'gte', number: 1, within });
const notLately = (within: object) => ({ ...lately(within), op: 'eq', number: 0 });

test.each<[CustomerFigure, unknown]>([
  ['buyers', lately({ days: 30 })],
  ['repeat_buyers', { ...lately({ days: 30 }), field: 'orders.days', number: 2 }],
  ['new_buyers', { all: [lately({ days: 30 }), { field: 'orders.first_days', op: 'lte', number: 30 }] }],
  ['returning_buyers', { all: [lately({ days: 30 }), { field: 'orders.first_days', op: 'gt', number: 30 }] }],
  ['active', lately({ days: 90 })],
  ['churned', { all: [lately({ days: 210, before: 30 }), notLately({ days: 180 })] }],
  ['retained', { all: [lately({ days: 60, before: 30 }), lately({ days: 30 })] }],
  ['not_retained', { all: [lately({ days: 60, before: 30 }), notLately({ days: 30 })] }],
])('%s of the last 30 days are a rule that moves along', (figure, want) => {
  expect(figureRule(figure, { days: 30 }, {})).toEqual(want);
});

test('a cut narrows the orders, but who bought anywhere before is no newcomer', () => {
  const where = { shops: ['shp_1'], channels: ['store'] };
  expect(figureRule('new_buyers', days, { shop: 'shp_1', channel: 'store' })).toEqual({
    all: [
      { ...now, where },
      { ...before, op: 'eq', number: 0 },
    ],
  });
});

test('a cell is three scores, and an address that begins a segment names it', () => {
  const rule = allOf(inCell('543'));
  expect(rule).toEqual({
    all: [
      { field: 'rfm.r', op: 'eq', number: 5 },
      { field: 'rfm.f', op: 'eq', number: 4 },
      { field: 'rfm.m', op: 'eq', number: 3 },
    ],
  });
  expect(rule && beginWith('', rule).search).toEqual({ rule: JSON.stringify(rule) });
});

test('a cohort is who bought first in a month, and again months later', () => {
  const first = [
    bought('2025-11-01', '2025-11-30'),
    { field: 'orders.count', op: 'eq', number: 0, within: { to: '2025-10-31' } },
  ];
  expect(cohortRule('2025-11', 0)).toEqual({ all: first });
  expect(cohortRule('2025-11', 3)).toEqual({ all: [...first, bought('2026-02-01', '2026-02-28')] });
});
