import { useNavigate } from '@tanstack/react-router';
import { $api, inPages } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { t } from '@/shared/i18n/t';
import { useCurrentShop } from '@/shared/shop';
import { type DataColumn, DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Money } from '@/shared/ui/Money';
import { PersonCell } from '@/shared/ui/PersonCell';
import { DayAgo } from './DayAgo';
import type { CustomerFilters } from './filters';
import { nameOf } from './words';

type Named = components['schemas']['InsightCustomerFigure'];

type Props = { figure: NonNullable<CustomerFilters['figure']>; filters: CustomerFilters };

/** The names behind a figure of the dashboard, those who spent most first. */
export function FigureList({ figure, filters }: Props) {
  const navigate = useNavigate();
  const shop = useCurrentShop();
  const { from, to, channel } = filters;
  const shop_id = filters.shop_id ?? shop;
  const query = $api.useInfiniteQuery(
    'get',
    '/v1/kpis/{figure}/customers',
    {
      params: {
        path: { figure },
        query: {
          ...(from && { from }),
          ...(to && { to }),
          ...(channel && { channel }),
          ...(shop_id && { shop_id }),
        },
      },
    },
    inPages,
  );
  return (
    <DataTable<Named>
      label={t('customers.title')}
      columns={columns()}
      rows={query.data?.pages.flatMap((page) => page.items) ?? []}
      rowKey={(customer) => customer.customer_id}
      rowLabel={nameOf}
      query={query}
      empty={<EmptyState drawing="search">{t('customers.nobody')}</EmptyState>}
      onOpen={(customer) => navigate({ to: '/customers/$id', params: { id: customer.customer_id } })}
    />
  );
}

function columns(): DataColumn<Named>[] {
  return [
    {
      key: 'person',
      title: t('customers.customer'),
      width: 240,
      render: (c) => <PersonCell name={nameOf(c)} line={c.phone ?? t('customers.noPhone')} />,
    },
    {
      key: 'sales',
      title: t('customers.periodSpend'),
      width: 180,
      align: 'end',
      render: (c) => <Money fen={c.sales_fen} />,
    },
    {
      key: 'last',
      title: t('customers.lastOrder'),
      width: 180,
      render: (c) => <DayAgo day={c.last_order_on} />,
    },
  ];
}
