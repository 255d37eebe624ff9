import { QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  parseSearchWith,
  RouterContextProvider,
  stringifySearchWith,
} from '@tanstack/react-router';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { createCache } from '@/api/query';
import { Look } from '@/shared/theme/Look';

/** Draws an element as inside the console: look, router (at `path`, with the pages), server state. Returns the person who uses it. */
export function renderInConsole(ui: ReactElement, path = '/', pages: string[] = []) {
  const root = createRootRoute();
  const router = createRouter({
    routeTree: root.addChildren(pages.map((page) => createRoute({ getParentRoute: () => root, path: page }))),
    history: createMemoryHistory({ initialEntries: [path] }),
    parseSearch: parseSearchWith((text) => text),
    stringifySearch: stringifySearchWith(String),
  });
  const cache = createCache(() => {});
  const drawn = render(
    <Look>
      <QueryClientProvider client={cache}>
        <RouterContextProvider router={router as never}>{ui}</RouterContextProvider>
      </QueryClientProvider>
    </Look>,
  );
  return { ...drawn, router, cache, user: userEvent.setup() };
}
