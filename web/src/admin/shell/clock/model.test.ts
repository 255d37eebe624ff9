import { afterEach, expect, test } from 'vitest';
import { showLanguage } from '@/shared/i18n/t';
import { linesOf, type Told, wayOf } from './model';

afterEach(() => showLanguage('zh-CN'));

const told: Told = {
  from: '2026-11-24T12:00:00Z',
  until: '2026-12-01T17:00:00Z',
  orders: 1214,
  paid_fen: 12_345_600,
  returns: 31,
  newcomers: 0,
  came_back: 0,
  visits: 0,
  carts_left: 0,
  notes: 0,
  birthdays: 1,
  launches: 0,
};

test('what happened is told, what did not is left out', async () => {
  expect(linesOf(told, 'Asia/Shanghai').map(({ text }) => text)).toEqual([
    '1,214 笔订单',
    '销售 ¥123,456.00',
    '31 次退货',
    '1 位顾客过生日',
  ]);
  await showLanguage('en');
  expect(linesOf(told, 'Asia/Shanghai').map(({ text }) => text)).toContain('1 birthday');
});

test('orders lead to those of the days of the shop', () => {
  expect(linesOf(told, 'Asia/Shanghai')[0]).toMatchObject({
    to: '/orders',
    search: { from: '2026-11-24', to: '2026-12-02' },
  });
});

test('the way goes from where time began to where it is to stand', () => {
  const life = { moving: true, moving_to: '2026-12-08T22:00:00Z', told };
  expect(wayOf(life)).toBeCloseTo(0.5);
  expect(wayOf({ ...life, moving_to: told.until })).toBe(1);
});
