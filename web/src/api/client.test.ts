import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { api, onSignedOut } from './client';
import { ApiError } from './problem';

type Call = (path: string, init: object) => Promise<{ data?: unknown }>;
const untyped = api as unknown as Record<'GET' | 'POST', Call>;

const server = vi.fn<(request: Request) => Promise<Response>>();
const call = (method: 'GET' | 'POST') => untyped[method]('/v1/shops', { fetch: server });
const sent = () => server.mock.calls.map(([request]) => request);

beforeEach(() => {
  server.mockImplementation(async () => Response.json({ ok: true }));
});
afterEach(() => {
  server.mockReset();
  onSignedOut(() => {});
});

describe('idempotency', () => {
  test('each write has its own key', async () => {
    await call('POST');
    await call('POST');
    const keys = sent().map((request) => request.headers.get('Idempotency-Key'));
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(keys).size).toBe(2);
  });

  test('a read has none', async () => {
    await call('GET');
    expect(sent()[0]?.headers.has('Idempotency-Key')).toBe(false);
  });
});

describe('failures', () => {
  test('a problem is thrown as an ApiError', async () => {
    server.mockImplementation(async () =>
      Response.json({ code: 'shop.taken', status: 409 }, { status: 409 }),
    );
    await expect(call('POST')).rejects.toMatchObject({ name: 'ApiError', code: 'shop.taken', status: 409 });
  });

  test('a dead network is one, too', async () => {
    server.mockRejectedValue(new TypeError('failed to fetch'));
    const failure = await call('GET').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect((failure as ApiError).code).toBe('network');
  });

  test('the end of a session is told', async () => {
    const told = vi.fn();
    onSignedOut(told);
    server.mockImplementation(async () =>
      Response.json({ code: 'session.ended', status: 401 }, { status: 401 }),
    );
    await expect(call('GET')).rejects.toBeInstanceOf(ApiError);
    expect(told).toHaveBeenCalledOnce();
  });
});
