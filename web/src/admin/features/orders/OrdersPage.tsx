import { useNavigate } from '@tanstack/react-router';
import { Button, Tabs } from 'antd';
import { $api, inPages } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { useCurrentShop } from '@/shared/shop';
import { DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { useFilters } from '@/shared/useFilters';
import { useColumns } from './columns';
import { Filters } from './Filters';
import { type Listed, parseFilters, queryOf } from './model';
import styles from './orders.module.css';

export function OrdersPage() {
  const { filters, isFiltered, set, clear } = useFilters(parseFilters);
  const shop = useCurrentShop();
  const navigate = useNavigate();
  const columns = useColumns();
  const query = $api.useInfiniteQuery(
    'get',
    '/v1/orders',
    { params: { query: queryOf(filters, shop) } },
    inPages,
  );

  return (
    <Page title={t('orders.title')} lead={t('orders.lead')}>
      <Tabs
        className={styles.tabs ?? ''}
        activeKey={filters.anonymous ? 'anonymous' : 'all'}
        onChange={(key) =>
          key === 'anonymous'
            ? set({ anonymous: 'true', customer_id: undefined })
            : set({ anonymous: undefined })
        }
        items={[
          { key: 'all', label: t('common.all') },
          { key: 'anonymous', label: t('orders.anonymous.only') },
        ]}
      />
      <Filters filters={filters} set={set} onClear={isFiltered ? clear : undefined} />
      <Panel flush>
        <DataTable<Listed>
          label={t('orders.title')}
          columns={columns}
          rows={query.data?.pages.flatMap((page) => page.items) ?? []}
          rowKey={(order) => order.id}
          rowLabel={(order) => order.order_no}
          query={query}
          empty={
            isFiltered || shop ? (
              <EmptyState
                drawing="search"
                action={isFiltered && <Button onClick={clear}>{t('common.clearFilters')}</Button>}
              >
                {t('orders.noneFound')}
              </EmptyState>
            ) : (
              <EmptyState sample>{t('orders.intro')}</EmptyState>
            )
          }
          onOpen={(order) => navigate({ to: '/orders/$id', params: { id: order.id } })}
        />
      </Panel>
    </Page>
  );
}
