import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectNoComplaints, shot, type View } from './browser';
import { withDemo } from './demo';

const patience = 30_000;

const { signedIn } = withDemo(patience);

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const dialog = (page: Page) => page.getByRole('dialog').last();

/** Chooses in a drop-down of antd, which is drawn at the end of the page. */
async function choose(page: Page, label: string, choice: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).last().click();
  await page.locator('.ant-select-item-option').filter({ hasText: choice }).first().click();
}

test('orders are listed, narrowed and opened', async () => {
  const { page, read } = await signedIn('owner');
  const { shops } = await read('/v1/session');
  await page.goto('/orders');
  await page.getByRole('row', { name: /打开/ }).first().waitFor();
  await shot(page, 'orders');

  await choose(page, '门店', '静安寺店');
  const shop = shops.find((one: { name: string }) => one.name === '静安寺店');
  await page.waitForURL(`**/orders?shop_id=${shop.id}`);
  await page
    .getByRole('row', { name: /打开 JAS/ })
    .first()
    .waitFor();
  await page.getByRole('spinbutton', { name: '最低实付' }).fill('1000');
  await page.keyboard.press('Tab');
  await page.waitForURL('**least_fen=100000**');
  await button(page, '清除筛选').click();
  await page.waitForURL('**/orders');

  const [order] = (await read('/v1/orders?limit=1')).items;
  await page.getByPlaceholder('完整订单号').fill(order.order_no);
  await page.waitForURL(`**/orders?order_no=${order.order_no}`);
  const row = page.getByRole('row', { name: `打开 ${order.order_no}` });
  await row.press('Enter');
  await page.waitForURL(`**/orders/${order.id}`);
  await page.getByRole('heading', { level: 1, name: order.order_no }).waitFor();
  await shot(page, 'order');

  await page.getByPlaceholder('完整订单号').waitFor({ state: 'detached' });
  await page.goto('/orders?order_no=nowhere');
  await page.getByText('没有这样的订单').waitFor();
  await shot(page, 'orders none found');
});

test('a refund is recorded with its reason, a part first, then the rest', async () => {
  const { page, read } = await signedIn('owner');
  const { items } = await read('/v1/orders?limit=100');
  const sold = items.find((one: { state: string; units: number }) => one.state === 'paid' && one.units >= 2);
  await page.goto(`/orders/${sold.id}`);
  await button(page, '登记退款').click();
  await dialog(page).getByRole('button', { name: '登记退款' }).click();
  await dialog(page).getByText('请选择退款原因').waitFor();
  await dialog(page).getByRole('spinbutton').first().fill('1');
  await choose(page, '退款原因', '尺码');
  await shot(page, 'order refund');
  await dialog(page).getByRole('button', { name: '登记退款' }).click();
  await page.getByText('退款已登记').waitFor();
  await page.getByText('部分退款').waitFor();
  await page.getByText(/退回 1 件/).waitFor();
  await page
    .getByText(/周敏慧/)
    .nth(1)
    .waitFor();

  await button(page, '登记退款').click();
  const pieces = dialog(page).getByRole('spinbutton');
  for (let i = 0; i < (await pieces.count()); i++) {
    if (await pieces.nth(i).isEnabled()) await pieces.nth(i).fill(await most(pieces.nth(i)));
  }
  await choose(page, '退款原因', '质量');
  await dialog(page).getByRole('button', { name: '登记退款' }).click();
  await page.getByText('已退款', { exact: true }).waitFor();
  expect(await button(page, '登记退款').count()).toBe(0);
  const after = await read(`/v1/orders/${sold.id}`);
  expect(after.refunded_fen).toBe(after.paid_fen);
  await shot(page, 'order refunded');
});

const most = async (field: { getAttribute(name: string): Promise<string | null> }) =>
  (await field.getAttribute('aria-valuemax')) ?? '0';

test('an anonymous order finds its customer: by a number that is new, and by a profile', async () => {
  const { page, read } = await signedIn('owner');
  await page.goto('/orders');
  await page.getByRole('tab', { name: '散客订单' }).click();
  await page.waitForURL('**/orders?anonymous=true');
  await page.getByRole('row', { name: /打开/ }).filter({ hasText: '散客' }).first().press('Enter');
  await page.waitForURL('**/orders/ord_*');
  await button(page, '认领订单').click();
  await dialog(page).getByRole('button', { name: '认领订单' }).click();
  await dialog(page).getByText('请填写手机号').waitFor();
  await dialog(page).getByLabel('手机号').last().fill('12');
  await dialog(page).getByRole('button', { name: '认领订单' }).click();
  await dialog(page).getByText('不是国内手机号').waitFor();
  await shot(page, 'order claim');
  await dialog(page).getByLabel('手机号').last().fill('139 1000 7788');
  await dialog(page).getByLabel('姓名').fill('穆青');
  await dialog(page).getByRole('button', { name: '认领订单' }).click();
  await page.getByText('订单已认领').waitFor();
  await page.getByRole('link', { name: /穆青/ }).click();
  await page.waitForURL('**/customers/cus_*');
  await page.getByRole('heading', { level: 1, name: '穆青' }).waitFor();

  const [next] = (await read('/v1/orders?anonymous=true&limit=1')).items;
  await page.goto(`/orders/${next.id}`);
  await button(page, '认领订单').click();
  await dialog(page).getByText('已有会员').click();
  await dialog(page).getByRole('combobox').fill('穆青');
  await page.locator('.ant-select-item-option').filter({ hasText: '穆青' }).first().click();
  await dialog(page).getByRole('button', { name: '认领订单' }).click();
  await page.getByText('订单已认领').waitFor();
  await page.getByRole('link', { name: /穆青/ }).waitFor();
  expectNoComplaints(page);
});

test.each<View>([{}, { width: 390, mode: 'dark', language: 'en-US' }])(
  'an edited order tells from what to what, on its page and on that of the customer: %o',
  async (view) => {
    const { page, read, send } = await signedIn('owner', view);
    const order_no = `EDIT-${view.width ?? 1440}`;
    const { shops } = await read('/v1/session');
    const edit = (version: number, quantity: number, unit_price_fen: number) =>
      send('/v1/orders', {
        source: 'till',
        order_no,
        version,
        shop_id: shops[0].id,
        identities: [{ kind: 'phone', value: '13910007799' }],
        customer_name: '穆青',
        lines: [{ sku: 'MM1', name: '长裙', quantity, unit_price_fen }],
      });
    const { order } = await edit(1, 1, 10000);
    await edit(2, 1, 8000);
    await edit(3, 2, 8000);
    const english = view.language === 'en-US';
    await page.goto(`/orders/${order.id}`);
    await page.getByText(english ? 'Version 3' : '第 3 版').waitFor();
    await page.getByText(english ? 'was ¥100.00' : '原为 ¥100.00').waitFor();
    await shot(page, `order edited ${view.width ?? 1440}`);
    await page.goto(`/customers/${order.customer_id}`);
    await page.getByText(`${order_no} · ¥100.00 → ¥80.00`).waitFor();
    await shot(page, `order edited, customer ${view.width ?? 1440}`);
  },
);

test('a product is added, changed, and counted in a shop', async () => {
  const { page } = await signedIn('owner');
  await page.goto('/products');
  await page.getByRole('row', { name: /打开/ }).first().waitFor();
  await shot(page, 'products');
  await choose(page, '品类', '女装/连衣裙');
  await page.waitForURL('**/products?category=**');
  await button(page, '清除筛选').click();

  await button(page, '新建商品').click();
  await dialog(page).getByLabel('款号').fill('MM9001');
  await dialog(page).getByLabel('名称').fill('山茶印花裙');
  await dialog(page).getByLabel('品类').fill('女装/连衣裙');
  await dialog(page).getByLabel('SKU 编码').fill('MM9001-101');
  await dialog(page).getByLabel('颜色').fill('米白');
  await dialog(page).getByLabel('尺码').fill('M');
  await dialog(page).getByLabel('售价').fill('459');
  await shot(page, 'product new');
  await dialog(page).getByRole('button', { name: '新建商品' }).click();
  await page.waitForURL('**/products/prd_*');
  await page.getByRole('heading', { level: 1, name: '山茶印花裙' }).waitFor();

  await button(page, '修改').click();
  await dialog(page).getByLabel('品牌').fill('木棉里');
  await dialog(page).getByRole('button', { name: '添加 SKU' }).click();
  await dialog(page).getByLabel('SKU 编码').last().fill('MM9001-102');
  await dialog(page).getByRole('button', { name: '保存' }).click();
  await page.getByText('已保存').waitFor();
  await page.getByText('MM9001-102').first().waitFor();

  await button(page, '修改 武康路店 MM9001-101 的库存，现有 0').click();
  await dialog(page).getByLabel('增减件数').fill('12');
  await dialog(page).getByRole('button', { name: '保存' }).click();
  await button(page, '修改 武康路店 MM9001-101 的库存，现有 12').click();
  await dialog(page).getByText('盘点为').click();
  await dialog(page).getByLabel('现有件数').fill('9');
  await shot(page, 'product stock');
  await dialog(page).getByRole('button', { name: '保存' }).click();
  await button(page, '修改 武康路店 MM9001-101 的库存，现有 9').waitFor();
  await shot(page, 'product');

  await button(page, '修改').click();
  await dialog(page).getByText('已下架').first().click();
  await dialog(page).getByRole('button', { name: '保存' }).click();
  await page.getByText('已下架').first().waitFor();
  await page.goto('/products?q=MM9001-102');
  await page.getByRole('row', { name: '打开 山茶印花裙' }).waitFor();
  expectNoComplaints(page);
});

test('who only looks has nothing to write with', async () => {
  const { page, read } = await signedIn('marketer');
  const [order] = (await read('/v1/orders?anonymous=true&limit=1')).items;
  await page.goto(`/orders/${order.id}`);
  await page.getByRole('heading', { level: 1, name: order.order_no }).waitFor();
  expect(await button(page, '登记退款').count()).toBe(0);
  expect(await button(page, '认领订单').count()).toBe(0);
  expectNoComplaints(page);
});

const views: [string, View][] = [
  ['phone, dark', { width: 390, mode: 'dark' }],
  ['phone, English', { width: 390, language: 'en-US' }],
];

test.each(views)('orders and products as they look elsewhere: %s', async (name, view) => {
  const { page, read } = await signedIn('owner', view);
  const [order] = (await read('/v1/orders?limit=1')).items;
  const [product] = (await read('/v1/products?limit=1')).items;
  for (const path of ['/orders', `/orders/${order.id}`, '/products', `/products/${product.id}`]) {
    await page.goto(path);
    await page.locator('h1').waitFor();
    await page.waitForLoadState('networkidle');
    await shot(
      page,
      `${path
        .split('/')
        .slice(1)
        .map((part) => part.slice(0, 6))
        .join(' ')} ${name}`,
    );
  }
});
