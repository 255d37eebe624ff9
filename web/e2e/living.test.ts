import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectNoComplaints, shot, type View } from './browser';
import { withDemo } from './demo';

const { visit } = withDemo();

type Board = { last_on: string; now: { orders: number } };
type Clock = { life: { moving: boolean; told: { orders: number; until: string } } };

const ask = async <T>(page: Page, path: string) => (await (await page.request.get(path)).json()) as T;

test('a week passes: the panel tells what happened, and the dashboard has later sales', async () => {
  const page = await visit();
  await page.goto('/signin');
  await page.getByRole('button', { name: /^店主/ }).click();
  await page.waitForURL('**/dashboard');
  const before = await ask<Board>(page, '/v1/kpis');

  await page.getByRole('button', { name: '演示时钟' }).press('Enter');
  await page.getByRole('button', { name: '1 周', exact: true }).press('Enter');
  await page.getByRole('progressbar').waitFor();
  const orders = page.getByRole('link', { name: /笔订单$/ });
  await orders.waitFor({ timeout: 120_000 });
  const { life } = await ask<Clock>(page, '/v1/clock');
  expect(life.told.orders).toBeGreaterThan(60);
  expect(await orders.textContent()).toBe(`${life.told.orders.toLocaleString('en')} 笔订单`);
  await shot(page, 'clock told');

  const after = await ask<Board>(page, '/v1/kpis');
  expect(after.last_on > before.last_on, `last sale on ${before.last_on}, then ${after.last_on}`).toBe(true);
  await orders.click();
  await page.waitForURL('**/orders?from=**');
  await page.locator('main tbody tr:not([aria-hidden])').first().waitFor();
  expectNoComplaints(page);
}, 180_000);

const views: [string, View][] = [
  ['wide', {}],
  ['phone, dark, English', { width: 390, mode: 'dark', language: 'en-US' }],
];

test.each(views)('an owner is shown around, and goes on where she left: %s', async (name, view) => {
  const page = await visit(view);
  await page.goto('/signin');
  await page.getByRole('button', { name: /带我看一圈：店主|Show me around: Owner/ }).click();
  const card = page.getByRole('dialog');
  const paths = ['/dashboard', '/dashboard', '/rfm', '/customers/', '/imports', '/shops'];
  for (const [at, path] of paths.entries()) {
    await card.getByText(`${at + 1} / 6`, { exact: true }).waitFor();
    await page.waitForURL(({ pathname }) => pathname.startsWith(path));
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
    await expect.poll(() => card.evaluate((e) => e.contains(document.activeElement))).toBe(true);
    await shot(page, `tour ${at + 1} ${name}`);
    if (at === 2) {
      await page.keyboard.press('Escape');
      expect(await card.count()).toBe(0);
      await page.reload();
      await page.getByRole('button', { name: /我的菜单|My menu/ }).click();
      await page.getByRole('menuitem', { name: /继续导览|Go on with the tour/ }).click();
    }
    if (at < paths.length - 1) await page.keyboard.press('ArrowRight');
  }
  await card.getByRole('button', { name: /看完了|Done/ }).click();
  expect(await card.count()).toBe(0);
});

test('a marketer ends at the clock', async () => {
  const page = await visit();
  await page.goto('/signin');
  await page.getByRole('button', { name: '带我看一圈：营销' }).click();
  const card = page.getByRole('dialog');
  for (const title of ['全部顾客', '顾客地图', '生命周期']) {
    await card.getByRole('heading', { name: title }).waitFor();
    await card.getByRole('button', { name: '下一站' }).click();
  }
  await card.getByRole('heading', { name: /^(客群|标签)$/ }).waitFor();
  while ((await card.getByRole('heading', { name: '拨动时钟' }).count()) === 0) {
    await card.getByRole('button', { name: '下一站' }).click();
    await page.waitForTimeout(300);
  }
  await page.waitForURL('**/dashboard');
  await shot(page, 'tour marketer clock');
});
