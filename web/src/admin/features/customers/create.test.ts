import { expect, test } from 'vitest';
import { ApiError } from '@/api/problem';
import { atPhone, createBody, customerIn } from './create';

test('what was left empty is not sent', () => {
  expect(createBody({ name: ' 王芳 ', phone: '', gender: '' })).toEqual({ name: '王芳' });
  expect(createBody({ phone: ' 138 0013 8000 ' })).toEqual({
    identities: [{ kind: 'phone', value: '138 0013 8000' }],
  });
});

test('a customer who is known already is named', () => {
  const known = new ApiError({
    status: 409,
    code: 'customer.exists',
    subject: 'cus_0AMR1K8E80000',
  });
  expect(customerIn(known)).toBe('cus_0AMR1K8E80000');
  expect(customerIn(new ApiError({ status: 409, code: 'customer.exists', detail: 'known' }))).toBeUndefined();
});

test('errors of the first identity belong to the number', () => {
  const error = atPhone(
    new ApiError({
      status: 400,
      code: 'identity.invalid',
      errors: [
        { path: 'identities[0]', code: 'phone.invalid', message: '' },
        { path: 'name', code: 'text.too_long', message: '' },
      ],
    }),
  ) as ApiError;
  expect(error.fields.map((field) => field.path)).toEqual(['phone', 'name']);
});
