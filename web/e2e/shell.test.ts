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
