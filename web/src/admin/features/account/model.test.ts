import { expect, test } from 'vitest';
import { ApiError, formErrors } from '@/api/problem';
import { asAsked, inFours } from './model';

test.each([
  ['password.wrong', ['current_password']],
  ['password.invalid', ['new_password']],
  ['request.invalid', ['password']],
])('%s belongs to %s', (code, name) => {
  const refusal = new ApiError({ status: 400, code, errors: [{ path: 'password', code: 'x', message: '' }] });
  expect(formErrors(asAsked(refusal))[0]?.name).toEqual(name);
});

test('a secret is read in fours', () => {
  expect(inFours('ABCDEFGHIJ')).toBe('ABCD EFGH IJ');
});
