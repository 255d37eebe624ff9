import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  parseSearchWith,
  RouterProvider,
  stringifySearchWith,
} from '@tanstack/react-router';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { oneOf, textOf, useFilters } from './useFilters';

const parse = (raw: Record<string, unknown>) => ({
  q: textOf(raw.q),
  stage: oneOf(raw.stage, ['new', 'active']),
});

function Filters() {
  const { filters, isFiltered, set, clear } = useFilters(parse);
  return (
    <>
      <output>{JSON.stringify({ ...filters, isFiltered })}</output>
      <button type="button" onClick={() => set({ stage: 'active' })}>
        active
      </button>
      <button type="button" onClick={() => set({ q: undefined })}>
        any name
      </button>
      <button type="button" onClick={clear}>
        clear
      </button>
    </>
  );
}

async function setup(path: string) {
  const root = createRootRoute();
  const customers = createRoute({ getParentRoute: () => root, path: '/customers', component: Filters });
  const router = createRouter({
    routeTree: root.addChildren([customers]),
    history: createMemoryHistory({ initialEntries: [path] }),
    parseSearch: parseSearchWith((text) => text),
    stringifySearch: stringifySearchWith(String),
  });
  await router.load();
  render(<RouterProvider router={router as never} />);
  const user = userEvent.setup();
  return { router, press: async (name: string) => user.click(await screen.findByRole('button', { name })) };
}

const shown = async () => JSON.parse((await screen.findByRole('status')).textContent ?? '');

test('filters are read from the URL; what it cannot mean is left out', async () => {
  await setup('/customers?q=0895&stage=rich');
  expect(await shown()).toEqual({ q: '0895', isFiltered: true });
});

test('the word true is one of the words', () => {
  expect(oneOf(true, ['true'] as const)).toBe('true');
  expect(oneOf(false, ['true'] as const)).toBeUndefined();
  expect(oneOf({ toString: () => 'true' }, ['true'] as const)).toBeUndefined();
});

test('digits are text', async () => {
  await setup('/customers?q=8952');
  expect(await shown()).toEqual({ q: '8952', isFiltered: true });
});

test('changing one keeps the others, and replaces the entry of the history', async () => {
  const { router, press } = await setup('/customers?q=0895');
  await press('active');
  expect(router.state.location.href).toBe('/customers?q=0895&stage=active');
  expect(router.history.length).toBe(1);
  await press('any name');
  expect(router.state.location.href).toBe('/customers?stage=active');
});

test('clear removes all', async () => {
  const { router, press } = await setup('/customers?q=0895&stage=new');
  await press('clear');
  expect(router.state.location.href).toBe('/customers');
  expect(await shown()).toEqual({ isFiltered: false });
});
