import { expect, test } from 'vitest';
import { addDays, dayIn, daysBetween } from './days';

test('days follow the zone of the shop and go over the ends of months', () => {
  expect(dayIn('Asia/Shanghai', Date.parse('2026-11-23T17:00:00Z'))).toBe('2026-11-24');
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  expect(addDays(dayIn('Asia/Shanghai', Date.parse('2026-03-01T17:00:00Z')), -30)).toBe('2026-01-31');
});

test('days are counted over the end of a month', () => {
  expect(daysBetween('2024-02-28', '2024-03-01')).toBe(2);
});
