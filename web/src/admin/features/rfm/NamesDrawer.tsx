import { useNavigate } from '@tanstack/react-router';
import { Drawer, Segmented } from 'antd';
import { SaveAsSegment } from '@/admin/features/segments/SaveAsSegment';
import { allOf, inCell, oneIs } from '@/admin/features/segments/start';
import { $api, inPages } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { dayText } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { type DataColumn, DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Money } from '@/shared/ui/Money';
import { PersonCell } from '@/shared/ui/PersonCell';
import { cellsOf, type Group, type Overview, type RfmFilters } from './model';
import styles from './rfm.module.css';
import { nameOf } from './words';

type Listed = components['schemas']['SegmentListed'];

type Props = {
  overview: Overview;
  filters: RfmFilters;
  set: (change: Partial<RfmFilters>) => unknown;
};

/** Who is in a cell, or in a classical group; each leads to her 360. */
export function NamesDrawer({ overview, filters, set }: Props) {
  const { cell, group } = filters;
  return (
    <Drawer
      open={cell !== undefined || group !== undefined}
      onClose={() => set({ cell: undefined, group: undefined })}
      size={600}
      title={cell ? t('rfm.names') : group && t(`rfm.group.${group}`)}
      classNames={{ body: styles.drawer ?? '' }}
    >
      {cell && (
        <CellNames key={cell} overview={overview} cell={cell} onChange={(next) => set({ cell: next })} />
      )}
      {!cell && group && <GroupNames key={group} group={group} />}
    </Drawer>
  );
}

type CellProps = { overview: Overview; cell: string; onChange: (cell: string) => void };

function CellNames({ overview, cell, onChange }: CellProps) {
  const [r = '', f = '', m = ''] = cell;
  const names = $api.useInfiniteQuery('get', '/v1/rfm/customers', { params: { query: { cell } } }, inPages);
  const ms = cellsOf(overview.cells, Number(r), Number(f)).map((one) => one.cell[2] ?? '');
  const group = overview.cells.find((one) => one.cell === cell)?.group as Group | undefined;
  return (
    <>
      <div className={styles.drawerHead}>
        <p>
          <b>{t('rfm.names.cell', { r, f, m })}</b>
          {group && ` · ${t(`rfm.group.${group}`)}`}
        </p>
        {group && <p>{t(`rfm.hint.${group}`)}</p>}
        {ms.length > 1 && (
          <Segmented
            aria-label={t('rfm.names.chooseM')}
            value={m}
            onChange={(next) => onChange(`${r}${f}${next}`)}
            options={[...ms]
              .reverse()
              .map((score) => ({ value: score, label: t('rfm.map.m.score', { score }) }))}
          />
        )}
        <SaveAsSegment name={t('rfm.names.cell', { r, f, m })} rule={allOf(inCell(cell))} />
      </div>
      <Names query={names} />
    </>
  );
}

function GroupNames({ group }: { group: Group }) {
  const names = $api.useInfiniteQuery(
    'get',
    '/v1/customers',
    { params: { query: { rfm_group: group, sort: 'spend' } } },
    inPages,
  );
  return (
    <>
      <div className={styles.drawerHead}>
        <p>{t(`rfm.hint.${group}`)}</p>
        <SaveAsSegment name={t(`rfm.group.${group}`)} rule={oneIs('rfm_group', group)} />
      </div>
      <Names query={names} />
    </>
  );
}

type NamesQuery = Parameters<typeof DataTable>[0]['query'] & {
  data: { pages: components['schemas']['SegmentListBody'][] } | undefined;
};

function Names({ query }: { query: NamesQuery }) {
  const navigate = useNavigate();
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const first = query.data?.pages[0];
  return (
    <>
      {first && (
        <p className={styles.total}>
          {t(first.total_is_least ? 'rfm.names.totalLeast' : 'rfm.names.total', { count: first.total })}
        </p>
      )}
      <DataTable
        label={t('rfm.names')}
        columns={columns()}
        rows={rows}
        rowKey={(row) => row.id}
        rowLabel={nameOf}
        query={query}
        empty={<EmptyState drawing="person">{t('rfm.names.empty')}</EmptyState>}
        onOpen={(row) => void navigate({ to: '/customers/$id', params: { id: row.id } })}
      />
    </>
  );
}

const columns = (): DataColumn<Listed>[] => [
  {
    key: 'name',
    title: t('rfm.customer'),
    render: (row) => <PersonCell name={nameOf(row)} line={row.phone} />,
    width: 190,
  },
  {
    key: 'paid',
    title: t('rfm.paid'),
    render: (row) => <Money fen={row.paid_fen} />,
    align: 'end',
    width: 130,
  },
  { key: 'orders', title: t('rfm.orders'), render: (row) => row.order_count, align: 'end', width: 80 },
  {
    key: 'last',
    title: t('rfm.last'),
    render: (row) => (row.last_order_on ? dayText(row.last_order_on) : '–'),
    align: 'end',
    width: 140,
  },
];
