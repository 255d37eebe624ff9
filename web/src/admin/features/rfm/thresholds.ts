import { type ThresholdKey, type Thresholds, unitOf } from './model';

/** The kinds of groups that thresholds make. */
export type Grouping = 'value_group' | 'quadrant' | 'stage';

/** Which groups a threshold tells apart first of all. */
export const groupingOf: Record<ThresholdKey, Grouping> = {
  window_days: 'value_group',
  vip_days: 'value_group',
  vip_purchases: 'value_group',
  vip_fen: 'value_group',
  active_days: 'value_group',
  active_purchases: 'value_group',
  potential_fen: 'value_group',
  value_purchases: 'quadrant',
  value_fen: 'quadrant',
  dormant_days: 'stage',
  lost_days: 'stage',
};

/** The least and the most that the server takes. */
const limits: Partial<Record<ThresholdKey, [number, number]>> = {
  window_days: [7, 1095],
  vip_purchases: [2, 1000],
  active_purchases: [2, 1000],
  lost_days: [2, 2190],
};

function limitsOf(key: ThresholdKey): [number, number] {
  const unit = unitOf(key);
  return (
    limits[key] ?? (unit === 'money' ? [0, Number.MAX_SAFE_INTEGER] : [1, unit === 'days' ? 1095 : 1000])
  );
}

export type Scale = { min: number; max: number; step: number };

/** The scale of a slider: up to twice the largest of the values that people know, in round steps. */
export function scaleOf(key: ThresholdKey, known: number[]): Scale {
  const [min, limit] = limitsOf(key);
  const twice = Math.max(min + 1, 2 * Math.max(...known));
  const step = unitOf(key) === 'money' ? Math.max(100, 10 ** Math.floor(Math.log10(twice / 50))) : 1;
  return { min, max: Math.min(limit, Math.ceil(twice / step) * step), step };
}

/** What must stay below what, and by how much at least. */
const order: [low: ThresholdKey, high: ThresholdKey, apart: number][] = [
  ['vip_days', 'active_days', 0],
  ['active_days', 'window_days', 0],
  ['active_purchases', 'vip_purchases', 1],
  ['potential_fen', 'vip_fen', 100],
  ['dormant_days', 'lost_days', 1],
];

/** The thresholds with one moved, no further than to where it would contradict the others. */
export function moved(from: Thresholds, key: ThresholdKey, value: number): Thresholds {
  const [min, max] = limitsOf(key);
  const least = order.filter(([, high]) => high === key).map(([low, , apart]) => from[low] + apart);
  const most = order.filter(([low]) => low === key).map(([, high, apart]) => from[high] - apart);
  return { ...from, [key]: Math.max(min, ...least, Math.min(max, ...most, value)) };
}
