import { Button } from 'antd';
import { $api, inPages } from '@/api/client';
import { count } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { type DataColumn, DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Panel } from '@/shared/ui/Panel';
import { TagPill } from '@/shared/ui/TagPill';
import { TimeAgo } from '@/shared/ui/TimeAgo';
import styles from './imports.module.css';
import { isBusy, type Listed } from './model';
import { bytes, stateTone } from './words';

const followEveryMs = 2_000;

type Props = { onOpen: (id: string) => void; onNew: () => void };

/** Every file that was ever taken in, the newest first. */
export function ImportList({ onOpen, onNew }: Props) {
  const query = $api.useInfiniteQuery(
    'get',
    '/v1/imports',
    {},
    {
      ...inPages,
      refetchInterval: ({ state }: { state: { data?: { pages: { items: Listed[] }[] } | undefined } }) =>
        state.data?.pages.some((page) => page.items.some((one) => isBusy(one.state))) ? followEveryMs : false,
    },
  );
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel flush>
      <DataTable
        label={t('imports.title')}
        columns={columns()}
        rows={rows}
        rowKey={(row) => row.id}
        rowLabel={(row) => row.file_name}
        query={query}
        onOpen={(row) => onOpen(row.id)}
        empty={
          <EmptyState
            drawing="box"
            sample
            action={
              <Button type="primary" onClick={onNew}>
                {t('imports.new')}
              </Button>
            }
          >
            {t('imports.empty')}
          </EmptyState>
        }
      />
    </Panel>
  );
}

const columns = (): DataColumn<Listed>[] => [
  {
    key: 'file',
    title: t('imports.file'),
    width: 280,
    render: (row) => (
      <span className={styles.file}>
        <span title={row.file_name}>{row.file_name}</span>
        <small>
          {t(`imports.kind.${row.kind}`)} · {bytes(row.file_bytes)}
        </small>
      </span>
    ),
  },
  {
    key: 'state',
    title: t('imports.state'),
    width: 150,
    render: (row) => (
      <span className={styles.state}>
        <TagPill tone={stateTone[row.state]}>{t(`imports.state.${row.state}`)}</TagPill>
        {row.state === 'running' && row.total_rows
          ? `${Math.floor((100 * row.counts.rows) / row.total_rows)}%`
          : ''}
      </span>
    ),
  },
  {
    key: 'rows',
    title: t('imports.count.rows'),
    width: 110,
    align: 'end',
    render: (row) => count(row.counts.rows),
  },
  {
    key: 'taken',
    title: t('imports.taken'),
    width: 220,
    render: (row) => (row.dry_run ? t('imports.taken.none') : takenText(row)),
  },
  {
    key: 'faults',
    title: t('imports.count.errors'),
    width: 100,
    align: 'end',
    render: (row) => count(row.counts.errors),
  },
  { key: 'at', title: t('imports.at'), width: 120, render: (row) => <TimeAgo at={row.created_at} /> },
];

function takenText({ kind, counts }: Listed): string {
  if (kind === 'orders') {
    return t('imports.taken.orders', { orders: counts.orders, customers: counts.customers });
  }
  return kind === 'customers'
    ? t('imports.taken.customers', { customers: counts.customers })
    : t('imports.taken.products', { products: counts.products ?? 0 });
}
