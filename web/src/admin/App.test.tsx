import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { chooseLanguage } from '@/shared/i18n/t';

const session = {
  staff: { id: 'stf_1', name: '周敏慧', role: 'manager' },
  shops: [{ id: 'shp_1', name: '武康路店' }],
  currency: 'CNY',
  time_zone: 'Asia/Shanghai',
  waiting: { merges: 7 },
};

// The client takes fetch when it is made, so it is replaced before the import.
const server = vi.fn<() => Promise<Response>>();
vi.stubGlobal('fetch', server);
const { App } = await import('./App');
const { router } = await import('./router');

beforeEach(async () => {
  server.mockImplementation(async () => Response.json(session));
  await chooseLanguage('zh-CN');
});

async function open(path: string) {
  render(<App />);
  void router.navigate({ href: path });
  await waitFor(() => expect(router.state.status).toBe('idle'));
  return userEvent.setup();
}

test('the menu knows where we are and what waits', async () => {
  await open('/merges');
  const nav = within(screen.getByRole('navigation', { name: '主导航' }));
  const merges = await nav.findByRole('link', { name: /合并审核.*7 项待处理/ });
  expect(merges.getAttribute('aria-current')).toBe('page');
  expect(nav.getByRole('link', { name: '订单' }).getAttribute('aria-current')).toBeNull();
});

test('Ctrl K finds customers from every page', async () => {
  const user = await open('/jobs');
  await user.keyboard('{Control>}k{/Control}8952{Enter}');
  await screen.findByRole('heading', { level: 1, name: '顾客' });
  expect(router.state.location.href).toBe('/customers?q=8952');
});

test('another language draws everything anew', async () => {
  const user = await open('/products');
  await user.click(screen.getByRole('button', { name: '语言' }));
  await user.click(await screen.findByText('English'));
  await screen.findByRole('heading', { level: 1, name: 'Products' });
  expect(document.documentElement.lang).toBe('en');
});

test('a session that has ended leads to the sign-in page and back', async () => {
  server.mockImplementation(async () => Response.json({ status: 401, code: 'x' }, { status: 401 }));
  await open('/orders?q=12');
  await screen.findByRole('heading', { level: 1, name: '登录' });
  expect(router.state.location.search).toEqual({ next: '/orders?q=12' });
});

test('an unknown address keeps the menu', async () => {
  await open('/nowhere');
  await screen.findByRole('heading', { level: 1, name: '没有找到这一页' });
  expect(screen.getByRole('navigation', { name: '主导航' })).toBeDefined();
});
