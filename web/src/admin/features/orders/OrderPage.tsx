import { Link, useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { useCan } from '@/api/session';
import { count, dateTime, money } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { DetailSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { useShopNames } from '@/shared/ui/ShopSelect';
import { Stat, StatRow } from '@/shared/ui/Stat';
import { ClaimForm } from './ClaimForm';
import { CustomerLink } from './columns';
import { Edits } from './Edits';
import { Lines } from './Lines';
import { leftOf, type Order } from './model';
import { OrderState } from './OrderState';
import styles from './orders.module.css';
import { usePersonName } from './people';
import { RefundForm } from './RefundForm';
import { Refunds } from './Refunds';
import { channelName } from './words';

/** One order: what was bought, what came back, whose it is. */
export function OrderPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [dialog, setDialog] = useState<'claim' | 'refund'>();
  const mayWrite = useCan('orders.write');
  const query = $api.useQuery('get', '/v1/orders/{id}', { params: { path: { id } } });
  const order = query.data;
  return (
    <Page
      title={order?.order_no ?? t('orders.detail.title')}
      back={
        <Link to="/orders" className={styles.back}>
          ← {t('orders.title')}
        </Link>
      }
      mark={order && <OrderState state={order.state} />}
      lead={order && dateTime(order.paid_at)}
      actions={
        mayWrite &&
        order && (
          <>
            {order.lines?.some((line) => leftOf(line) > 0) && (
              <Button onClick={() => setDialog('refund')}>{t('orders.refund')}</Button>
            )}
            {!order.customer_id && (
              <Button type="primary" onClick={() => setDialog('claim')}>
                {t('orders.claim')}
              </Button>
            )}
          </>
        )
      }
    >
      <QueryState query={query} skeleton={<DetailSkeleton />}>
        {(found) => <Shown order={found} />}
      </QueryState>
      {dialog === 'claim' && order && <ClaimForm order={order} onClose={() => setDialog(undefined)} />}
      {dialog === 'refund' && order && <RefundForm order={order} onClose={() => setDialog(undefined)} />}
    </Page>
  );
}

function Shown({ order }: { order: Order }) {
  const back = order.refunded_units > 0 ? t('orders.units.back', { count: order.refunded_units }) : undefined;
  return (
    <>
      <StatRow>
        <Stat label={t('orders.paid')} figure={money(order.paid_fen)} />
        <Stat label={t('orders.discount')} figure={money(order.discount_fen)} />
        <Stat label={t('orders.refunded')} figure={money(order.refunded_fen)} note={back} />
        <Stat label={t('orders.units')} figure={count(order.units)} />
      </StatRow>
      <div className={styles.columns}>
        <div className={styles.column}>
          <Panel title={t('orders.lines')} note={t('orders.lines.note', { count: order.line_count })}>
            <Lines lines={order.lines ?? []} />
          </Panel>
          <Panel title={t('orders.refunds')}>
            <Refunds refunds={order.refunds} />
          </Panel>
          {order.edits.length > 0 && (
            <Panel title={t('orders.edits')}>
              <Edits edits={order.edits} />
            </Panel>
          )}
        </div>
        <Facts order={order} />
      </div>
    </>
  );
}

function Facts({ order }: { order: Order }) {
  const shopNames = useShopNames();
  const personName = usePersonName();
  const facts = [
    [t('orders.customer'), <CustomerLink key="customer" order={order} />],
    [t('orders.shop'), shopNames([order.shop_id])[0]],
    [t('orders.channel'), channelName(order.channel)],
    [t('orders.clerk'), order.clerk_id && (personName(order.clerk_id) ?? order.clerk_id)],
    [t('orders.adviser'), order.adviser_id && (personName(order.adviser_id) ?? order.adviser_id)],
    [t('orders.exchangeOf'), order.exchange_of],
    [t('orders.source'), order.source],
    [t('orders.version'), order.version > 1 && count(order.version)],
    [t('orders.received'), dateTime(order.received_at)],
    [t('orders.occurred'), order.occurred_at && dateTime(order.occurred_at)],
  ] as const;
  return (
    <Panel title={t('orders.facts')}>
      <dl className={styles.facts}>
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {order.customer && (
        <Link to="/orders" search={{ customer_id: order.customer.id }}>
          {t('orders.others')}
        </Link>
      )}
      {order.history && <p className={styles.quiet}>{t('orders.history')}</p>}
    </Panel>
  );
}
