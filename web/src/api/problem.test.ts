import { describe, expect, test } from 'vitest';
import { showLanguage } from '@/shared/i18n/t';
import { ApiError, apiErrorFrom, errorMessage, fieldMessage, formErrors, networkError } from './problem';

const problem = {
  title: 'Unprocessable Entity',
  status: 422,
  code: 'thing.invalid',
  detail: 'two fields are wrong',
  errors: [{ path: 'body.lines[1].price_fen', code: 'x', message: 'must not be negative' }],
  request_id: 'req_1',
};

function answer(body: string, status: number, type: string): Response {
  return new Response(body, { status, headers: { 'Content-Type': type, 'X-Request-Id': 'req_9' } });
}

describe('apiErrorFrom', () => {
  test('keeps what the server said', async () => {
    const error = await apiErrorFrom(answer(JSON.stringify(problem), 422, 'application/problem+json'));
    expect(error.problem).toMatchObject(problem);
  });

  test.each([
    ['a page of a proxy', '<h1>Bad gateway</h1>', 'text/html'],
    ['broken JSON', '{"code":', 'application/json'],
  ])('makes a problem of %s', async (_name, body, type) => {
    const error = await apiErrorFrom(answer(body, 502, type));
    expect(error.problem).toEqual({ status: 502, code: 'status.502', request_id: 'req_9' });
  });
});

test('when to try again is kept', async () => {
  const response = Response.json(
    { status: 429, code: 'session.too_many' },
    { status: 429, headers: { 'Retry-After': '16' } },
  );
  expect((await apiErrorFrom(response)).problem.retry_after).toBe(16);
});

describe('errorMessage', () => {
  test.each([
    ['a code with words', new ApiError({ status: 429, code: 'status.429' }), '操作太频繁，请稍等片刻再试。'],
    ['a code without', new ApiError(problem), '有些内容没有填对。'],
    ['only a status', new ApiError({ status: 404, code: 'thing.not_found' }), '没有找到，可能已被删除。'],
    ['no connection', networkError(), '连不上服务器。请检查网络，然后重试。'],
    ['a mistake of ours', new TypeError('x is undefined'), '服务器出了点问题，已经记录下来。请稍后重试。'],
  ])('%s', (_name, error, want) => {
    expect(errorMessage(error)).toBe(want);
  });
});

test('in English the server speaks for itself', async () => {
  await showLanguage('en');
  expect(errorMessage(new ApiError(problem))).toBe('two fields are wrong');
  await showLanguage('zh-CN');
});

test.each([
  ['required', '必填'],
  ['no.such_code', 'said the server'],
])('field code %s is %s', (code, want) => {
  expect(fieldMessage({ path: 'name', code, message: 'said the server' })).toBe(want);
});

test('field errors find their place in a form', () => {
  expect(formErrors(new ApiError(problem))).toEqual([
    { name: ['lines', 1, 'price_fen'], errors: ['must not be negative'] },
  ]);
});
