import { PlusOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { $api, inPages } from '@/api/client';
import { useCan } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { FilterBar } from '@/shared/ui/FilterBar';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { useFilters } from '@/shared/useFilters';
import { productColumns } from './columns';
import { facetsOf, type Product, type ProductFilters, parseFilters, queryOf, states } from './model';
import { ProductForm } from './ProductForm';
import styles from './products.module.css';

export function ProductsPage() {
  const { filters, isFiltered, set, clear } = useFilters(parseFilters);
  const [creating, setCreating] = useState(false);
  const mayWrite = useCan('products.write');
  const navigate = useNavigate();
  const params = { query: queryOf(filters) };
  const query = $api.useInfiniteQuery('get', '/v1/products', { params }, inPages);
  const open = (product: Product) => navigate({ to: '/products/$id', params: { id: product.id } });

  const create = mayWrite && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setCreating(true)}>
      {t('products.create')}
    </Button>
  );
  return (
    <Page title={t('products.title')} lead={t('products.intro')} actions={create}>
      <Filters filters={filters} set={set} onClear={isFiltered ? clear : undefined} />
      <Panel flush>
        <DataTable<Product>
          label={t('products.title')}
          columns={productColumns()}
          rows={query.data?.pages.flatMap((page) => page.items) ?? []}
          rowKey={(product) => product.id}
          rowLabel={(product) => product.name || product.style_code}
          query={query}
          empty={
            isFiltered ? (
              <EmptyState
                drawing="search"
                action={<Button onClick={clear}>{t('common.clearFilters')}</Button>}
              >
                {t('products.noneFound')}
              </EmptyState>
            ) : (
              <EmptyState drawing="box" action={create}>
                {t('products.intro')}
              </EmptyState>
            )
          }
          onOpen={open}
        />
      </Panel>
      {creating && <ProductForm onClose={() => setCreating(false)} onCreated={open} />}
    </Page>
  );
}

type FiltersProps = {
  filters: ProductFilters;
  set: (change: ProductFilters) => void;
  onClear: (() => void) | undefined;
};

/** How many products the choices are taken from. */
const sampled = 200;

function Filters({ filters, set, onClear }: FiltersProps) {
  const sample = $api.useQuery('get', '/v1/products', { params: { query: { limit: sampled } } });
  const facets = facetsOf(sample.data?.items ?? []);
  return (
    <FilterBar
      search={{
        value: filters.q ?? '',
        placeholder: t('products.search'),
        onChange: (q) => set({ q: q.trim() || undefined }),
      }}
      onClear={onClear}
    >
      {(['category', 'brand', 'scene', 'style'] as const).map((name) => (
        <Facet
          key={name}
          label={t(`products.${name}`)}
          value={filters[name]}
          choices={facets[name]}
          onChange={(value) => set({ [name]: value })}
        />
      ))}
      <Select
        className={styles.narrow ?? ''}
        allowClear
        aria-label={t('products.state')}
        placeholder={t('products.state')}
        value={filters.state ?? null}
        onChange={(state: ProductFilters['state'] | null) => set({ state: state ?? undefined })}
        options={states.map((value) => ({ value, label: t(`products.state.${value}`) }))}
      />
    </FilterBar>
  );
}

type FacetProps = {
  label: string;
  value: string | undefined;
  choices: string[];
  onChange: (value: string | undefined) => void;
};

/** One of the words that products have; another can be typed. */
function Facet({ label, value, choices, onChange }: FacetProps) {
  const [typed, setTyped] = useState('');
  const all = [...new Set([...choices, value ?? '', typed.trim()].filter(Boolean))];
  return (
    <Select
      className={styles.narrow ?? ''}
      allowClear
      aria-label={label}
      placeholder={label}
      value={value ?? null}
      showSearch={{ onSearch: setTyped }}
      onChange={(next: string | null) => onChange(next ?? undefined)}
      options={all.map((choice) => ({ value: choice, label: choice }))}
      popupMatchSelectWidth={false}
    />
  );
}
