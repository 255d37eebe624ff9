import { screen, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { ApiError } from '@/api/problem';
import { renderInConsole } from '../../../test/render';
import { type DataColumn, DataTable, type RowsQuery } from './DataTable';

type Shop = { id: string; name: string; orders: number };

const shops: Shop[] = [
  { id: 'shp_1', name: '武康路店', orders: 12 },
  { id: 'shp_2', name: '静安寺店', orders: 7 },
];

const columns: DataColumn<Shop>[] = [
  { key: 'name', title: '门店', render: (shop) => shop.name },
  { key: 'orders', title: '订单', render: (shop) => shop.orders, align: 'end' },
  { key: 'act', title: '操作', render: () => <button type="button">停用</button>, card: 'none' },
];

const idle: RowsQuery = { isPending: false, error: null, refetch: vi.fn() };

function setup(query: Partial<RowsQuery> = {}, rows = shops) {
  const onOpen = vi.fn();
  const { user } = renderInConsole(
    <DataTable
      label="门店"
      columns={columns}
      rows={rows}
      rowKey={(shop) => shop.id}
      rowLabel={(shop) => shop.name}
      query={{ ...idle, ...query }}
      empty={<p>还没有门店</p>}
      onOpen={onOpen}
    />,
  );
  return { onOpen, user };
}

const wide = window.matchMedia;
afterEach(() => {
  window.matchMedia = wide;
});

test('a row opens by click and by Enter', async () => {
  const { onOpen, user } = setup();
  await user.click(screen.getByText('静安寺店'));
  expect(onOpen).toHaveBeenLastCalledWith(shops[1]);
  screen.getByLabelText('打开 武康路店').focus();
  await user.keyboard('{Enter}');
  expect(onOpen).toHaveBeenLastCalledWith(shops[0]);
});

test('a button in a row keeps its own click', async () => {
  const { onOpen, user } = setup();
  await user.click(screen.getAllByRole('button', { name: '停用' })[0] as HTMLElement);
  expect(onOpen).not.toHaveBeenCalled();
});

test('on a phone rows are cards', () => {
  window.matchMedia = (query) => ({ ...wide(query), matches: true });
  setup();
  const cards = within(screen.getByRole('list', { name: '门店' })).getAllByRole('listitem');
  expect(cards).toHaveLength(2);
  expect(cards[0]?.textContent).toBe('武康路店订单12');
});

test('no rows: waiting, then the error with a way to try again, or what the page is for', async () => {
  setup({ isPending: true }, []);
  expect(screen.getByRole('status')).toHaveProperty('ariaBusy', 'true');

  const refetch = vi.fn();
  const { user } = setup(
    { error: new ApiError({ status: 503, code: 'busy', request_id: 'req_7' }), refetch },
    [],
  );
  expect(screen.getByRole('alert').textContent).toContain('req_7');
  await user.click(screen.getByRole('button', { name: '重试' }));
  expect(refetch).toHaveBeenCalledOnce();

  setup({}, []);
  expect(screen.getByText('还没有门店')).toBeDefined();
});

test('more rows are asked for', async () => {
  const fetchNextPage = vi.fn();
  const { user } = setup({ hasNextPage: true, fetchNextPage });
  await user.click(screen.getByRole('button', { name: '加载更多' }));
  expect(fetchNextPage).toHaveBeenCalledOnce();
});
