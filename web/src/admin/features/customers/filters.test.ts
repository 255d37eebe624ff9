import { expect, test } from 'vitest';
import { activeFilters, parseFilters, phoneLike, queryOf } from './filters';

const unsorted = { sort: 'last_order' };

test('what the address says badly is left out', () => {
  const filters = parseFilters({
    cell: '056',
    stage: 'asleep',
    shop_id: '7',
    min_paid_fen: '-1',
    last_order_from: 'x',
  });
  expect(queryOf(filters, undefined)).toEqual(unsorted);
});

test('the shop of the top bar holds where the address names none', () => {
  expect(queryOf(parseFilters({}), 'shp_1')).toEqual({ ...unsorted, shop_id: 'shp_1' });
  expect(queryOf(parseFilters({ shop_id: 'shp_2' }), 'shp_1')).toEqual({ ...unsorted, shop_id: 'shp_2' });
});

test('an order without a column to sort by is none', () => {
  expect(queryOf(parseFilters({ order: 'asc' }), undefined)).toEqual(unsorted);
  expect(queryOf(parseFilters({ stage: 'lead' }), undefined)).toEqual({ stage: 'lead', sort: 'newest' });
  expect(queryOf(parseFilters({ sort: 'spend', order: 'asc', min_paid_fen: '100' }), undefined)).toEqual({
    sort: 'spend',
    order: 'asc',
    min_paid_fen: 100,
  });
});

test('a range is one filter; search and stage are shown elsewhere', () => {
  const filters = parseFilters({
    q: '王',
    stage: 'new',
    cell: '555',
    min_paid_fen: '100',
    max_paid_fen: '200',
  });
  expect(activeFilters(filters)).toEqual([['cell'], ['min_paid_fen', 'max_paid_fen']]);
});

test('the members of a segment are a list', () => {
  expect(queryOf(parseFilters({ segment: 'seg_1' }), undefined)).toEqual({ ...unsorted, segment: 'seg_1' });
  expect(queryOf(parseFilters({ segment: 'tag_1' }), undefined)).toEqual(unsorted);
});

test('birthdays and gaps in the record narrow the list', () => {
  const filters = parseFilters({ birthday_days: '7', quality_below: '50' });
  expect(queryOf(filters, undefined)).toEqual({ ...unsorted, birthday_days: 7, quality_below: 50 });
  expect(activeFilters(filters)).toEqual([['birthday_days'], ['quality_below']]);
  expect(parseFilters({ birthday_days: '93', quality_below: '0' })).toEqual(parseFilters({}));
});

test.each([
  ['138 1234-5678', '13812345678'],
  ['+8613812345678', '+8613812345678'],
  ['5678', undefined],
  ['王芳', undefined],
  [undefined, undefined],
])('%s is the number %s', (text, number) => {
  expect(phoneLike(text)).toBe(number);
});
