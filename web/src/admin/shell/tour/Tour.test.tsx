import { act, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { renderInConsole } from '../../../../test/render';

// The client takes fetch when it is made, so it is replaced before the import.
const server = vi.fn<(request: Request) => Promise<Response>>();
vi.stubGlobal('fetch', server);
const { Tour } = await import('./Tour');
const { endTour, parseTour, restartTour } = await import('./state');
const { stations } = await import('./stations');

let role = 'owner';

async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/v1/session') return Response.json({ demo: true, permissions: [], staff: { role } });
  return Response.json({ items: [{ id: 'cus_1' }] });
}

beforeEach(() => {
  role = 'owner';
  server.mockReset().mockImplementation(answer);
  act(endTour);
});

/** The tour in a console that has the pages named. */
const setup = (...pages: string[]) => renderInConsole(<Tour />, '/', ['/customers/$id', ...pages]);

test('an owner is led by the keyboard, and the place is remembered', async () => {
  const { user, router } = setup('/dashboard', '/rfm', '/imports', '/shops');
  act(() => restartTour('owner'));
  const card = await screen.findByRole('dialog', { name: '先看生意' });
  await waitFor(() => expect(document.activeElement).toBe(card));
  await user.keyboard('{ArrowRight}');
  await screen.findByRole('dialog', { name: '今天先做这些' });
  await user.keyboard('{ArrowRight}{ArrowRight}');
  await screen.findByRole('dialog', { name: '一位贵客的全貌' });
  await waitFor(() => expect(router.state.location.href).toBe('/customers/cus_1'));
  expect(parseTour(localStorage.getItem('shuke.tour'))).toEqual({ role: 'owner', at: 3, open: true });
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(parseTour(localStorage.getItem('shuke.tour'))).toEqual({ role: 'owner', at: 3, open: false });
});

test('a station without a page is passed over, on the way back too', async () => {
  role = 'marketer';
  const { user } = setup('/customers', '/rfm', '/dashboard');
  act(() => restartTour('marketer'));
  await screen.findByRole('dialog', { name: '全部顾客' });
  await user.click(screen.getByRole('button', { name: '下一站' }));
  await user.click(await screen.findByRole('button', { name: '下一站' }));
  await screen.findByRole('dialog', { name: '生命周期' });
  await user.click(screen.getByRole('button', { name: '下一站' }));
  await screen.findByRole('dialog', { name: '标签' });
  await user.click(screen.getByRole('button', { name: '上一站' }));
  await screen.findByRole('dialog', { name: '生命周期' });
});

test('both tours have six stations, and nobody else is led', async () => {
  expect(Object.values(stations).map(({ length }) => length)).toEqual([6, 6]);
  role = 'clerk';
  const { cache } = setup('/dashboard');
  act(() => restartTour('owner'));
  await waitFor(() => expect(cache.getQueryData(['session'])).toBeDefined());
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('what is remembered wrongly is no tour', () => {
  expect(parseTour('owner:x')).toBeNull();
  expect(parseTour(null)).toBeNull();
});
