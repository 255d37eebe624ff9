import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectNoComplaints, shot, type View } from './browser';
import { withDemo } from './demo';

const patience = 30_000;
const canary = '<img src=x onerror="document.title=\'pwned\'">王"芳';

const { signedIn } = withDemo(patience);

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const dialog = (page: Page) => page.getByRole('dialog').last();

test('a regular is found by her last four digits, tagged, noted and revealed', async () => {
  const { page, read } = await signedIn('owner');
  const [regular] = (await read('/v1/customers?sort=spend&limit=1')).items;
  const digits = regular.phone.slice(-4);

  await page.goto('/customers');
  await page.getByRole('row', { name: /打开/ }).first().waitFor();
  await shot(page, 'customers');
  await page.getByPlaceholder('姓名、拼音、手机尾号').fill(digits);
  await page.waitForURL(`**/customers?q=${digits}`);
  await page
    .getByRole('row', { name: `打开 ${regular.name}` })
    .first()
    .press('Enter');
  await page.waitForURL(`**/customers/${regular.id}`);
  await page.getByText('下一步建议').waitFor();
  await page
    .getByText(/(门店|小程序)下单 \d+ 件/)
    .first()
    .waitFor();
  await shot(page, 'customer');

  await button(page, '添加标签').click();
  await dialog(page).getByRole('combobox').fill('大码');
  await page.keyboard.press('Enter');
  await dialog(page).getByRole('button', { name: '添加标签' }).click();
  await button(page, '大码').waitFor();
  await page.getByText('已贴上“大码”').waitFor();
  await button(page, '撤销').click();
  await button(page, '大码').waitFor({ state: 'detached' });

  await page.getByRole('textbox', { name: '写备注' }).fill('下月搬家，想看收纳款。\n<b>别忘了</b>');
  await button(page, '保存备注').click();
  await page.getByText('备注已保存').waitFor();
  await page.getByText('<b>别忘了</b>').first().waitFor();
  await page.getByRole('tab', { name: '备注' }).click();
  await page.getByText('下月搬家').waitFor();
  await page.getByText('周敏慧 · 管理台').waitFor();

  await button(page, '查看明文').first().click();
  await dialog(page).getByLabel('查看原因').fill('回电核对订单');
  await dialog(page).getByRole('button', { name: '查看明文' }).click();
  await page.getByText(new RegExp(`^\\+861\\d{6}${digits}$`)).waitFor();

  await page.getByRole('tab', { name: '订单' }).click();
  await page
    .getByRole('link', { name: /下单 \d+ 件/ })
    .first()
    .waitFor();
  await shot(page, 'customer orders');
});

test('a new customer is made once; her name is text, whatever it looks like', async () => {
  const { page } = await signedIn('owner');
  const add = async (name: string) => {
    await page.goto('/customers');
    await button(page, '新建顾客').click();
    const drawer = dialog(page);
    await drawer.getByLabel('手机号').fill('139 1000-2000');
    await drawer.getByLabel('姓名').fill(name);
    await drawer.getByRole('button', { name: '新建顾客' }).click();
  };
  await add(canary);
  await page.waitForURL('**/customers/cus_*');
  await page.getByText(canary).first().waitFor();
  expect(await page.locator('img[src="x"]').count()).toBe(0);

  await add('别人');
  await page.getByText('这位顾客已经有档案了', { exact: true }).waitFor();
  await shot(page, 'customer known');
  await button(page, '打开档案').click();
  await page.waitForURL('**/customers/cus_*');
  await page.getByText(canary).first().waitFor();
  expectNoComplaints(page);
});

test('two records of one person are compared, merged and taken apart again', async () => {
  const { page, send } = await signedIn('owner');
  for (const value of ['13910003001', '13910003002']) {
    const made = await send('/v1/customers', { name: '林若溪', identities: [{ kind: 'phone', value }] });
    const birthday = { kind: 'birthday', calendar: 'lunar', month: 10, day: 18 };
    await send(`/v1/customers/${made.id}/life_dates`, birthday);
  }
  await page.goto('/merges');
  const pair = page.getByRole('region', { name: '林若溪 ≟ 林若溪' });
  await pair.getByText('姓名和生日都相同').waitFor();
  await pair.getByRole('button', { name: '比较' }).click();
  await pair.getByText(/1 个标识会归到保留的档案/).waitFor();
  await shot(page, 'merges');
  await button(page, '合并这两份').click();
  await page.getByText('已合并为一份档案').waitFor();
  await page.getByRole('tab', { name: '最近合并' }).click();
  await button(page, '撤销合并').first().click();
  await dialog(page).getByLabel('原因').fill('是姐妹两人');
  await dialog(page).getByRole('button', { name: '撤销合并' }).click();
  await page.getByText('已撤销合并').waitFor();
  await page
    .getByRole('row', { name: /林若溪/ })
    .first()
    .waitFor({ state: 'detached' });
  expectNoComplaints(page);
});

test('a change made meanwhile is shown before it can be overwritten', async () => {
  const { page, read } = await signedIn('owner');
  const [customer] = (await read('/v1/customers?sort=orders&limit=1')).items;
  await page.goto(`/customers/${customer.id}`);
  await button(page, '修改资料').click();
  const patch = await page.request.patch(`/v1/customers/${customer.id}`, {
    data: { gender: 'other' },
    headers: { Origin: new URL(page.url()).origin },
  });
  expect(patch.ok(), await patch.text()).toBe(true);
  await dialog(page).getByLabel('姓名').fill('改过的名字');
  await dialog(page).getByRole('button', { name: '保存' }).click();
  await page.getByText('打开以后，别人改过这份资料').waitFor();
  await button(page, '仍然用我填的').click();
  await dialog(page).getByRole('button', { name: '保存' }).click();
  await page.getByRole('heading', { level: 1, name: '改过的名字' }).waitFor();
  expectNoComplaints(page);
});

test('a clerk sees masked names and has nothing to reveal', async () => {
  const { page } = await signedIn('clerk');
  await page.goto('/customers');
  const row = page.getByRole('row', { name: /打开/ }).first();
  await row.waitFor();
  expect(await row.textContent()).toMatch(/\*/);
  await row.press('Enter');
  await page.getByText('下一步建议').waitFor();
  expect(await button(page, '查看明文').count()).toBe(0);
  expectNoComplaints(page);
});

const views: [string, View][] = [
  ['phone', { width: 390 }],
  ['dark, English', { mode: 'dark', language: 'en-US' }],
  ['phone, dark, English', { width: 390, mode: 'dark', language: 'en-US' }],
];

test.each(views)('the pages as they look elsewhere: %s', async (name, view) => {
  const { page, read } = await signedIn('owner', view);
  const [regular] = (await read('/v1/customers?cell=555&sort=last_order&limit=1')).items;
  await page.goto('/customers?cell=555');
  await page.getByText('RFM 555').waitFor();
  await page.getByText(regular.name).first().waitFor();
  await shot(page, `customers ${name}`);
  await page.goto(`/customers/${regular.id}`);
  await page.getByRole('list', { name: /动态|Timeline/ }).waitFor();
  await shot(page, `customer ${name}`);
  await page.goto('/merges');
  await page.getByRole('tab').first().waitFor();
  await shot(page, `merges ${name}`);
});
