import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, openPage, shot, type View } from './browser';
import { type Server, startServer } from './server';

let server: Server;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer('demo'), launch()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const views: [string, View][] = [
  ['wide', {}],
  ['phone, dark, English', { width: 390, mode: 'dark', language: 'en-US' }],
];

test.each(views)(
  'who is not signed in comes to the sign-in page and keeps the way: %s',
  async (name, view) => {
    const page = await openPage(browser, server.url, view);
    await page.goto('/customers?q=8952');
    await page.waitForURL('**/signin?**');
    expect(new URL(page.url()).searchParams.get('next')).toBe('/customers?q=8952');
    await page.locator('h1').waitFor();
    await shot(page, `signin ${name}`);
  },
);

test('a page is found at its address under the policy', async () => {
  const page = await openPage(browser, server.url);
  const answer = await page.goto('/signin');
  expect(answer?.status()).toBe(200);
  expect(answer?.headers()['content-security-policy']).toContain("script-src 'self'");
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
});

test('a customer and a page are found by the keyboard alone', async () => {
  const page = await openPage(browser, server.url);
  const headers = { Origin: server.url };
  await page.request.post('/v1/demo/session', { data: { role: 'owner' }, headers });
  const listed = await page.request.get('/v1/customers?sort=spend&limit=1');
  const [regular] = (await listed.json()).items;
  await page.goto('/orders');
  await page.getByRole('row').nth(2).waitFor();

  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: '搜索' });
  await field.waitFor();
  await page.keyboard.type(regular.phone.slice(-4));
  await page.getByRole('option', { name: regular.name }).first().waitFor();
  await shot(page, 'palette');
  const name = page.getByRole('option', { selected: true });
  for (let i = 0; i < 6 && !(await name.textContent())?.includes(regular.name); i++) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  await page.waitForURL('**/customers/cus_*');

  await page.keyboard.press('Control+k');
  await field.waitFor();
  await page.keyboard.type('yg');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/staff');
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: regular.name }).waitFor();
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
});
