import { useNavigate } from '@tanstack/react-router';
import { Drawer } from 'antd';
import { SaveAsSegment } from '@/admin/features/segments/SaveAsSegment';
import { hasMoved } from '@/admin/features/segments/start';
import { $api, inPages } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { addDays, shopToday } from '@/shared/days';
import { dayText } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { type DataColumn, DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Money } from '@/shared/ui/Money';
import { PersonCell } from '@/shared/ui/PersonCell';
import type { StageMove } from './model';
import styles from './rfm.module.css';
import { nameOf } from './words';

type Moved = components['schemas']['SegmentMoved'];
type Props = { move: StageMove | undefined; days: number; onClose: () => void };

/** Who went from one stage to another in the last so many days, latest first; they can be kept as a segment. */
export function MovedDrawer({ move, days, onClose }: Props) {
  return (
    <Drawer
      open={move !== undefined}
      onClose={onClose}
      size={600}
      title={move && t('rfm.moves.names', { from: t(`ui.stage.${move.from}`), to: t(`ui.stage.${move.to}`) })}
      classNames={{ body: styles.drawer ?? '' }}
    >
      {move && (
        <>
          <div className={styles.drawerHead}>
            <SaveAsSegment
              name={t('rfm.moves.segment', {
                from: t(`ui.stage.${move.from}`),
                to: t(`ui.stage.${move.to}`),
                days,
              })}
              rule={hasMoved(move.from, move.to, days)}
            />
          </div>
          <Names move={move} days={days} />
        </>
      )}
    </Drawer>
  );
}

function Names({ move, days }: { move: StageMove; days: number }) {
  const navigate = useNavigate();
  const names = $api.useInfiniteQuery(
    'get',
    '/v1/lifecycle/customers',
    { params: { query: { from_stage: move.from, to_stage: move.to, from: addDays(shopToday(), -days) } } },
    inPages,
  );
  return (
    <DataTable<Moved>
      label={t('rfm.moves.who')}
      columns={columns()}
      rows={names.data?.pages.flatMap((page) => page.items) ?? []}
      rowKey={(row) => `${row.id} ${row.moved_on}`}
      rowLabel={nameOf}
      query={names}
      empty={<EmptyState drawing="person">{t('rfm.names.empty')}</EmptyState>}
      onOpen={(row) => void navigate({ to: '/customers/$id', params: { id: row.id } })}
    />
  );
}

const columns = (): DataColumn<Moved>[] => [
  {
    key: 'name',
    title: t('rfm.customer'),
    render: (row) => <PersonCell name={nameOf(row)} line={row.phone} />,
    width: 190,
  },
  {
    key: 'on',
    title: t('rfm.moves.on'),
    render: (row) => dayText(row.moved_on),
    align: 'end',
    width: 140,
  },
  {
    key: 'stay',
    title: t('rfm.moves.stay'),
    render: (row) => t('rfm.unit.days', { count: row.stay_days }),
    align: 'end',
    width: 90,
  },
  {
    key: 'paid',
    title: t('rfm.paid'),
    render: (row) => <Money fen={row.paid_fen} />,
    align: 'end',
    width: 120,
  },
];
