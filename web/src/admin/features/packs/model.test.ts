import { expect, test } from 'vitest';
import { inUseFirst, usedBy } from './model';

type Segments = Parameters<typeof usedBy>[0];
type Pack = Parameters<typeof usedBy>[1];

const pack = (code: string, enabled: boolean) =>
  ({ code, enabled, attributes: [{ code: `${code}.milk` }] }) as unknown as Pack;

test('the segments that name an attribute of a pack are found, however deep', () => {
  const field = (name: string) => ({ field: name, op: 'known' });
  const segments = [
    { name: 'deep', rule: { all: [field('age'), { any: [{ not: field('attr.coffee.milk') }] }] } },
    { name: 'other', rule: { all: [field('age'), field('attr.tea.milk')] } },
  ] as unknown as Segments;
  expect(usedBy(segments, pack('coffee', true)).map(({ name }) => name)).toEqual(['deep']);
});

test('packs in use come first', () => {
  const packs = [pack('a', false), pack('b', true), pack('c', false), pack('d', true)];
  expect(inUseFirst(packs).map(({ code }) => code)).toEqual(['b', 'd', 'a', 'c']);
});
