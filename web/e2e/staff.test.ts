import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoComplaints, launch, openPage, shot, type View } from './browser';
import { type Server, startServer } from './server';
import { enrol } from './totp';

const owner = { login: 'zhou.minhui', password: '桂花落满武康路的秋天' };
const clerk = { name: '朱若溪', login: 'zhu.ruoxi', password: '下班以后去江边吹风' };

/** Each signs the owner in once: a code of the telephone would have to be waited for. */
let recovery: string[] = [];

let server: Server;
let demo: Server;
let browser: Browser;

beforeAll(async () => {
  [server, demo, browser] = await Promise.all([startServer('serve'), startServer('demo'), launch()]);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([server?.stop(), demo?.stop()]);
});

async function signIn(page: Page, { login, password }: { login: string; password: string }): Promise<void> {
  await page.goto('/signin');
  await page.getByLabel('登录名').fill(login);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

async function signInAsOwner(page: Page): Promise<void> {
  await signIn(page, owner);
  await page.getByRole('button', { name: '手机不在身边' }).click();
  await page.getByLabel('恢复码').fill(recovery.pop()?.toLowerCase() ?? '');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL('**/dashboard');
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
const dialog = (page: Page) => page.getByRole('dialog').last();
const follow = (page: Page, name: string) =>
  page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name }).click();

async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await dialog(page).getByLabel(label).click();
  await page.locator('.ant-select-item-option').filter({ hasText: option }).click();
  await dialog(page).getByLabel(label).press('Escape');
}

test('the first visit sets the shop up and signs its owner in', async () => {
  const page = await openPage(browser, server.url);
  const address = /http\S+\/setup\?token=\S+/.exec(server.output())?.[0];
  expect(address, 'the address in what the server printed').toBeDefined();

  await page.goto(address as string);
  await page.getByLabel('店名').fill('山茶与羽 武康路店');
  await shot(page, 'setup 1');
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByLabel('你的名字').fill('周敏慧');
  await page.getByLabel('登录名').fill(owner.login);
  await page.getByLabel('密码', { exact: true }).fill('12345678');
  await page.getByRole('button', { name: '下一步：两步验证' }).click();
  await page.getByText('太常见了，一猜就中').waitFor();
  await page.getByLabel('密码', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: '下一步：两步验证' }).click();

  await heading(page, '先开启两步验证');
  // Who leaves here is led back by the next sign-in, and anywhere else on the way.
  await page.goto('/customers');
  await heading(page, '先开启两步验证');
  await shot(page, 'account totp due');
  expect((await page.request.get('/v1/customers')).status()).toBe(403);
  await signIn(page, owner);
  await heading(page, '先开启两步验证');
  recovery = await enrol(page, (part) => shot(page, `signin totp ${part}`));
  expect(recovery).toHaveLength(10);
  await page.waitForURL('**/dashboard');

  await page.goto('/setup');
  await page.getByText('这家店已经设置好了。').waitFor();
});

test('a wrong password is refused, the right one is not', async () => {
  const page = await openPage(browser, server.url);
  await signIn(page, { ...owner, password: '桂花落满武康路的春天' });
  await page.getByRole('alert').getByText('登录名或密码不对。').waitFor();
  await signInAsOwner(page);
  await page.getByRole('button', { name: '我的菜单' }).click();
  await page.getByText('退出登录').click();
  await heading(page, '登录');
  expectNoComplaints(page);
});

test('the owner opens a shop and adds a clerk, who sees no staff page', async () => {
  const page = await openPage(browser, server.url);
  await signInAsOwner(page);

  await follow(page, '门店');
  await page.getByRole('button', { name: '新建门店' }).click();
  await dialog(page).getByLabel('店名').fill('静安寺店');
  await dialog(page).getByLabel('门店编号').fill('001');
  await dialog(page).getByRole('button', { name: '新建门店' }).click();
  await dialog(page).getByText('这个门店编号已经用过了。').waitFor();
  await dialog(page).getByLabel('门店编号').fill('JAS');
  await dialog(page).getByRole('button', { name: '新建门店' }).click();
  await page.getByRole('cell', { name: '静安寺店' }).waitFor();

  await follow(page, '员工');
  await page.getByRole('button', { name: '添加员工' }).click();
  await dialog(page).getByLabel('姓名').fill(clerk.name);
  await dialog(page).getByLabel('登录名').fill(clerk.login);
  await choose(page, '门店', '静安寺店');
  await dialog(page).getByRole('button', { name: '添加员工' }).click();
  const first = await page.getByRole('textbox', { name: '初始密码' }).inputValue();
  await page.getByRole('button', { name: '已经告诉本人了' }).click();
  await page.getByRole('cell', { name: clerk.name }).waitFor();
  expectNoComplaints(page);

  const hers = await openPage(browser, server.url, { width: 390 });
  await signIn(hers, { login: clerk.login, password: first });
  await heading(hers, '先换一个自己的密码');
  await shot(hers, 'account due');
  await hers.getByLabel('初始密码').fill(first);
  await hers.getByLabel('新密码').fill(clerk.password);
  await hers.getByLabel('再输入一次').fill(clerk.password);
  await hers.getByRole('button', { name: '更换密码' }).click();
  await heading(hers, '我的账号');

  await hers.getByRole('button', { name: '打开菜单' }).click();
  const menu = hers.getByRole('navigation', { name: '主导航' });
  await menu.getByRole('link', { name: '顾客' }).waitFor();
  expect(await menu.getByRole('link', { name: '员工' }).count()).toBe(0);
  await hers.goto('/staff');
  await hers.getByText('这一页需要更高的权限').waitFor();
  expectNoComplaints(hers);
});

test('an API key is shown once, works, and stands in the audit log', async () => {
  const page = await openPage(browser, server.url);
  await signInAsOwner(page);
  await follow(page, 'API 密钥');
  await page.getByRole('button', { name: '创建密钥' }).first().click();
  await dialog(page).getByLabel('名称').fill('武康路店收银');
  await dialog(page).getByRole('button', { name: '只读报表' }).click();
  await dialog(page).getByRole('button', { name: '创建密钥' }).click();
  const secret = await page.getByRole('textbox', { name: 'API 密钥' }).inputValue();
  await page.getByRole('button', { name: '已经保存好了' }).click();
  await page.getByRole('cell', { name: /^武康路店收银/ }).waitFor();
  expect(await page.content()).not.toContain(secret);

  const headers = { Authorization: `Bearer ${secret}` };
  const session = await (await fetch(`${server.url}/v1/session`, { headers })).json();
  expect(session.permissions).toContain('reports.read');
  expect(session.permissions).not.toContain('orders.write');

  await follow(page, '审计');
  const row = page.getByRole('row', { name: /创建密钥, 周敏慧/ });
  await row.getByText('武康路店收银').waitFor();
  await row.click();
  await dialog(page).getByText('链上位置').waitFor();
  expect(await page.content()).not.toContain(secret);

  await page.keyboard.press('Escape');
  await follow(page, 'API 密钥');
  await page.getByRole('button', { name: '撤销 武康路店收银' }).click();
  await dialog(page).getByRole('button', { name: '撤销密钥' }).click();
  await page.getByRole('cell', { name: '已撤销' }).waitFor();
  expect((await fetch(`${server.url}/v1/session`, { headers })).status).toBe(401);
  expectNoComplaints(page);
});

test('the second factor is replaced, not turned off', async () => {
  const page = await openPage(browser, server.url, { width: 390, mode: 'dark' });
  await signIn(page, owner);
  await heading(page, '两步验证');
  await shot(page, 'signin code');
  await signInAsOwner(page);
  await page.goto('/account');
  await page.getByRole('button', { name: '换一批恢复码' }).waitFor();
  expect(await page.getByRole('button', { name: '关闭', exact: true }).count()).toBe(0);
  await shot(page, 'account totp on');
  await page.getByRole('button', { name: '换一台手机' }).click();
  await dialog(page).getByLabel('现在的密码').fill(owner.password);
  await dialog(page).getByLabel('验证码').fill('000000');
  await dialog(page).getByRole('button', { name: '确认' }).click();
  await dialog(page).getByText('验证码不对，或者已经用过了').waitFor();
  await shot(page, 'account totp replace');
  await dialog(page)
    .getByLabel('验证码')
    .fill(recovery.pop() ?? '');
  await dialog(page).getByRole('button', { name: '确认' }).click();
  expect(await enrol(page, (part) => shot(page, `account totp ${part}`))).toHaveLength(10);
  await page.getByText('已开启').waitFor();
});

const pages = [
  'account',
  'api-keys',
  'api-reference?op=createOrder',
  'audit',
  'jobs',
  'settings',
  'shops',
  'staff',
];
const views: [string, View][] = [
  ['wide', {}],
  ['phone, dark, English', { width: 390, mode: 'dark', language: 'en-US' }],
];

test.each(views)('the pages of the settings fit and break no rule: %s', async (name, view) => {
  const page = await openPage(browser, demo.url, view);
  await page.request.post('/v1/demo/session', { data: { role: 'owner' } });
  for (const path of pages) {
    await page.goto(`/${path}`);
    await page.locator('h1').waitFor();
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
    await shot(page, `${path.replace(/\?.*/, '')} ${name}`);
  }
});

test('in a demo one click signs in, and the clock can be moved', async () => {
  const page = await openPage(browser, demo.url);
  await page.goto('/signin');
  await page.getByRole('button', { name: /^店主/ }).click();
  await page.waitForURL('**/dashboard');
  await page.getByRole('button', { name: '演示时钟' }).click();
  const clock = page.getByText('店里现在是');
  const before = await clock.textContent();
  await page.getByRole('button', { name: '1 天', exact: true }).click();
  await expect.poll(() => clock.textContent(), { timeout: 30_000 }).not.toBe(before);
});
