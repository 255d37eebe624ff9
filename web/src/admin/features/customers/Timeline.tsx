import { EllipsisOutlined } from '@ant-design/icons';
import { Button, Tabs } from 'antd';
import { useState } from 'react';
import { $api, inPages } from '@/api/client';
import { useCan } from '@/api/session';
import { nameIn, t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { TableSkeleton } from '@/shared/ui/Loading';
import { Panel } from '@/shared/ui/Panel';
import { NoteForm } from './NoteForm';
import { Notes } from './Notes';
import { TimelineRow } from './TimelineRow';
import { gathered, type Names } from './timeline';
import styles from './timeline.module.css';

const groups = ['purchases', 'interactions', 'preferences', 'basic'] as const;
type Group = (typeof groups)[number];
type Tab = Group | 'all' | 'notes';

const pageSize = 30;

/** What happened with a customer, latest first, and a place to write down what else there is to know. */
export function Timeline({ customer }: { customer: string }) {
  const [tab, setTab] = useState<Tab>('all');
  const mayWrite = useCan('customers.write');
  const tabs: Tab[] = ['all', 'purchases', 'interactions', 'notes', 'preferences', 'basic'];
  return (
    <Panel className={styles.panel}>
      <h2 className="visually-hidden">{t('customers.timeline')}</h2>
      {mayWrite && <NoteForm customer={customer} />}
      <Tabs
        className={styles.tabs ?? ''}
        activeKey={tab}
        onChange={(key) => setTab(key as Tab)}
        more={{ icon: <EllipsisOutlined role="img" aria-label={t('common.more')} /> }}
        items={tabs.map((key) => ({ key, label: t(`customers.timeline.${key}`) }))}
      />
      {tab === 'notes' ? (
        <Notes customer={customer} />
      ) : (
        <Facts key={tab} customer={customer} group={tab === 'all' ? undefined : tab} />
      )}
    </Panel>
  );
}

function useNames(): Names {
  const mayRead = useCan('orders.read');
  const reasons = $api.useQuery('get', '/v1/refund_reasons', {}, { enabled: mayRead });
  const definitions = $api.useQuery('get', '/v1/attributes');
  return {
    reason: (code) => reasons.data?.items.find((one) => one.code === code)?.name ?? code,
    attribute: (code) => {
      const found = definitions.data?.items.find((one) => one.code === code);
      return found ? nameIn(found) : code;
    },
  };
}

function Facts({ customer, group }: { customer: string; group: Group | undefined }) {
  const names = useNames();
  const query = $api.useInfiniteQuery(
    'get',
    '/v1/customers/{id}/timeline',
    { params: { path: { id: customer }, query: { limit: pageSize, ...(group && { group }) } } },
    inPages,
  );
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (query.error && items.length === 0) return <ErrorState error={query.error} onRetry={query.refetch} />;
  if (query.isPending) return <TableSkeleton rows={5} />;
  if (items.length === 0) return <EmptyState>{t('customers.timeline.none')}</EmptyState>;
  return (
    <>
      <ol className={styles.line} aria-label={t('customers.timeline')}>
        {gathered(items).map((group) => (
          <TimelineRow
            key={`${group[0].recorded_at} ${group[0].kind} ${JSON.stringify(group[0].data)}`}
            items={group}
            names={names}
            customer={customer}
          />
        ))}
      </ol>
      {query.error && <ErrorState error={query.error} onRetry={() => query.fetchNextPage()} />}
      {query.hasNextPage && (
        <div className={styles.more}>
          <Button loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {t('common.loadMore')}
          </Button>
        </div>
      )}
    </>
  );
}
