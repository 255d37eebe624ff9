import { screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { renderInConsole } from '../../../../test/render';

// The client takes fetch when it is made, so it is replaced before the import.
vi.stubGlobal('fetch', async () => Response.json({ permissions: ['segments.manage'] }));
const { SaveFigureAsSegment } = await import('./SaveFigureAsSegment');

const period = { from: '2026-11-01', to: '2026-11-30' };

async function ask(lastDays?: number) {
  const drawn = renderInConsole(
    <SaveFigureAsSegment name="买过的会员" figure="buyers" period={period} lastDays={lastDays} cut={{}} />,
    '/dashboard',
  );
  await drawn.user.click(await screen.findByRole('button', { name: '存为客群' }));
  await screen.findByRole('dialog', { name: '把「买过的会员」存为客群' });
  return drawn;
}

const ruleOf = (router: Awaited<ReturnType<typeof ask>>['router']) =>
  JSON.parse(new URLSearchParams(router.state.location.searchStr).get('rule') ?? '{}');

test('the last days move along unless they are chosen to stay', async () => {
  const { user, router } = await ask(30);
  expect(screen.getByRole('radio', { name: /一直是最近 30 天/ })).toHaveProperty('checked', true);
  await user.click(screen.getByRole('button', { name: '去编辑客群' }));
  await vi.waitFor(() => expect(router.state.location.pathname).toBe('/segments/new'));
  expect(ruleOf(router)).toMatchObject({ field: 'orders.count', within: { days: 30 } });
});

test('the last days can be kept as they are', async () => {
  const { user, router } = await ask(30);
  await user.click(screen.getByRole('radio', { name: /就这些日子：2026年11月1日 至 2026年11月30日/ }));
  await user.click(screen.getByRole('button', { name: '去编辑客群' }));
  await vi.waitFor(() => expect(router.state.location.pathname).toBe('/segments/new'));
  expect(ruleOf(router)).toMatchObject({ within: period });
});

test('days that were chosen one by one stay', async () => {
  await ask();
  expect(screen.getByRole('radio', { name: /就这些日子/ })).toHaveProperty('checked', true);
  expect(screen.queryByRole('radio', { name: /最近/ })).toBeNull();
});
