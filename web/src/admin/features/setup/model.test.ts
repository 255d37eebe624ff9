import { describe, expect, test } from 'vitest';
import { ApiError, formErrors } from '@/api/problem';
import { asAsked, stepOf, strengthOf } from './model';

const refusal = (code: string, path: string) =>
  new ApiError({ status: 400, code, errors: [{ path, code: 'length', message: '' }] });

describe('a refusal finds the question that caused it', () => {
  test.each([
    ['shop.invalid', 'code', 'shop_code', 'shop'],
    ['organisation.invalid', 'name', 'shop_name', 'shop'],
    ['staff.invalid', 'name', 'owner_name', 'owner'],
    ['staff.invalid', 'login', 'login', 'owner'],
    ['password.invalid', 'password', 'password', 'owner'],
    ['request.invalid', 'body.time_zone', 'time_zone', 'shop'],
  ])('%s at %s', (code, path, field, step) => {
    const asked = asAsked(refusal(code, path));
    expect(formErrors(asked)[0]?.name).toEqual([field]);
    expect(stepOf(asked)).toBe(step);
  });

  test('one without a field belongs to no step', () => {
    expect(stepOf(asAsked(new ApiError({ status: 404, code: 'setup.done' })))).toBeUndefined();
  });
});

test.each([
  ['short', 0],
  ['aaaaaaaaaaaaaaaa', 0],
  ['eight888x', 1],
  ['twelve-chars', 2],
  ['four words of a song', 3],
])('the strength of %s', (password, want) => {
  expect(strengthOf(password)).toBe(want);
});
