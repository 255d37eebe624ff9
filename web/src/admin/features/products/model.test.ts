import { expect, test } from 'vitest';
import {
  draftOf,
  editOf,
  facetsOf,
  type Product,
  parseFilters,
  priceRange,
  queryOf,
  valuesOf,
} from './model';

const product: Product = {
  id: 'prd_1',
  style_code: 'MM1600',
  name: '玛丽珍鞋',
  brand: '木棉里',
  category: '鞋履/单鞋',
  scene: '度假',
  styles: ['街头'],
  state: 'active',
  skus: [
    { id: 'sku_1', code: 'A', colour: '卡其', size: '35', price_fen: 44900, cost_fen: 12572, retired: false },
    { id: 'sku_2', code: 'B', colour: '卡其', size: '36', price_fen: 39990, retired: false },
    { id: 'sku_3', code: 'C', colour: '黑', size: '36', price_fen: 100, retired: true },
  ],
  version: 3,
  created_at: '2026-11-24T00:00:00Z',
  updated_at: '2026-11-24T00:00:00Z',
};

test('the address gives the filters', () => {
  expect(queryOf(parseFilters({ q: '鞋', state: 'gone', brand: '' }))).toEqual({ q: '鞋' });
  expect(queryOf(parseFilters({ state: 'stub', category: '鞋履' }))).toEqual({
    state: 'stub',
    category: '鞋履',
  });
});

test('the range of prices leaves out what is no longer sold', () => {
  expect(priceRange(product.skus)).toEqual([39990, 44900]);
  expect(priceRange(product.skus.slice(2))).toEqual([100, 100]);
  expect(priceRange(product.skus.slice(0, 1).map((sku) => ({ ...sku, price_fen: 0 })))).toBeUndefined();
  expect(priceRange([])).toBeUndefined();
});

test('a category can be narrowed to what is above it', () => {
  expect(facetsOf([product]).category).toEqual(['鞋履', '鞋履/单鞋']);
});

test('only what was changed is sent', () => {
  const values = valuesOf(product);
  expect(editOf(product, values)).toEqual({});
  const [first, ...others] = values.skus ?? [];
  expect(
    editOf(product, { ...values, name: '芭蕾鞋', skus: [{ code: 'A', ...first, price: 399.9 }, ...others] }),
  ).toEqual({
    name: '芭蕾鞋',
    skus: [{ code: 'A', colour: '卡其', size: '35', price_fen: 39990, cost_fen: 12572, retired: false }],
  });
});

test('what was left empty is not sent', () => {
  expect(draftOf({ style_code: 'X', name: '裙', skus: [{ code: 'X-1', price: null }] })).toEqual({
    style_code: 'X',
    name: '裙',
    skus: [{ code: 'X-1' }],
  });
});
