import { expect, test } from 'vitest';
import { findCircle } from './circles.ts';

const graph = (text: Record<string, string>) =>
  new Map(Object.entries(text).map(([chunk, imports]) => [chunk, imports.split(' ').filter(Boolean)]));

test('chunks that share others are no circle', () => {
  expect(
    findCircle(graph({ page: 'antd base', antd: 'base start', base: 'start', start: '' })),
  ).toBeUndefined();
});

test('a circle is named, without what leads to it', () => {
  expect(
    findCircle(graph({ page: 'antd', antd: 'start base', base: 'form', form: 'antd', start: '' })),
  ).toEqual(['antd', 'base', 'form', 'antd']);
});

test('a chunk that imports itself is a circle', () => {
  expect(findCircle(graph({ page: 'page' }))).toEqual(['page', 'page']);
});
