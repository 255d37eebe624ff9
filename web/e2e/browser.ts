import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const screens = fileURLToPath(new URL('./.screens/', import.meta.url));

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH;
  if (!executablePath) throw new Error('CHROMIUM_PATH must name the browser; scripts/chromium finds it.');
  return chromium.launch({ executablePath, args: flags });
}

export type View = { width?: 1440 | 390; mode?: 'light' | 'dark'; language?: 'zh-CN' | 'en-US' };

/** A page as one person sees it, in a browser context of its own: nothing is remembered from other tests. */
export async function openPage(browser: Browser, baseURL: string, view: View = {}): Promise<Page> {
  const { width = 1440, mode = 'light', language = 'zh-CN' } = view;
  const context = await browser.newContext({
    baseURL,
    colorScheme: mode,
    locale: language,
    timezoneId: 'Asia/Shanghai',
    viewport: { width, height: width === 390 ? 844 : 900 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  watch(page);
  return page;
}

const complaints = new WeakMap<Page, string[]>();

/** Collects what the browser complains of; a breach of the policy is such a complaint, too. */
function watch(page: Page): void {
  const heard: string[] = [];
  complaints.set(page, heard);
  page.on('pageerror', (error) => heard.push(`${error.name}: ${error.message}`));
  page.on('console', (message) => {
    const refused = message
      .text()
      .startsWith('Failed to load resource: the server responded with a status of 4');
    if (message.type() === 'error' && !refused) heard.push(message.text());
  });
}

/** Fails when the browser has complained on this page: errors, or breaches of the Content-Security-Policy. */
export function expectNoComplaints(page: Page): void {
  expect(complaints.get(page), `complaints of the browser on ${page.url()}`).toEqual([]);
}

/** Takes a picture of the page into e2e/.screens, and fails when the browser has complained or the page is too wide. */
export async function shot(page: Page, name: string): Promise<void> {
  await mkdir(screens, { recursive: true });
  await page.screenshot({ path: `${screens}${name}.png`, fullPage: true });
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(tooWide, `pixels by which ${page.url()} is too wide`).toBeLessThanOrEqual(0);
  expectNoComplaints(page);
}
