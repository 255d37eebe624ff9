import { expect, test } from 'vitest';
import { endingOf, partsOf, shownTags, sureness, type Tag } from './model';

const tag = (name: string, change: Partial<Tag> = {}): Tag => ({
  id: `tag_${name}`,
  name,
  axis: 'preference',
  archived: false,
  customers: 0,
  version: 1,
  created_at: '2026-11-24T00:00:00Z',
  ...change,
});

const mixed = tag('mixed', {
  customers: 40,
  sources: [
    { source: 'import', customers: 10, confidence: 60, ending: 0 },
    { source: 'clerk', customers: 30, confidence: 100, ending: 4, ends_at: '2026-12-05T00:00:00Z' },
  ],
});

test('a bar has its parts in one order, measured by the longest bar', () => {
  expect(partsOf(mixed, 80)).toEqual([
    { source: 'clerk', customers: 30, share: 0.375 },
    { source: 'import', customers: 10, share: 0.125 },
  ]);
  expect(partsOf(tag('nobody'), 0)).toEqual([]);
});

test('confidence is that of the customers, not of the sources', () => {
  expect(sureness(mixed)).toBe(90);
  expect(sureness(tag('nobody'))).toBeUndefined();
});

test('what ends is added up, and the first day is named', () => {
  expect(endingOf(mixed)).toEqual({ customers: 4, first: '2026-12-05T00:00:00Z' });
  expect(endingOf(tag('nobody'))).toEqual({ customers: 0, first: undefined });
});

test('tags are shown by axis, state and name, the most frequent first', () => {
  const tags = [
    tag('Retro', { customers: 1 }),
    tag('retro chic', { customers: 2 }),
    tag('retro old', { archived: true }),
    tag('retro age', { axis: 'lifecycle' }),
    tag('street', { customers: 9 }),
  ];
  const names = (archived: 'true' | undefined, q: string | undefined) =>
    shownTags(tags, 'preference', { archived, q }).map(({ name }) => name);
  expect(names(undefined, undefined)).toEqual(['street', 'retro chic', 'Retro']);
  expect(names(undefined, ' RETRO')).toEqual(['retro chic', 'Retro']);
  expect(names('true', undefined)).toEqual(['retro old']);
});
