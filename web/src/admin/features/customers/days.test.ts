import { expect, test } from 'vitest';
import { lunarName, relativeDay, revealedDay, yearlyDay } from './days';

test.each([
  ['2026-11-24', '今天'],
  ['2026-11-23', '昨天'],
  ['2026-11-01', '23 天前'],
  ['2026-09-20', '2 个月前'],
  ['2026-11-29', '5 天后'],
])('seen on 24 November, %s is %s', (day, words) => {
  expect(relativeDay(day, '2026-11-24')).toBe(words);
});

test.each([
  [1, 1, false, '正月初一'],
  [8, 10, false, '八月初十'],
  [8, 15, false, '八月十五'],
  [2, 20, true, '闰二月二十'],
  [11, 29, false, '冬月廿九'],
  [12, 30, false, '腊月三十'],
])('the lunar day %i-%i is called', (month, day, leap, name) => {
  expect(lunarName(month, day, leap)).toBe(name);
});

test('a date of life in its calendar', () => {
  expect(yearlyDay({ calendar: 'solar', month: 3, day: 2 })).toBe('03-02');
  expect(yearlyDay({ calendar: 'lunar', month: 8, day: 15 })).toBe('农历八月十五');
  expect(revealedDay('1990-12-30')).toBe('1990-12-30');
  expect(revealedDay('lunar leap 1990-02-01')).toBe('1990 农历闰二月初一');
  expect(revealedDay('05-20')).toBe('05-20');
  expect(revealedDay('?')).toBe('?');
});
