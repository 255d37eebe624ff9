import { afterEach, describe, expect, test } from 'vitest';
import * as format from './format';
import { showLanguage } from './i18n/t';

afterEach(async () => {
  format.setShopFormat({ currency: 'CNY', timeZone: 'Asia/Shanghai', aheadMs: 0 });
  await showLanguage('zh-CN');
});

describe('money', () => {
  test.each([
    ['zh-CN', 238380, '¥2,383.80'],
    ['zh-CN', -990, '-¥9.90'],
    ['en', 238380, '¥2,383.80'],
  ] as const)('in %s, %d fen is %s', async (language, fen, want) => {
    await showLanguage(language);
    expect(format.money(fen)).toBe(want);
  });

  test.each([
    ['zh-CN', 21840, '¥218.40'],
    ['zh-CN', 128_600_000, '¥128.6 万'],
    ['zh-CN', 23_000_000_000, '¥2.3 亿'],
    ['en', 128_600_000, '¥1.29M'],
    ['en', 4_320_000, '¥43.2K'],
  ] as const)('short, in %s, %d fen is %s', async (language, fen, want) => {
    await showLanguage(language);
    expect(format.moneyShort(fen)).toBe(want);
  });

  test('a currency without a minor unit is not divided', () => {
    format.setShopFormat({ currency: 'JPY' });
    expect(format.money(1200)).toBe('¥1,200');
  });
});

test.each([
  [0, '¥0'],
  [80_000, '¥800'],
  [2_000_000, '¥2 万'],
])('on an axis, %d fen is %s', (fen, want) => {
  expect(format.moneyAxis(fen)).toBe(want);
});

test('a change says its direction and its size', () => {
  expect(format.delta(0.124)).toEqual({ direction: 'up', text: '12.4%' });
  expect(format.delta(-0.013)).toEqual({ direction: 'down', text: '1.3%' });
  expect(format.delta(0.0001)).toEqual({ direction: 'flat', text: '0%' });
});

describe('relative', () => {
  const now = '2026-11-23T12:00:00Z';
  test.each([
    ['2026-11-23T11:59:40Z', '现在'],
    ['2026-11-23T11:55:00Z', '5 分钟前'],
    ['2026-11-20T12:00:00Z', '3 天前'],
    ['2026-09-20T12:00:00Z', '2 个月前'],
    ['2026-11-28T12:00:00Z', '5 天后'],
  ])('%s is %s', (at, want) => {
    expect(format.relative(at, now)).toBe(want);
  });
});

test('a demo whose clock was moved counts from its own time', () => {
  const week = 7 * 86400_000;
  format.setShopFormat({ aheadMs: week });
  expect(format.relative(Date.now())).toBe('7 天前');
  expect(format.relative(format.shopNow())).toBe('现在');
});

test.each(['Pacific/Auckland', 'Asia/Shanghai', 'America/Los_Angeles'])(
  'a day of the calendar is that day in %s',
  (timeZone) => {
    format.setShopFormat({ timeZone });
    expect(format.dayText('2026-11-23')).toBe('2026年11月23日');
    expect(format.shortDay('2026-11-23')).toBe('11/23');
  },
);

test('days are those of the shop, not of the browser', () => {
  expect(format.date('2026-11-22T18:00:00Z')).toContain('23');
  format.setShopFormat({ timeZone: 'America/New_York' });
  expect(format.date('2026-11-22T18:00:00Z')).toContain('22');
});

test.each([
  [0, '0 秒'],
  [42, '42 秒'],
  [150, '2 分 30 秒'],
  [7230, '2 小时'],
])('%d seconds last %s', (seconds, want) => {
  expect(format.duration(seconds)).toBe(want);
});

test.each([
  ['+8613812345678', '138 1234 5678'],
  ['138****5678', '138 **** 5678'],
  ['+442079460958', '+442079460958'],
])('phone %s is shown as %s', (value, want) => {
  expect(format.phone(value)).toBe(want);
});
