import { expect, test } from 'vitest';
import { compare, effectOf, likelySurvivor, type Side } from './model';

function side(id: string, orders: number, paid: number, tags: string[], created = '2026-01-01'): Side {
  return {
    profile: {
      id,
      created_at: created,
      identities: [{ id: `idn_${id}` }],
      tags: tags.map((tag_id) => ({ tag_id, name: tag_id, axis: 'preference' })),
    },
    figures: { order_count: orders, paid_fen: paid },
  } as unknown as Side;
}

test.each([
  ['王芳', '王芳 ', 'agrees'],
  ['王芳', '王方', 'differs'],
  ['', '王芳', 'alone'],
  ['', '', 'none'],
] as const)('%s and %s: %s', (a, b, verdict) => {
  expect(compare(a, b)).toBe(verdict);
});

test('tags agree in any order', () => {
  expect(compare(['法式', '社交'], ['社交', '法式'])).toBe('agrees');
  expect(compare([], [])).toBe('none');
});

test('who bought more is kept, else who was there first', () => {
  expect(likelySurvivor(side('a', 1, 0, []), side('b', 4, 0, []))).toBe('b');
  expect(likelySurvivor(side('a', 1, 0, [], '2026-05-01'), side('b', 1, 0, [], '2026-02-01'))).toBe('b');
});

test('what moves is what the kept record does not have', () => {
  const effect = effectOf(side('a', 6, 238_380, ['x']), side('b', 2, 20_000, ['x', 'y']));
  expect(effect).toEqual({
    orders: 2,
    paidFen: 20_000,
    identities: 1,
    tags: 1,
    totalOrders: 8,
    totalFen: 258_380,
  });
});
