import { Link } from '@tanstack/react-router';
import { count, dateTime } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import type { DataColumn } from '@/shared/ui/DataTable';
import { Money } from '@/shared/ui/Money';
import { useShopNames } from '@/shared/ui/ShopSelect';
import type { Listed } from './model';
import { OrderState } from './OrderState';
import styles from './orders.module.css';
import { usePersonName } from './people';
import { channelName, nameOf } from './words';

/** The columns of the list of orders. */
export function useColumns(): DataColumn<Listed>[] {
  const shopNames = useShopNames();
  const personName = usePersonName();
  return [
    {
      key: 'number',
      title: t('orders.number'),
      width: 190,
      render: (order) => (
        <span className={styles.number}>
          <b>{order.order_no}</b>
          {order.state !== 'paid' && <OrderState state={order.state} />}
        </span>
      ),
    },
    { key: 'time', title: t('orders.time'), width: 168, render: (order) => dateTime(order.paid_at) },
    {
      key: 'customer',
      title: t('orders.customer'),
      width: 150,
      render: (order) => <CustomerLink order={order} />,
    },
    { key: 'shop', title: t('orders.shop'), width: 112, render: (order) => shopNames([order.shop_id])[0] },
    { key: 'channel', title: t('orders.channel'), width: 116, render: (order) => channelName(order.channel) },
    {
      key: 'clerk',
      title: t('orders.clerk'),
      width: 92,
      render: (order) => personName(order.clerk_id) ?? '—',
    },
    {
      key: 'units',
      title: t('orders.units'),
      width: 68,
      align: 'end',
      render: (order) => count(order.units),
    },
    {
      key: 'paid',
      title: t('orders.paid'),
      width: 118,
      align: 'end',
      render: (order) => <Money fen={order.paid_fen} />,
    },
    {
      key: 'refunded',
      title: t('orders.refunded'),
      width: 112,
      align: 'end',
      render: (order) => (order.refunded_fen > 0 ? <Money fen={order.refunded_fen} /> : '—'),
    },
  ];
}

/** Who bought: her profile, or that nobody is known, or that she is out of sight. */
export function CustomerLink({ order }: { order: Pick<Listed, 'customer' | 'customer_id'> }) {
  if (!order.customer) {
    return (
      <span className={styles.quiet}>
        {order.customer_id ? t('orders.outOfSight') : t('orders.anonymous')}
      </span>
    );
  }
  return (
    <span className={styles.person}>
      <Link to="/customers/$id" params={{ id: order.customer.id }}>
        {nameOf(order.customer)}
      </Link>
      {order.customer.phone && <small>{order.customer.phone}</small>}
    </span>
  );
}
