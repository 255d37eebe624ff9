import { useNavigate } from '@tanstack/react-router';
import { Drawer, Select } from 'antd';
import { SaveFigureAsSegment } from '@/admin/features/segments/SaveFigureAsSegment';
import { $api, inPages } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useCan } from '@/api/session';
import { dayText } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { type DataColumn, DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Money } from '@/shared/ui/Money';
import { PersonCell } from '@/shared/ui/PersonCell';
import styles from './dashboard.module.css';
import { type Behind, behind, given, type Period } from './model';

type Named = components['schemas']['InsightCustomerFigure'];

type Props = {
  figure: Behind | undefined;
  period: Period;
  /** How many days the period is, if it means the last ones. */
  lastDays: number | undefined;
  shop: string | undefined;
  channel: string | undefined;
  onChange: (figure: Behind | undefined) => void;
};

/** The names behind a number, those who spent most first; each leads to her 360. */
export function BehindDrawer({ figure, period, lastDays, shop, channel, onChange }: Props) {
  return (
    <Drawer
      open={figure !== undefined}
      onClose={() => onChange(undefined)}
      size={560}
      title={t('dashboard.behind')}
      classNames={{ body: styles.drawer ?? '' }}
    >
      {figure && (
        <>
          <div className={styles.drawerHead}>
            <Select
              aria-label={t('dashboard.behind.which')}
              value={figure}
              onChange={onChange}
              options={behind.map((one) => ({ value: one, label: t(`dashboard.behind.${one}`) }))}
              style={{ width: '100%' }}
            />
            <p>
              {t(`dashboard.behind.${figure}.why`, { from: dayText(period.from), to: dayText(period.to) })}
            </p>
            <SaveFigureAsSegment
              name={t(`dashboard.behind.${figure}`)}
              figure={figure}
              period={period}
              lastDays={lastDays}
              cut={{ shop, channel }}
            />
          </div>
          <Names key={figure} figure={figure} query={{ ...period, ...given({ shop_id: shop, channel }) }} />
        </>
      )}
    </Drawer>
  );
}

function Names({ figure, query }: { figure: Behind; query: Record<string, string> }) {
  const navigate = useNavigate();
  const mayOpen = useCan('customers.read');
  const names = $api.useInfiniteQuery(
    'get',
    '/v1/kpis/{figure}/customers',
    { params: { path: { figure }, query } },
    inPages,
  );
  const rows = names.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <DataTable
      label={t('dashboard.behind')}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.customer_id}
      rowLabel={nameOf}
      query={names}
      empty={<EmptyState drawing="person">{t('dashboard.behind.empty')}</EmptyState>}
      {...(mayOpen && {
        onOpen: (row: Named) => void navigate({ to: '/customers/$id', params: { id: row.customer_id } }),
      })}
    />
  );
}

const nameOf = (row: Named) => row.name || t('dashboard.nameless');

const columns: DataColumn<Named>[] = [
  {
    key: 'name',
    get title() {
      return t('dashboard.behind.customer');
    },
    render: (row) => <PersonCell name={nameOf(row)} line={row.phone} />,
    width: 200,
  },
  {
    key: 'sales',
    get title() {
      return t('dashboard.behind.sales');
    },
    render: (row) => <Money fen={row.sales_fen} />,
    align: 'end',
    width: 130,
  },
  {
    key: 'last',
    get title() {
      return t('dashboard.behind.last');
    },
    render: (row) => dayText(row.last_order_on),
    align: 'end',
    width: 140,
  },
];
