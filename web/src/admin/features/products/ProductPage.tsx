import { Link, useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { $api } from '@/api/client';
import { useCan } from '@/api/session';
import { date } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { DetailSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { TagPills } from '@/shared/ui/TagPill';
import { priceText } from './columns';
import type { Product } from './model';
import { ProductForm } from './ProductForm';
import { ProductState } from './ProductState';
import styles from './products.module.css';
import { StockMatrix } from './StockMatrix';

/** One product: what it is, and how many pieces of each SKU lie in which shop. */
export function ProductPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [editing, setEditing] = useState(false);
  const mayWrite = useCan('products.write');
  const query = $api.useQuery('get', '/v1/products/{id}', { params: { path: { id } } });
  const product = query.data;
  return (
    <Page
      title={product ? product.name || product.style_code : t('products.detail.title')}
      back={
        <Link to="/products" className={styles.back}>
          ← {t('products.title')}
        </Link>
      }
      mark={product && <ProductState state={product.state} />}
      lead={product?.style_code}
      actions={mayWrite && product && <Button onClick={() => setEditing(true)}>{t('common.edit')}</Button>}
    >
      <QueryState query={query} skeleton={<DetailSkeleton />}>
        {(found) => (
          <>
            <Facts product={found} />
            <Panel title={t('products.stock')} note={t('products.stock.note')} flush>
              <StockMatrix product={found} mayWrite={mayWrite} />
            </Panel>
          </>
        )}
      </QueryState>
      {editing && product && <ProductForm product={product} onClose={() => setEditing(false)} />}
    </Page>
  );
}

function Facts({ product }: { product: Product }) {
  const facts = [
    [t('products.brand'), product.brand],
    [t('products.category'), product.category],
    [t('products.scene'), product.scene],
    [t('products.style'), product.styles.length > 0 && <TagPills key="styles" names={product.styles} />],
    [t('products.price'), priceText(product)],
    [t('products.launch'), product.launch_on && date(dayjs(product.launch_on).toDate())],
  ] as const;
  return (
    <Panel>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value || '—'}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
