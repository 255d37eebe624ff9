import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { chooseLanguage } from '@/shared/i18n/t';

const session = {
  staff: { id: 'stf_1', name: '周敏慧', login: 'zhou', role: 'owner', totp: false },
  permissions: [
    'customers.read',
    'customers.merge',
    'jobs.manage',
    'orders.read',
    'products.read',
    'reports.read',
  ],
  all_shops: true,
  shops: [{ id: 'shp_1', code: '001', name: '武康路店', open: true }],
  organisation: '山茶与羽',
  currency: 'CNY',
  time_zone: 'Asia/Shanghai',
  locale: 'zh-CN',
  demo: false,
  now: '2026-11-24T10:00:00Z',
};

const dead = { kind: 'import.run', ready: 0, running: 0, waiting: 0, retrying: 0, dead: 7 };

const answer = (request: Request): unknown => {
  const { pathname } = new URL(request.url);
  if (pathname === '/v1/session') return session;
  return { items: [], counts: [dead], parked: [] };
};

// The client takes fetch when it is made, so it is replaced before the import.
const server = vi.fn<(request: Request) => Promise<Response>>();
vi.stubGlobal('fetch', server);
const { App } = await import('./App');
const { router } = await import('./router');

beforeEach(async () => {
  server.mockImplementation(async (request) => Response.json(answer(request)));
  await chooseLanguage('zh-CN');
});

async function open(path: string) {
  render(<App />);
  void router.navigate({ href: path });
  await waitFor(() => expect(router.state.status).toBe('idle'));
  return userEvent.setup();
}

test('the menu knows where we are and what waits', async () => {
  await open('/jobs');
  const nav = within(screen.getByRole('navigation', { name: '主导航' }));
  const jobs = await nav.findByRole('link', { name: /后台任务.*7 项待处理/ });
  expect(jobs.getAttribute('aria-current')).toBe('page');
  expect(nav.getByRole('link', { name: '订单' }).getAttribute('aria-current')).toBeNull();
  expect(nav.queryByRole('link', { name: '员工' })).toBeNull();
});

test('Ctrl K finds customers from every page', async () => {
  const user = await open('/jobs');
  await user.keyboard('{Control>}k{/Control}');
  await user.type(await screen.findByRole('combobox', { name: '搜索' }), '8952{Enter}');
  await screen.findByRole('heading', { level: 1, name: '顾客' });
  expect(router.state.location.href).toBe('/customers?q=8952');
});

test('Ctrl K finds pages by the initials of their pinyin, arrows and Enter', async () => {
  const user = await open('/jobs');
  await user.keyboard('{Control>}k{/Control}');
  const field = await screen.findByRole('combobox', { name: '搜索' });
  await user.type(field, 'sp');
  const page = await screen.findByRole('option', { name: '商品' });
  expect(field.getAttribute('aria-activedescendant')).toBe(page.id);
  await user.keyboard('{ArrowDown}');
  expect(page.getAttribute('aria-selected')).toBe('false');
  await user.keyboard('{ArrowUp}{Enter}');
  await waitFor(() => expect(router.state.location.pathname).toBe('/products'));

  const before = screen.getByRole('link', { name: '顾客' });
  before.focus();
  await user.keyboard('{Control>}k{/Control}');
  await user.type(await screen.findByRole('combobox', { name: '搜索' }), '{Escape}');
  await waitFor(() => expect(screen.queryByRole('combobox', { name: '搜索' })).toBeNull());
  await waitFor(() => expect(document.activeElement).toBe(before));
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

test('the first page is the first one that the person may use', async () => {
  await open('/');
  await waitFor(() => expect(router.state.location.pathname).toBe('/dashboard'));
});

test('a one-time password is changed before all else', async () => {
  server.mockImplementation(async (request) => {
    const asked = new URL(request.url).pathname === '/v1/session';
    return Response.json(asked ? { ...session, permissions: [], due: 'password' } : {});
  });
  await open('/orders');
  await waitFor(() => expect(router.state.location.pathname).toBe('/account'));
});

test('what falls due meanwhile leads to it', async () => {
  let due: string | undefined;
  server.mockImplementation(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/v1/session') return Response.json({ ...session, due });
    if (!due) return Response.json(answer(request));
    return Response.json({ status: 403, code: 'session.totp_due' }, { status: 403 });
  });
  const user = await open('/jobs');
  due = 'totp'; // The owner has just asked everybody for a second factor.
  await user.click(await screen.findByRole('link', { name: '商品' }));
  await screen.findByRole('heading', { level: 1, name: '先开启两步验证' });
  expect(router.state.location.pathname).toBe('/account');
});

test('an unknown address keeps the menu', async () => {
  await open('/nowhere');
  await screen.findByRole('heading', { level: 1, name: '没有找到这一页' });
  expect(screen.getByRole('navigation', { name: '主导航' })).toBeDefined();
});
