import { expect, test } from 'vitest';
import { actsOn, type Counts, doneOf, isBusy, parseFilters, totalsOf } from './model';

const none = { ready: 0, running: 0, waiting: 0, retrying: 0, dead: 0 };
const counts: Counts[] = [
  { ...none, kind: 'intake.run', running: 1, dead: 2 },
  { ...none, kind: 'segment.refresh', waiting: 3, dead: 1 },
];

test('counts are added up, or those of one kind', () => {
  expect(totalsOf(counts)).toEqual({ ...none, running: 1, waiting: 3, dead: 3 });
  expect(totalsOf(counts, 'segment.refresh')).toEqual({ ...none, waiting: 3, dead: 1 });
});

test('busy is what runs or is about to', () => {
  expect(isBusy(counts)).toBe(true);
  expect(isBusy([{ ...none, kind: 'x', waiting: 3, dead: 1, retrying: 2 }])).toBe(false);
});

test.each([
  ['dead', false, ['retry', 'discard']],
  ['running', false, ['cancel']],
  ['running', true, []],
  ['waiting', false, ['cancel']],
])('a job that is %s (cancelling: %s) can be %j', (state, cancelling, want) => {
  expect(actsOn({ state, cancelling })).toEqual(want);
});

test.each([
  [
    { done: 40, all: 400 },
    { done: 40, total: 400 },
  ],
  [
    { rows_done: 5, rows_total: 10, rows_per_second: 2, counts: {} },
    { done: 5, total: 10, rate: 2 },
  ],
  [{ rows_done: 5, rows_total: 0 }, undefined],
  [{ orders: 12 }, undefined],
  ['counting', undefined],
  [undefined, undefined],
])('the progress %j', (progress, want) => {
  expect(doneOf(progress)).toEqual(want);
});

test('an unknown state is no filter', () => {
  expect(parseFilters({ state: 'asleep', kind: 'intake.run' })).toEqual({
    state: undefined,
    kind: 'intake.run',
  });
});
