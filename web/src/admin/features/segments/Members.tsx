import { useNavigate } from '@tanstack/react-router';
import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { type Listed, useColumns } from '@/admin/features/customers/columns';
import { nameOf } from '@/admin/features/customers/words';
import { $api, inPages } from '@/api/client';
import { shopNow } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Panel } from '@/shared/ui/Panel';
import type { SegmentFilters } from './SegmentPage';
import styles from './segments.module.css';

type Props = { id: string; filters: SegmentFilters; set: (change: Partial<SegmentFilters>) => unknown };

/** Who is a member now, or was at the end of a day. */
export function Members({ id, filters, set }: Props) {
  const navigate = useNavigate();
  const columns = useColumns().map((column) => ({ ...column, sortable: false }));
  const members = $api.useInfiniteQuery(
    'get',
    '/v1/segments/{id}/members',
    { params: { path: { id }, query: { limit: 50, ...(filters.as_of && { as_of: filters.as_of }) } } },
    inPages,
  );
  const first = members.data?.pages[0];
  return (
    <Panel
      flush
      title={t('segments.tab.members')}
      note={first && t('segments.members.total', { count: first.total })}
      extra={
        <span className={styles.asOf}>
          {t('segments.asOf')}
          <DatePicker
            aria-label={t('segments.asOf')}
            placeholder={t('segments.asOf.now')}
            value={filters.as_of ? dayjs(filters.as_of) : null}
            maxDate={dayjs(shopNow())}
            onChange={(day) => set({ as_of: day?.format('YYYY-MM-DD') })}
          />
        </span>
      }
    >
      <DataTable<Listed>
        label={t('segments.tab.members')}
        columns={columns}
        rows={members.data?.pages.flatMap((page) => page.items) ?? []}
        rowKey={(row) => row.id}
        rowLabel={nameOf}
        query={members}
        empty={<EmptyState drawing="person">{t('segments.members.none')}</EmptyState>}
        onOpen={(row) => void navigate({ to: '/customers/$id', params: { id: row.id } })}
      />
    </Panel>
  );
}
