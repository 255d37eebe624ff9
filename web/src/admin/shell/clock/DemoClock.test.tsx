import { screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { renderInConsole } from '../../../../test/render';

// The client takes fetch when it is made, so it is replaced before the import.
const server = vi.fn<(request: Request) => Promise<Response>>();
vi.stubGlobal('fetch', server);
const { DemoClock } = await import('./DemoClock');

const begin = '2026-11-24T04:00:00Z';
const week = '2026-12-01T04:00:00Z';
const nothing = {
  orders: 0,
  paid_fen: 0,
  returns: 0,
  newcomers: 0,
  came_back: 0,
  visits: 0,
  carts_left: 0,
  notes: 0,
  birthdays: 0,
  launches: 0,
};

let demo = true;
let asked: number[] = [];
let looks = 0;

/** A demo whose week passes while the clock is looked at twice. */
async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/v1/session') {
    return Response.json({
      demo,
      permissions: ['clock.move', 'orders.read'],
      time_zone: 'Asia/Shanghai',
      currency: 'CNY',
      now: begin,
    });
  }
  if (pathname === '/v1/clock/move') asked.push(((await request.json()) as { hours: number }).hours);
  else if (asked.length > 0) looks++;
  const moving = asked.length > 0 && looks < 2;
  const until = asked.length === 0 ? begin : moving ? '2026-11-27T04:00:00Z' : week;
  return Response.json({
    now: until,
    movable: true,
    offset_seconds: 0,
    life: {
      moving,
      moving_to: asked.length > 0 ? week : begin,
      told: {
        ...nothing,
        from: begin,
        until,
        ...(asked.length > 0 && { orders: moving ? 90 : 214, returns: 31 }),
      },
    },
  });
}

beforeEach(() => {
  demo = true;
  asked = [];
  looks = 0;
  server.mockReset().mockImplementation(answer);
});

test('outside of a demo there is no clock', async () => {
  demo = false;
  const { cache } = renderInConsole(<DemoClock />);
  await waitFor(() => expect(cache.getQueryData(['session'])).toBeDefined());
  expect(screen.queryByRole('button')).toBeNull();
});

test('a week passes under the keyboard, and the panel tells what happened', async () => {
  const { user } = renderInConsole(<DemoClock />);
  const button = await screen.findByRole('button', { name: '演示时钟' });
  button.focus();
  await user.keyboard('{Enter}');
  const hour = await screen.findByRole('button', { name: '1 小时' });
  await waitFor(() => expect(document.activeElement).toBe(hour));
  expect(screen.getByText(/周[一二三四五六日]/)).toBeDefined();
  await user.tab();
  await user.tab();
  await user.keyboard('{Enter}');
  const way = await screen.findByRole('progressbar');
  expect(way.getAttribute('aria-valuenow')).toBe('43');
  expect(asked).toEqual([7 * 24]);
  const orders = await screen.findByRole('link', { name: '214 笔订单' });
  expect(orders.getAttribute('href')).toContain('from=2026-11-24');
  expect(screen.getByText('31 次退货')).toBeDefined();
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByText('31 次退货')).toBeNull());
  expect(document.activeElement).toBe(button);
});
