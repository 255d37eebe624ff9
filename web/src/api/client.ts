import createClient, { type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import { apiErrorFrom, networkError } from './problem';
import type { paths } from './schema.gen';

/** A key that makes a repeated write happen once. `crypto.randomUUID` is missing on plain http, so it is made here. */
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

let signedOut: () => void = () => {};
let due: () => void = () => {};

/** Names what to do when the session has ended: show the sign-in page. */
export function onSignedOut(handler: () => void): void {
  signedOut = handler;
}

/** Names what to do when something must be done before anything else is permitted: ask the session what. */
export function onDue(handler: () => void): void {
  due = handler;
}

const dueCodes = ['session.password_due', 'session.totp_due'];

const conventions: Middleware = {
  onRequest({ request }) {
    const writes = request.method !== 'GET' && request.method !== 'HEAD';
    if (writes && !request.headers.has('Idempotency-Key')) {
      request.headers.set('Idempotency-Key', idempotencyKey());
    }
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return;
    if (response.status === 401) signedOut();
    const error = await apiErrorFrom(response);
    if (dueCodes.includes(error.code)) due();
    throw error;
  },
  onError({ error }) {
    const cancelled = error instanceof DOMException && error.name === 'AbortError';
    return cancelled ? undefined : networkError();
  },
};

/** The typed client: same origin, session cookie, every failure an ApiError. */
export const api = createClient<paths>({ baseUrl: window.location.origin, credentials: 'same-origin' });
api.use(conventions);

/** Hooks over the client: `$api.useQuery('get', '/v1/customers', …)`. */
export const $api = createQueryClient(api);

/** The header of a change that must be made on the version that was read; else the server answers 412. */
export const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` });

/** For `$api.useInfiniteQuery`: lists come in pages; the first has no cursor. */
export const inPages = {
  pageParamName: 'cursor',
  initialPageParam: '',
  getNextPageParam: (last: { next_cursor?: string }) => last.next_cursor,
};
