import { expect, test } from 'vitest';
import { letterOf } from './Avatar';

test.each([
  ['周敏慧', '敏'],
  ['周', '周'],
  ['阿依古丽·买买提', '阿'],
  ['anna', 'A'],
  ['', '?'],
])('%s goes by %s', (name, letter) => {
  expect(letterOf(name)).toBe(letter);
});
