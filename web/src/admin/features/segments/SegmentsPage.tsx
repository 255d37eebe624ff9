import { PlusOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { $api } from '@/api/client';
import { useCan } from '@/api/session';
import { count, percent } from '@/shared/format';
import { rich, t } from '@/shared/i18n/t';
import { type DataColumn, DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { Sparkline } from '@/shared/ui/Sparkline';
import { TagPill } from '@/shared/ui/TagPill';
import { oneOf, useFilters } from '@/shared/useFilters';
import type { Row } from './model';
import styles from './segments.module.css';
import { ratio, sentenceIn, shareOf } from './words';

const parseFilters = (raw: Record<string, unknown>) => ({ archived: oneOf(raw.archived, ['true'] as const) });

/** Every segment of the shop, with how it grows. */
export function SegmentsPage() {
  const { filters, set } = useFilters(parseFilters);
  const navigate = useNavigate();
  const mayManage = useCan('segments.manage');
  const segments = $api.useQuery('get', '/v1/segments', {
    params: { query: { archived: filters.archived === 'true' } },
  });
  const rows = segments.data?.items ?? [];
  const create = mayManage && (
    <Button
      type="primary"
      icon={<PlusOutlined aria-hidden />}
      onClick={() => void navigate({ to: '/segments/new' })}
    >
      {t('segments.create')}
    </Button>
  );
  return (
    <Page
      title={t('segments.title')}
      lead={
        rows.length > 0 && !filters.archived
          ? rich('segments.lead', { count: <b key="count">{count(rows.length)}</b> })
          : t('segments.lead.short')
      }
      actions={
        <>
          <Segmented
            aria-label={t('segments.shown')}
            value={filters.archived ?? 'false'}
            options={[
              { value: 'false', label: t('segments.inUse') },
              { value: 'true', label: t('segments.archived') },
            ]}
            onChange={(next) => set({ archived: next === 'true' ? 'true' : undefined })}
          />
          {create}
        </>
      }
    >
      <Panel flush>
        <DataTable<Row>
          label={t('segments.title')}
          columns={columns()}
          rows={rows}
          rowKey={(row) => row.id}
          rowLabel={(row) => row.name}
          query={segments}
          empty={
            <EmptyState drawing="chart" action={create}>
              {t(filters.archived ? 'segments.noneArchived' : 'segments.intro')}
            </EmptyState>
          }
          onOpen={(row) => void navigate({ to: '/segments/$id', params: { id: row.id } })}
        />
      </Panel>
    </Page>
  );
}

const columns = (): DataColumn<Row>[] => [
  {
    key: 'name',
    title: t('segments.name'),
    card: 'lead',
    render: (row) => (
      <span className={styles.named}>
        <b>
          {row.name}{' '}
          {(row.put_away?.length ?? 0) > 0 && <TagPill tone="warn">{t('segments.putAway.mark')}</TagPill>}
        </b>
        <span title={sentenceIn(row)}>{sentenceIn(row)}</span>
      </span>
    ),
  },
  {
    key: 'members',
    title: t('segments.members'),
    align: 'end',
    width: 120,
    render: (row) => (
      <span className={styles.two}>
        <b>{row.settling ? t('segments.settling') : count(row.members)}</b>
        <small>{percent(shareOf(row))}</small>
      </span>
    ),
  },
  {
    key: 'paid',
    title: t('segments.paidShare'),
    align: 'end',
    width: 110,
    render: (row) => percent(ratio(row.share_of_paid_bp)),
  },
  {
    key: 'moved',
    title: t('segments.week'),
    align: 'end',
    width: 130,
    render: (row) => t('segments.week.moved', { entered: row.entered_7d, left: row.left_7d }),
  },
  {
    key: 'trend',
    title: t('segments.trend'),
    width: 110,
    render: (row) => <Sparkline values={row.trend} label={t('ui.stat.trend', { label: row.name })} />,
  },
];
