import { FilterOutlined, PlusOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Badge, Button, Tabs } from 'antd';
import { useState } from 'react';
import { $api, inPages } from '@/api/client';
import { useCan } from '@/api/session';
import { count } from '@/shared/format';
import { rich, t } from '@/shared/i18n/t';
import { useCurrentShop } from '@/shared/shop';
import { DataTable, type Sort } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { FilterBar } from '@/shared/ui/FilterBar';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { useFilters } from '@/shared/useFilters';
import { CreateCustomer } from './CreateCustomer';
import { type Listed, useColumns } from './columns';
import styles from './customers.module.css';
import { FigureList } from './FigureList';
import { FilterDrawer } from './FilterDrawer';
import { FilteredBy } from './FilteredBy';
import { activeFilters, type CustomerFilters, parseFilters, phoneLike, queryOf, stages } from './filters';
import { nameOf } from './words';

const pageSize = 50;

export function CustomersPage() {
  const { filters, isFiltered, set, clear } = useFilters<CustomerFilters>(parseFilters);
  const [filtering, setFiltering] = useState(false);
  const [creating, setCreating] = useState(false);
  const mayWrite = useCan('customers.write');
  const shop = useCurrentShop();
  const query = useList(filters, shop);
  const first = query.data?.pages[0];

  const create = mayWrite && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setCreating(true)}>
      {t('customers.create')}
    </Button>
  );
  const total = first && count(first.total) + (first.total_is_least ? '+' : '');
  const lead = total && rich('customers.lead', { total: <b key="total">{total}</b> });
  return (
    <Page
      title={t('customers.title')}
      lead={filters.figure ? undefined : lead || t('customers.lead.short')}
      actions={
        <>
          <FilterBar
            search={{
              value: filters.q ?? '',
              placeholder: t('customers.search'),
              onChange: (q) => set({ q: q || undefined, figure: undefined }),
            }}
          />
          <Badge count={activeFilters(filters).length} color="var(--brand)" size="small">
            <Button icon={<FilterOutlined aria-hidden />} onClick={() => setFiltering(true)}>
              {t('common.filter')}
            </Button>
          </Badge>
          {create}
        </>
      }
    >
      {!filters.figure && (
        <Tabs
          className={styles.tabs ?? ''}
          activeKey={filters.stage ?? 'all'}
          onChange={(key) => set({ stage: stages.find((stage) => stage === key) })}
          items={[
            { key: 'all', label: t('common.all') },
            ...stages.map((key) => ({ key, label: t(`ui.stage.${key}`) })),
          ]}
        />
      )}
      <FilteredBy filters={filters} set={set} clear={clear} />
      <Panel flush>
        {filters.figure ? (
          <FigureList figure={filters.figure} filters={filters} />
        ) : (
          <List
            query={query}
            sort={filters.sort && { key: filters.sort, order: filters.order ?? 'desc' }}
            onSort={(sort) => set({ sort: sort?.key as CustomerFilters['sort'], order: sort?.order })}
            empty={
              isFiltered || shop ? (
                <EmptyState
                  drawing="search"
                  action={isFiltered && <Button onClick={clear}>{t('common.clearFilters')}</Button>}
                >
                  {t('customers.nobody')}
                </EmptyState>
              ) : (
                <EmptyState drawing="person" sample action={create}>
                  {t('customers.intro')}
                </EmptyState>
              )
            }
          />
        )}
      </Panel>
      {filtering && <FilterDrawer filters={filters} set={set} onClose={() => setFiltering(false)} />}
      {creating && <CreateCustomer phone={phoneLike(filters.q)} onClose={() => setCreating(false)} />}
    </Page>
  );
}

function useList(filters: CustomerFilters, shop: string | undefined) {
  const query = { ...queryOf(filters, shop), limit: pageSize };
  return $api.useInfiniteQuery(
    'get',
    '/v1/customers',
    { params: { query } },
    {
      enabled: !filters.figure,
      ...inPages,
    },
  );
}

type ListProps = {
  query: ReturnType<typeof useList>;
  sort: Sort | undefined;
  onSort: (sort: Sort | undefined) => void;
  empty: React.ReactNode;
};

function List({ query, sort, onSort, empty }: ListProps) {
  const navigate = useNavigate();
  const columns = useColumns();
  return (
    <DataTable<Listed>
      label={t('customers.title')}
      columns={columns}
      rows={query.data?.pages.flatMap((page) => page.items) ?? []}
      rowKey={(customer) => customer.id}
      rowLabel={nameOf}
      query={query}
      empty={empty}
      sort={sort}
      onSort={onSort}
      onOpen={(customer) => navigate({ to: '/customers/$id', params: { id: customer.id } })}
    />
  );
}
