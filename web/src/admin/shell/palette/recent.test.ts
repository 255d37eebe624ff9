import { expect, test } from 'vitest';
import { customerOf, read, withFirst } from './recent';

test('only pages of the menu and customers are read back', () => {
  const stored = ['/orders', '/orders/ord_1', '/customers/cus_0A', 'https://elsewhere', 7, '/nowhere'];
  expect(read(JSON.stringify(stored))).toEqual(['/orders', '/customers/cus_0A']);
  expect(read('{')).toEqual([]);
  expect(read(null)).toEqual([]);
});

test('what is opened again moves to the head, and the list stays short', () => {
  expect(withFirst(['/a', '/b', '/c'], '/b')).toEqual(['/b', '/a', '/c']);
  expect(withFirst(['/1', '/2', '/3', '/4', '/5', '/6'], '/7')).toEqual(['/7', '/1', '/2', '/3', '/4', '/5']);
});

test('the customer of a path', () => {
  expect(customerOf('/customers/cus_0A')).toBe('cus_0A');
  expect(customerOf('/customers')).toBeUndefined();
});
