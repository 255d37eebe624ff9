import { expect, test } from 'vitest';
import { matchOf } from './match';

test.each([
  ['订单', 4],
  ['订', 3],
  ['ＤＤ', 2],
  ['dd', 2],
  ['ders', 1],
  ['Or ders', 4],
  ['商品', 0],
  [' ', 0],
])('%s names the page of orders: %i', (text, want) => {
  expect(matchOf(text, ['订单', 'Orders'], 'dd')).toBe(want);
});
