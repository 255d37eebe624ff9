import { expect, test } from 'vitest';
import {
  amountOf,
  cellsOf,
  changed,
  flowOf,
  frequencyBounds,
  isEmpty,
  moveOf,
  parseFilters,
  recencyBounds,
  squaresOf,
  stepOf,
  type Thresholds,
  unitOf,
} from './model';

const cell = (name: string, customers: number, paid_fen: number) => ({
  cell: name,
  group: 'important_value',
  customers,
  paid_fen,
  revenue_bp: 0,
});
const cells = [cell('555', 3, 900), cell('553', 2, 100), cell('115', 1, 50)];

test('the map has the latest on top and sums over money', () => {
  const rows = squaresOf(cells, undefined);
  expect(rows.map((row) => row[0]?.r)).toEqual([5, 4, 3, 2, 1]);
  expect(rows[0]?.[4]).toEqual({ r: 5, f: 5, customers: 5, paidFen: 1000 });
  expect(rows[4]?.[0]).toEqual({ r: 1, f: 1, customers: 1, paidFen: 50 });
});

test('of one money score only its cells count', () => {
  const square = squaresOf(cells, '3')[0]?.[4];
  expect(square && [amountOf(square, 'money'), amountOf(square, 'customers')]).toEqual([100, 2]);
});

test.each([
  [0, 0],
  [1, 1],
  [25, 3],
  [100, 5],
])('an amount of %d of at most 100 is step %d', (amount, want) => {
  expect(stepOf(amount, 100)).toBe(want);
});

test('a square opens into its cells', () => {
  expect(cellsOf(cells, 5, 5).map((one) => one.cell)).toEqual(['555', '553']);
});

test('scores stand for the whole days and times between the edges', () => {
  const days = [29, 79, 187, 359];
  expect(recencyBounds(days, 5)).toEqual({ from: undefined, to: 29 });
  expect(recencyBounds(days, 4)).toEqual({ from: 30, to: 79 });
  expect(recencyBounds(days, 1)).toEqual({ from: 360, to: undefined });
  expect(frequencyBounds([1, 2, 4, 6.4], 2)).toEqual({ from: 2, to: 2 });
  expect(frequencyBounds([1, 2, 4, 6.4], 5)).toEqual({ from: 7, to: undefined });
});

test('a score between two equal edges is nobody’s', () => {
  expect(isEmpty(frequencyBounds([1, 1, 2, 4], 2))).toBe(true);
  expect(isEmpty(frequencyBounds([1, 1, 2, 4], 3))).toBe(false);
});

test('a threshold knows its unit', () => {
  expect([unitOf('vip_days'), unitOf('vip_purchases'), unitOf('vip_fen')]).toEqual([
    'days',
    'times',
    'money',
  ]);
});

test('what an adoption changes is named', () => {
  const now = { window_days: 180, vip_days: 30 } as Thresholds;
  expect(changed(now, { ...now, vip_days: 38 })).toEqual(['vip_days']);
});

test('a move that nobody made is none', () => {
  const moves = [{ from: 'new', to: 'active', customers: 6, share_bp: 6000 }];
  expect(flowOf(moves, 'new', 'active')).toEqual({ customers: 6, share: 0.6 });
  expect(flowOf(moves, 'active', 'new')).toBeUndefined();
});

test('only cells that can be are taken from the address', () => {
  expect(parseFilters({ cell: '556', group: 'important_value', m: '3', by: 'luck' })).toEqual({
    tab: undefined,
    by: undefined,
    m: '3',
    cell: undefined,
    group: 'important_value',
    days: undefined,
    move: undefined,
  });
});

test('an address names a move between two stages, or none', () => {
  expect(moveOf('new-active')).toEqual({ from: 'new', to: 'active' });
  for (const text of [undefined, '', 'new', 'new-rich', 'active']) expect(moveOf(text)).toBeUndefined();
});
