import { useQueries } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { useSession } from '@/api/session';
import { count } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { type DataColumn, DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Money } from '@/shared/ui/Money';
import { TagPill } from '@/shared/ui/TagPill';
import type { Product, Sku, Stock } from './model';
import styles from './products.module.css';
import { StockForm } from './StockForm';

type Place = { sku: Sku; shop: { id: string; name: string } };

/** How many pieces of each SKU each shop has; a figure opens its change. */
export function StockMatrix({ product, mayWrite }: { product: Product; mayWrite: boolean }) {
  const [changing, setChanging] = useState<Place>();
  const shops = useSession().data?.shops ?? [];
  const answers = useQueries({
    queries: product.skus.map((sku) =>
      $api.queryOptions('get', '/v1/skus/{code}/stock', { params: { path: { code: sku.code } } }),
    ),
  });
  const stocks = new Map<string, Stock[]>(
    product.skus.map((sku, i) => [sku.code, answers[i]?.data?.items ?? []]),
  );
  const at = (sku: Sku, shop: string) => stocks.get(sku.code)?.find((stock) => stock.shop_id === shop);
  const known = new Set([...stocks.values()].flat().map((stock) => stock.shop_id));
  const waiting = answers.some((answer) => answer.isPending);
  const failed = answers.find((answer) => answer.error)?.error ?? null;

  const cell = (sku: Sku, shop: Place['shop']) => {
    const figure = waiting ? '…' : count(at(sku, shop.id)?.quantity ?? 0);
    if (!mayWrite || waiting) return figure;
    return (
      <Button
        type="text"
        size="small"
        className={styles.figure ?? ''}
        aria-label={t('products.stock.change', { sku: sku.code, shop: shop.name, count: figure })}
        onClick={() => setChanging({ sku, shop })}
      >
        {figure}
      </Button>
    );
  };

  const columns: DataColumn<Sku>[] = [
    {
      key: 'sku',
      title: 'SKU',
      width: 200,
      render: (sku) => (
        <span className={styles.product}>
          <span>
            {[sku.colour, sku.size].filter(Boolean).join(' · ') || sku.code}{' '}
            {sku.retired && <TagPill>{t('products.state.retired')}</TagPill>}
          </span>
          <small>{sku.code}</small>
        </span>
      ),
    },
    {
      key: 'price',
      title: t('products.price'),
      width: 110,
      align: 'end',
      render: (sku) => <Money fen={sku.price_fen} />,
    },
    ...(product.skus.some((sku) => sku.cost_fen !== undefined) ? [costColumn()] : []),
    ...shops
      .filter((shop) => shop.open || known.has(shop.id))
      .map(
        (shop): DataColumn<Sku> => ({
          key: shop.id,
          title: shop.name,
          width: 100,
          align: 'end',
          render: (sku) => cell(sku, shop),
        }),
      ),
    {
      key: 'all',
      title: t('products.stock.all'),
      width: 80,
      align: 'end',
      render: (sku) => (
        <b>{count((stocks.get(sku.code) ?? []).reduce((sum, stock) => sum + stock.quantity, 0))}</b>
      ),
    },
  ];

  return (
    <>
      <DataTable<Sku>
        label={t('products.stock')}
        columns={columns}
        rows={failed ? [] : product.skus}
        rowKey={(sku) => sku.id}
        query={{
          isPending: false,
          error: failed,
          refetch: () => answers.map((answer) => answer.refetch()),
        }}
        empty={<EmptyState drawing="box">{t('products.skus.none')}</EmptyState>}
      />
      {changing && (
        <StockForm
          {...changing}
          stock={at(changing.sku, changing.shop.id)}
          onClose={() => setChanging(undefined)}
        />
      )}
    </>
  );
}

const costColumn = (): DataColumn<Sku> => ({
  key: 'cost',
  title: t('products.cost'),
  width: 110,
  align: 'end',
  render: (sku) => (sku.cost_fen === undefined ? '—' : <Money fen={sku.cost_fen} />),
});
