import { expect, test } from 'vitest';
import { countsOf, type Mapping, parseFilters, remap, sampleFile, samplesOf, stepOf } from './model';

const mapping: Mapping = {
  columns: [
    { header: '单号', field: 'order_no' },
    { header: '日期', field: '' },
  ],
  options: { source: 'import' },
};

test('a field belongs to one column: giving it to another takes it away', () => {
  expect(remap(mapping, 1, 'order_no').columns.map((column) => column.field)).toEqual(['', 'order_no']);
  expect(remap(mapping, 0, '').columns.map((column) => column.field)).toEqual(['', '']);
});

test.each([
  ['uploaded', false, 1],
  ['running', true, 2],
  ['running', false, 3],
  ['previewed', true, 2],
  ['done', false, 4],
  ['undone', false, 4],
] as const)('an import that is %s (dry: %s) stands at step %d', (state, dry_run, want) => {
  expect(stepOf({ state, dry_run })).toBe(want);
});

test('what became of the rows: faults always, the unexpected only when there are any', () => {
  const counts = {
    rows: 9,
    orders: 4,
    refunds: 0,
    customers: 2,
    anonymous_orders: 1,
    unchanged: 3,
    errors: 0,
  };
  expect(countsOf('orders', counts).map(({ key }) => key)).toEqual([
    'rows',
    'orders',
    'refunds',
    'customers',
    'anonymous_orders',
    'unchanged',
    'errors',
  ]);
});

test('samples of a column are different values, none blank', () => {
  const rows = [['a'], [' '], ['a'], ['b']].map((cells, line) => ({ line, cells }));
  expect(samplesOf({ rows, items: [] }, 0)).toEqual(['a', 'b']);
  expect(samplesOf(undefined, 0)).toEqual([]);
});

test('the sample file is the same each time and ends before today', () => {
  const file = sampleFile('2026-11-24');
  expect(file).toBe(sampleFile('2026-11-24'));
  const days = file
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split(',')[1]?.slice(0, 10) ?? '');
  expect(days).toHaveLength(600);
  expect([...days].sort().at(-1)).toBe('2026-11-23');
});

test('only known kinds are taken from the address', () => {
  expect(parseFilters({ new: 'people', id: 'imp_1' })).toEqual({
    id: 'imp_1',
    new: undefined,
    sample: undefined,
  });
});
