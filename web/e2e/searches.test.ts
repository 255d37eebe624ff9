import { expect, test } from 'vitest';
import { shot } from './browser';
import { withDemo } from './demo';

const { signedIn } = withDemo();

test('who searches too often stands on the dashboard of the owner, and leads to the audit log', async () => {
  const clerk = await signedIn('clerk');
  // Whatever hour begins meanwhile, one of the two has more than 60.
  for (let i = 0; i < 121; i++) await clerk.read(`/v1/customers?q=${String(1000 + i)}`);

  const owner = await signedIn('owner');
  await owner.page.goto('/dashboard');
  const told = owner.page.getByRole('link', { name: /有人一小时查找顾客超过 60 次\s*1/ });
  await told.waitFor();
  await shot(owner.page, 'searches told');
  await told.click();
  await owner.page.waitForURL('**/audit?**');
  const row = owner.page.getByRole('row', { name: /一小时查找顾客超过 60 次/ });
  await row.first().waitFor();
  expect(await row.count()).toBeGreaterThanOrEqual(1);
  await owner.page.goto('/audit?action=customer.searched');
  await owner.page.getByText('手机尾号').first().waitFor();
  await shot(owner.page, 'searches in the audit log');
});

test('a clerk is told the rounded size of a list', async () => {
  const { page, read } = await signedIn('clerk', { width: 390, mode: 'dark', language: 'en-US' });
  const { total, total_is_least } = await read('/v1/customers');
  expect(total_is_least).toBe(true);
  expect(String(total)).toMatch(/^[1-9]0+$/);
  await page.goto('/customers');
  await page.getByText(/\d0\+/).first().waitFor();
  await shot(page, 'customers of a clerk');
});
