import { count, money } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import type { DataColumn } from '@/shared/ui/DataTable';
import { type Product, priceRange } from './model';
import { ProductState } from './ProductState';
import styles from './products.module.css';

/** The columns of the list of products. */
export function productColumns(): DataColumn<Product>[] {
  return [
    {
      key: 'name',
      title: t('products.product'),
      width: 260,
      render: (product) => (
        <span className={styles.product}>
          <b>{product.name || product.style_code}</b>
          <small>{product.style_code}</small>
        </span>
      ),
    },
    { key: 'brand', title: t('products.brand'), width: 120, render: (product) => product.brand || '—' },
    {
      key: 'category',
      title: t('products.category'),
      width: 150,
      render: (product) => product.category || '—',
    },
    { key: 'scene', title: t('products.scene'), width: 96, render: (product) => product.scene || '—' },
    {
      key: 'price',
      title: t('products.price'),
      width: 180,
      align: 'end',
      render: (product) => priceText(product),
    },
    {
      key: 'skus',
      title: t('products.skus'),
      width: 80,
      align: 'end',
      render: (product) => count(product.skus.length),
    },
    {
      key: 'state',
      title: t('products.state'),
      width: 104,
      render: (product) => <ProductState state={product.state} />,
    },
  ];
}

/** `¥449.00`, or `¥399.00 – ¥449.00` where SKUs differ. */
export function priceText(product: Product): string {
  const range = priceRange(product.skus);
  if (!range) return '—';
  const [least, most] = range;
  return least === most ? money(least) : `${money(least)} – ${money(most)}`;
}
