import { $api } from '@/api/client';
import { date, dateTime } from '@/shared/format';
import { t, tMaybe } from '@/shared/i18n/t';
import { type DataColumn, DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Money } from '@/shared/ui/Money';
import { Panel } from '@/shared/ui/Panel';
import { TagPill, type Tone } from '@/shared/ui/TagPill';
import styles from './imports.module.css';
import type { Import, Item } from './model';
import { faultText, fieldName } from './words';

const tones: Record<Item['kind'], Tone> = {
  order: 'good',
  refund: 'accent',
  customer: 'good',
  product: 'good',
  skipped: 'plain',
  fault: 'bad',
};

/** What the first rows come to, with what is wrong with them. */
export function PreviewItems({ data }: { data: Import }) {
  const query = $api.useQuery('get', '/v1/imports/{id}/preview', { params: { path: { id: data.id } } });
  const rows = (query.data?.items ?? []).map((item, at) => ({ item, at }));
  const faults = rows.filter(({ item }) => (item.faults ?? []).length > 0).length;
  return (
    <Panel
      flush
      title={t('imports.preview')}
      note={faults > 0 ? t('imports.preview.faults', { count: faults }) : t('imports.preview.note')}
    >
      <DataTable
        label={t('imports.preview')}
        columns={columns(data.kind)}
        rows={rows}
        rowKey={({ at }) => String(at)}
        query={query}
        empty={<EmptyState>{t('imports.preview.empty')}</EmptyState>}
      />
    </Panel>
  );
}

type Row = { item: Item };

function columns(kind: Import['kind']): DataColumn<Row>[] {
  return [
    { key: 'line', title: t('imports.faults.line'), width: 70, render: ({ item }) => item.line },
    {
      key: 'kind',
      title: t('imports.preview.kind'),
      width: 90,
      render: ({ item }) => <TagPill tone={tones[item.kind]}>{t(`imports.item.${item.kind}`)}</TagPill>,
    },
    {
      key: 'what',
      title: t('imports.preview.what'),
      width: 380,
      card: 'lead',
      render: ({ item }) => <What item={item} />,
    },
    { key: 'who', title: t('imports.preview.who'), width: 170, render: ({ item }) => whoOf(item) },
    {
      key: 'at',
      title: t('imports.preview.at'),
      width: 170,
      render: ({ item }) => (item.at ? (kind === 'customers' ? date : dateTime)(item.at) : '–'),
    },
    ...(kind === 'orders'
      ? [
          {
            key: 'amount',
            title: t('imports.preview.amount'),
            width: 120,
            align: 'end' as const,
            render: ({ item }: Row) =>
              item.amount_fen === undefined ? '–' : <Money fen={item.amount_fen} />,
          },
        ]
      : []),
  ];
}

function What({ item }: { item: Item }) {
  const faults = item.faults ?? [];
  const goods = item.lines ?? [];
  const details = [item.shop, item.channel && (tMaybe(`dashboard.channel.${item.channel}`) ?? item.channel)];
  return (
    <span className={styles.what}>
      <b>{item.number || item.name || '–'}</b>
      <small>
        {goods
          .map((line) => `${line.name || line.sku}${line.quantity ? ` ×${line.quantity}` : ''}`)
          .join('、')}
      </small>
      <small>
        {[...details, item.category, item.brand, ...(item.tags ?? [])].filter(Boolean).join(' · ')}
      </small>
      {faults.map((fault) => (
        <small key={`${fault.line}.${fault.field}.${fault.code}`} className={styles.fault}>
          {fault.field ? `${fieldName(fault.field)}：` : ''}
          {faultText(fault)}
        </small>
      ))}
    </span>
  );
}

function whoOf(item: Item): string {
  if (item.kind === 'product' || item.kind === 'skipped' || item.kind === 'fault')
    return item.persons?.join(' ') ?? '–';
  const who = [item.kind === 'customer' ? '' : item.name, ...(item.persons ?? [])].filter(Boolean);
  return who.length > 0 ? who.join(' · ') : t('imports.preview.anonymous');
}
