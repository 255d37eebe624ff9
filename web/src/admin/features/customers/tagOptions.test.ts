import { expect, test } from 'vitest';
import { tagOptions } from './tagOptions';

type Tags = Parameters<typeof tagOptions>[0];

test('tags that were archived are not offered; one that is chosen stays, and says so', () => {
  const tag = (id: string, axis: string, archived = false) => ({ id, name: id, axis, archived });
  const tags = [
    tag('retro', 'preference'),
    tag('mother', 'demography'),
    tag('old', 'preference', true),
    tag('older', 'demography', true),
  ] as Tags;
  const names = (chosen?: string[]) =>
    tagOptions(tags, chosen).map(({ label, options }) => [label, options.map((one) => one.label)]);
  expect(names()).toEqual([
    ['人群', ['mother']],
    ['偏好', ['retro']],
  ]);
  expect(names(['retro', 'old'])).toEqual([
    ['人群', ['mother']],
    ['偏好', ['retro']],
    ['已归档', ['old（已归档）']],
  ]);
});
