import type { components } from '@/api/schema.gen';
import { count } from '@/shared/format';
import { nameIn, t } from '@/shared/i18n/t';
import type { DataColumn } from '@/shared/ui/DataTable';
import { Money } from '@/shared/ui/Money';
import { PersonCell } from '@/shared/ui/PersonCell';
import { useShopNames } from '@/shared/ui/ShopSelect';
import { type Stage, StageDot } from '@/shared/ui/StageDot';
import { TagPills } from '@/shared/ui/TagPill';
import { DayAgo } from './DayAgo';
import { groupName, nameOf } from './words';

export type Listed = components['schemas']['SegmentListed'];

/** The columns of the list of customers. */
export function useColumns(): DataColumn<Listed>[] {
  const shopNames = useShopNames();
  return [
    {
      key: 'person',
      title: t('customers.customer'),
      width: 190,
      render: (c) => <PersonCell name={nameOf(c)} line={c.phone ?? t('customers.noPhone')} />,
    },
    {
      key: 'stage',
      title: t('customers.stage'),
      width: 104,
      render: (c) => <StageDot stage={c.stage as Stage} />,
    },
    { key: 'rfm', title: 'RFM', width: 112, render: (c) => groupName(c.rfm_group) || '—' },
    {
      key: 'spend',
      title: t('customers.spend'),
      width: 138,
      align: 'end',
      sortable: true,
      render: (c) => <Money fen={c.paid_fen} />,
    },
    {
      key: 'orders',
      title: t('customers.orders'),
      width: 92,
      align: 'end',
      sortable: true,
      render: (c) => count(c.order_count),
    },
    {
      key: 'last_order',
      title: t('customers.lastOrder'),
      width: 126,
      sortable: true,
      render: (c) => (c.last_order_on ? <DayAgo day={c.last_order_on} /> : '—'),
    },
    {
      key: 'tags',
      title: t('customers.tags'),
      width: 210,
      render: (c) => (c.tags.length > 0 ? <TagPills names={c.tags.map(nameIn)} /> : '—'),
    },
    {
      key: 'shop',
      title: t('customers.shop'),
      width: 112,
      render: (c) => (c.shop_id ? shopNames([c.shop_id])[0] : '—'),
    },
  ];
}
