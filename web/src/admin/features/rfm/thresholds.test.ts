import { expect, test } from 'vitest';
import type { ThresholdKey, Thresholds } from './model';
import { moved, scaleOf } from './thresholds';

const now = {
  window_days: 180,
  vip_days: 30,
  vip_purchases: 5,
  vip_fen: 500_000,
  active_days: 90,
  active_purchases: 3,
  potential_fen: 50_000,
  value_purchases: 3,
  value_fen: 200_000,
  dormant_days: 90,
  lost_days: 180,
} satisfies Thresholds;

test.each<[ThresholdKey, number, number]>([
  ['vip_days', 45, 45],
  ['vip_days', 120, 90],
  ['active_days', 10, 30],
  ['active_days', 400, 180],
  ['window_days', 3, 90],
  ['active_purchases', 9, 4],
  ['active_purchases', 0, 2],
  ['vip_purchases', 1, 4],
  ['potential_fen', 900_000, 499_900],
  ['lost_days', 20, 91],
  ['value_fen', 0, 0],
])('%s moved to %d stops at %d', (key, value, want) => {
  expect(moved(now, key, value)).toEqual({ ...now, [key]: want });
});

test('a scale reaches to twice what is known, in round steps', () => {
  expect(scaleOf('vip_days', [30, 30, 40])).toEqual({ min: 1, max: 80, step: 1 });
  expect(scaleOf('vip_fen', [500_000, 410_000])).toEqual({ min: 0, max: 1_000_000, step: 10_000 });
  expect(scaleOf('value_fen', [0])).toEqual({ min: 0, max: 100, step: 100 });
  expect(scaleOf('window_days', [900])).toEqual({ min: 7, max: 1095, step: 1 });
});
