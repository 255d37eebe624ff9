import { useNavigate } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { useState } from 'react';
import { nameOf } from '@/admin/features/customers/words';
import { $api, inPages } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { t, tMaybe } from '@/shared/i18n/t';
import { type DataColumn, DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Panel } from '@/shared/ui/Panel';
import { PersonCell } from '@/shared/ui/PersonCell';
import { TagPill } from '@/shared/ui/TagPill';
import { TimeAgo } from '@/shared/ui/TimeAgo';
import type { Fields } from './model';
import styles from './segments.module.css';
import { shownValue, textIn } from './words';

type Movement = components['schemas']['SegmentMovement'];

/** Who entered and left, and what decided. */
export function Changes({ id }: { id: string }) {
  const [direction, setDirection] = useState<'all' | 'entered' | 'left'>('all');
  const navigate = useNavigate();
  const fields = $api.useQuery('get', '/v1/segments/fields');
  const changes = $api.useInfiniteQuery(
    'get',
    '/v1/segments/{id}/changes',
    { params: { path: { id }, query: { limit: 50, ...(direction !== 'all' && { direction }) } } },
    inPages,
  );
  return (
    <Panel
      flush
      title={t('segments.tab.changes')}
      extra={
        <Segmented
          size="small"
          aria-label={t('segments.direction')}
          value={direction}
          options={(['all', 'entered', 'left'] as const).map((value) => ({
            value,
            label: t(`segments.direction.${value}`),
          }))}
          onChange={setDirection}
        />
      }
    >
      <DataTable<Movement>
        label={t('segments.tab.changes')}
        columns={columns(fields.data)}
        rows={changes.data?.pages.flatMap((page) => page.items) ?? []}
        rowKey={(row) => `${row.customer.id} ${row.at} ${row.entered}`}
        rowLabel={(row) => nameOf(row.customer)}
        query={changes}
        empty={<EmptyState drawing="person">{t('segments.changes.none')}</EmptyState>}
        onOpen={(row) => void navigate({ to: '/customers/$id', params: { id: row.customer.id } })}
      />
    </Panel>
  );
}

const columns = (fields: Fields | undefined): DataColumn<Movement>[] => [
  {
    key: 'customer',
    title: t('rfm.customer'),
    width: 200,
    render: (row) => <PersonCell name={nameOf(row.customer)} line={row.customer.phone} />,
  },
  {
    key: 'entered',
    title: t('segments.direction'),
    width: 90,
    render: (row) => (
      <TagPill tone={row.entered ? 'good' : 'warn'}>
        {t(`segments.direction.${row.entered ? 'entered' : 'left'}`)}
      </TagPill>
    ),
  },
  { key: 'at', title: t('segments.at'), width: 130, render: (row) => <TimeAgo at={row.at} /> },
  {
    key: 'why',
    title: t('segments.decided'),
    render: (row) => (
      <span className={styles.decided}>
        <span>{causeOf(row)}</span>
        {row.tests.map((one) => (
          <small key={one.path}>
            {one.holds ? '✓' : '✗'} {textIn(one)}
            {one.value !== undefined &&
              t('segments.why.value', { value: shownValue(fields, one.test, one.value) })}
          </small>
        ))}
      </span>
    ),
  },
];

/** What decided: the fact by its name, else that time went by or the rule was changed. */
export function causeOf(row: Pick<Movement, 'cause' | 'fact'>): string {
  if (row.fact)
    return (
      tMaybe(`customers.fact.${row.fact.kind}`) ?? tMaybe(`segments.fact.${row.fact.kind}`) ?? row.fact.kind
    );
  return t(`segments.cause.${row.cause}`);
}
