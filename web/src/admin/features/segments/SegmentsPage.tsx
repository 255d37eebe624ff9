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
import { Presets } from './Presets';
import styles from './segments.module.css';
import { ratio, sentenceIn, shareOf } from './words';

const views = ['used', 'presets', 'archived'] as const;

const parseFilters = (raw: Record<string, unknown>) => ({ view: oneOf(raw.view, views) });

/** Every segment of the shop, with how it grows; and presets to begin with, at once while there is none. */
export function SegmentsPage() {
  const { filters, set } = useFilters(parseFilters);
  const navigate = useNavigate();
  const mayManage = useCan('segments.manage');
  const view = filters.view ?? 'used';
  const segments = $api.useQuery('get', '/v1/segments', {
    params: { query: { archived: view === 'archived' } },
  });
  const rows = segments.data?.items ?? [];
  const gallery = view === 'presets' || (view === 'used' && segments.data?.items.length === 0);
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
        rows.length > 0 && view === 'used'
          ? rich('segments.lead', { count: <b key="count">{count(rows.length)}</b> })
          : t('segments.lead.short')
      }
      actions={
        <>
          <Segmented
            aria-label={t('segments.shown')}
            value={view}
            options={views
              .filter((value) => mayManage || value !== 'presets')
              .map((value) => ({ value, label: t(`segments.view.${value}`) }))}
            onChange={(next) => set({ view: next === 'used' ? undefined : next })}
          />
          {create}
        </>
      }
    >
      {view !== 'presets' && (
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
                {t(view === 'archived' ? 'segments.noneArchived' : 'segments.intro')}
              </EmptyState>
            }
            onOpen={(row) => void navigate({ to: '/segments/$id', params: { id: row.id } })}
          />
        </Panel>
      )}
      {gallery && mayManage && (
        <>
          <p>{t('segments.presets.hint')}</p>
          <Presets segments={rows} />
        </>
      )}
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
    render: (row) =>
      row.trend.length > 1 ? (
        <Sparkline values={row.trend} label={t('ui.stat.trend', { label: row.name })} />
      ) : (
        '—'
      ),
  },
];
