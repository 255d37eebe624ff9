import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, openPage, shot } from './browser';
import { type Server, startServer } from './server';
import { enrol } from './totp';

const patience = 30_000;
const importPatience = 240_000;

let server: Server;
let browser: Browser;
let page: Page;
let folder: string;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer('serve'), launch()]);
  folder = await mkdtemp(join(tmpdir(), 'shuke-newcomer-'));
  page = await openPage(browser, server.url);
  page.setDefaultTimeout(patience);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test(
  'a newcomer sets the shop up, imports her sales and sees a regular',
  async () => {
    await setUp();
    await chooseTrade();
    await importSales(await salesFile());
    await seeDashboard();
    await openCell();
    await openCustomer();
  },
  importPatience + 8 * patience,
);

async function setUp(): Promise<void> {
  const address = /https?:\/\/\S*\/setup\?token=\S+/.exec(server.output())?.[0];
  expect(address, `the address of the set-up in:\n${server.output()}`).toBeDefined();
  const { pathname, search } = new URL(address ?? '');
  await page.goto(pathname + search);
  await page.getByLabel('店名').fill('山茶与羽 武康路店');
  await shot(page, 'newcomer 1 set-up, the shop');
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByLabel('你的名字').fill('周敏慧');
  await page.getByLabel('登录名').fill('minhui');
  await page.getByLabel('密码').fill('山茶花开了又落 2026');
  await shot(page, 'newcomer 2 set-up, the owner');
  await page.getByRole('button', { name: '下一步：两步验证' }).click();
  await enrol(page, (part) => shot(page, `newcomer 2 set-up, ${part}`));
  await page.getByText('开门大吉').waitFor();
}

/** Puts the thresholds of a trade in force with its pack, since nothing was sold yet, and takes both back. */
async function chooseTrade(): Promise<void> {
  const inForce = async () => (await page.request.get('/v1/rfm/settings')).json();
  const before = await inForce();
  await page.goto('/packs');
  const coffee = page.getByRole('switch', { name: '使用咖啡行业包' });
  await coffee.click();
  const asked = page.getByRole('dialog', { name: '打开咖啡行业包' });
  await asked.getByText(/90 天 → 28 天/).waitFor();
  await page.waitForTimeout(500);
  await shot(page, 'newcomer packs, thresholds of a trade');
  await asked.getByRole('checkbox', { name: '也采用这些门槛' }).uncheck();
  await asked.getByRole('button', { name: '打开行业包' }).click();
  await page.getByText('咖啡行业包已打开').waitFor();
  await page.getByRole('button', { name: '采用行业门槛' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '采用行业门槛' }).click();
  await page.getByText('正在用', { exact: true }).waitFor();
  await page.waitForTimeout(500);
  await shot(page, 'newcomer packs, thresholds in force');
  expect(await inForce()).toMatchObject({ source: 'pack', pack: 'coffee' });
  await coffee.click();
  await page.getByText('门槛退回采用这个行业包之前的。').waitFor();
  await page.getByRole('button', { name: '关闭行业包' }).click();
  await page.getByText('咖啡行业包已关闭').waitFor();
  expect((await inForce()).thresholds).toEqual(before.thresholds);
}

async function importSales(file: string): Promise<void> {
  await page.goto('/dashboard');
  await page.getByRole('button', { name: '导入订单' }).waitFor();
  await shot(page, 'newcomer 3 empty dashboard');
  await page.getByRole('button', { name: '导入订单' }).click();
  await page.getByRole('button', { name: '新建导入' }).first().click();
  await page.getByText('把文件拖到这里，或点击选择').waitFor();
  await shot(page, 'newcomer 4 file');
  await page.locator('input[type=file]').setInputFiles(file);
  await page.getByText('每一列是什么').waitFor();
  await page.getByText('前几行会这样理解').waitFor();
  await shot(page, 'newcomer 5 columns');
  await page.getByRole('button', { name: '开始导入' }).click();
  await page.getByText('导入完成').waitFor({ timeout: importPatience });
  await shot(page, 'newcomer 6 result');
  await page.getByRole('button', { name: '去看经营看板' }).click();
}

/** The file is years old: the dashboard leads to the days that it is of. */
async function seeDashboard(): Promise<void> {
  await page.getByRole('button', { name: '看那 90 天' }).click();
  await page.getByRole('button', { name: /会员消费额\s*¥[1-9]/ }).waitFor();
  await page.getByRole('img', { name: '消费趋势' }).waitFor();
  await shot(page, 'newcomer 7 dashboard');
}

async function openCell(): Promise<void> {
  await page.getByRole('link', { name: 'RFM 分层' }).click();
  const cell = page.getByRole('button', { name: /^R5 F5：/ });
  // The scores follow the orders in the background.
  for (const end = Date.now() + patience; !(await cell.isVisible()) && Date.now() < end; ) {
    await page.waitForTimeout(1000);
    await page.reload();
    await page.waitForTimeout(500);
  }
  await shot(page, 'newcomer 8 RFM map');
  await cell.click();
  await page
    .getByRole('dialog')
    .getByText(/^R5 · F5 · M/)
    .waitFor();
  await page.getByRole('dialog').getByRole('row').nth(1).waitFor();
  await shot(page, 'newcomer 9 names of a cell');
}

async function openCustomer(): Promise<void> {
  await page.getByRole('dialog').getByLabel(/^打开/).first().click();
  await page.waitForURL('**/customers/cus_**');
  await page.locator('h1').waitFor();
  await page.getByRole('list', { name: '动态' }).getByRole('listitem').first().waitFor();
  await shot(page, 'newcomer 10 customer');
}

/** The public data set where it is at hand, else a small file of the same columns. */
async function salesFile(): Promise<string> {
  const shared = process.env.SHUKE_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));
  const retail = join(shared, 'data', 'online_retail');
  const found = existsSync(retail) ? readdirSync(retail).find((name) => name.endsWith('.csv.gz')) : undefined;
  if (found) return join(retail, found);
  const path = join(folder, 'online_retail.csv');
  await writeFile(path, smallFile());
  return path;
}

/** Sixty customers over nine months: the n-th comes every n-th week or so. */
function smallFile(): string {
  const lines = ['InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'];
  let invoice = 536_365;
  for (let week = 0; week < 40; week++) {
    const day = new Date(Date.UTC(2010, 11, 1 + 7 * week)).toISOString().slice(0, 10);
    for (let customer = 0; customer < 60; customer++) {
      if (week % (1 + (customer % 12)) !== 0) continue;
      const price = 2 + (customer % 7);
      lines.push(
        `${invoice},85123A,HEART HOLDER,6,${day} 10:26:00,${price}.50,${17_000 + customer},United Kingdom`,
      );
      invoice++;
    }
  }
  return `${lines.join('\n')}\n`;
}
