import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { launch, openPage, type View } from './browser';
import { type Server, startServer } from './server';

type Role = 'owner' | 'marketer' | 'clerk';

/** Starts a demo and a browser for the tests of a file, and gives the ways in. Patience is how long a page may take, in ms. */
export function withDemo(patience?: number) {
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer('demo'), launch()]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** A page of somebody who is not signed in. */
  const visit = async (view: View = {}): Promise<Page> => {
    const page = await openPage(browser, server.url, view);
    if (patience) page.setDefaultTimeout(patience);
    return page;
  };

  /** A page that is signed in, and ways to ask the API as that person. */
  const signedIn = async (role: Role, view: View = {}) => {
    const page = await visit(view);
    const headers = { Origin: server.url };
    const send = async (path: string, data: object) => {
      const answer = await page.request.post(path, { data, headers });
      expect(answer.ok(), await answer.text()).toBe(true);
      return answer.json();
    };
    const read = async (path: string) => (await page.request.get(path)).json();
    await send('/v1/demo/session', { role });
    return { page, send, read };
  };

  return { visit, signedIn };
}
