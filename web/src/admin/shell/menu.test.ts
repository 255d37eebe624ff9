import { expect, test } from 'vitest';
import { isByShop, itemAt, menuFor } from './menu';

const pages = (permissions: string[]) =>
  menuFor(permissions).flatMap(({ items }) => items.map(({ to }) => to));

test('a clerk sees customers and goods, and no settings', () => {
  const clerk = [
    'customers.read',
    'customers.write',
    'orders.read',
    'orders.write',
    'products.read',
    'shops.read',
  ];
  expect(pages(clerk)).toEqual(['/customers', '/segments', '/tags', '/orders', '/products']);
  expect(menuFor(clerk).map(({ label }) => label)).toEqual(['shell.group.customers', 'shell.group.goods']);
});

test('an auditor sees who works here and what they did', () => {
  expect(pages(['staff.read', 'audit.read'])).toEqual(['/staff', '/audit']);
});

test('without permissions there is no menu', () => {
  expect(menuFor([])).toEqual([]);
});

test.each([
  ['/orders', '/orders'],
  ['/orders/ord_1', '/orders'],
  ['/orderings', undefined],
  ['/account', undefined],
])('the item of %s is %s', (pathname, want) => {
  expect(itemAt(pathname)?.to).toBe(want);
});

test.each([
  ['/dashboard', true],
  ['/customers', true],
  ['/customers/cus_1', false],
  ['/rfm', false],
  ['/staff', false],
  ['/account', false],
])('the page at %s shows the shop that is chosen: %s', (pathname, want) => {
  expect(isByShop(pathname)).toBe(want);
});
