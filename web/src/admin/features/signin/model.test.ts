import { expect, test } from 'vitest';
import { ApiError } from '@/api/problem';
import { wantsCode, wayOn } from './model';

test.each([
  ['/customers?q=8952', '/customers?q=8952'],
  ['https://elsewhere.example', '/'],
  ['//elsewhere.example', '/'],
  ['/\\elsewhere.example', '/'],
  ['/signin?next=/x', '/'],
  ['/setup', '/'],
  ['/setups', '/setups'],
  [undefined, '/'],
])('after signing in, %s leads to %s', (next, want) => {
  expect(wayOn(next)).toBe(want);
});

test.each([
  ['session.code_required', true],
  ['session.code_wrong', true],
  ['session.wrong', false],
])('%s asks for a code: %s', (code, want) => {
  expect(wantsCode(new ApiError({ status: 401, code }))).toBe(want);
});
