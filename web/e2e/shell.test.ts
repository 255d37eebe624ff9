import { expect, test } from 'vitest';
import { shot, type View } from './browser';
import { withDemo } from './demo';

const { visit, signedIn } = withDemo();

const views: [string, View][] = [
  ['wide', {}],
  ['phone, dark, English', { width: 390, mode: 'dark', language: 'en-US' }],
];

test.each(views)(
  'who is not signed in comes to the sign-in page and keeps the way: %s',
  async (name, view) => {
    const page = await visit(view);
    await page.goto('/customers?q=8952');
    await page.waitForURL('**/signin?**');
    expect(new URL(page.url()).searchParams.get('next')).toBe('/customers?q=8952');
    await page.locator('h1').waitFor();
    await shot(page, `signin ${name}`);
  },
);

test('a page is found at its address under the policy', async () => {
  const page = await visit();
  const answer = await page.goto('/signin');
  expect(answer?.status()).toBe(200);
  expect(answer?.headers()['content-security-policy']).toContain("script-src 'self'");
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
});

test('a customer and a page are found by the keyboard alone', async () => {
  const { page, read } = await signedIn('owner');
  const [regular] = (await read('/v1/customers?sort=spend&limit=1')).items;
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
