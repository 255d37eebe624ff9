import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons';
import { Select } from 'antd';
import { useState } from 'react';
import { nameOf } from '@/admin/features/customers/words';
import { $api } from '@/api/client';
import { dateTime } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { TableSkeleton } from '@/shared/ui/Loading';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { useSettled } from '@/shared/useSettled';
import { causeOf } from './Changes';
import type { Row } from './model';
import type { SegmentFilters } from './SegmentPage';
import styles from './segments.module.css';
import { shownValue, testAt, textIn } from './words';

type Props = { row: Row; filters: SegmentFilters; set: (change: Partial<SegmentFilters>) => unknown };

const typingPauseMs = 300;

/** Why somebody is, or is not, in the segment: every test with her own figures. */
export function Why({ row, filters, set }: Props) {
  const [typed, setTyped] = useState('');
  const asked = useSettled(typed.trim(), typingPauseMs);
  const found = $api.useQuery(
    'get',
    '/v1/customers',
    { params: { query: { q: asked, limit: 10 } } },
    { enabled: asked !== '' },
  );
  const chosen = $api.useQuery(
    'get',
    '/v1/customers/{id}',
    { params: { path: { id: filters.customer ?? '' } } },
    { enabled: Boolean(filters.customer) },
  );
  const options = (found.data?.items ?? []).map((one) => ({
    value: one.id,
    label: [nameOf(one), one.phone].filter(Boolean).join(' · '),
  }));
  if (filters.customer && !options.some(({ value }) => value === filters.customer)) {
    options.unshift({ value: filters.customer, label: chosen.data ? nameOf(chosen.data) : '…' });
  }
  return (
    <Panel title={t('segments.tab.why')} note={t('segments.why.note')}>
      <Select
        className={styles.person ?? ''}
        aria-label={t('segments.why.person')}
        placeholder={t('segments.why.person')}
        value={filters.customer}
        showSearch={{ filterOption: false, onSearch: setTyped }}
        notFoundContent={typed ? t('segments.why.nobody') : null}
        options={options}
        onChange={(customer: string) => set({ customer })}
      />
      {filters.customer && <Answer row={row} customer={filters.customer} />}
    </Panel>
  );
}

function Answer({ row, customer }: { row: Row; customer: string }) {
  const fields = $api.useQuery('get', '/v1/segments/fields');
  const why = $api.useQuery('get', '/v1/segments/{id}/why', {
    params: { path: { id: row.id }, query: { customer_id: customer } },
  });
  return (
    <QueryState query={why} skeleton={<TableSkeleton />}>
      {(answer) => (
        <div className={styles.why} aria-live="polite">
          <p className={styles.verdict}>
            <Mark holds={answer.holds} />
            <b>{t(answer.holds ? 'segments.why.in' : 'segments.why.out')}</b>
            {answer.since_at && <span>{t('segments.why.since', { at: dateTime(answer.since_at) })}</span>}
          </p>
          <ul>
            {answer.tests.map((one) => (
              <li key={one.path}>
                <Mark holds={one.holds} />
                <span>
                  {textIn(one)}{' '}
                  {one.value !== undefined && (
                    <b>
                      {t('segments.why.hers', {
                        value: shownValue(fields.data, testAt(row.rule, one.path), one.value),
                      })}
                    </b>
                  )}
                </span>
              </li>
            ))}
          </ul>
          {answer.last_change && (
            <p className={styles.quiet}>
              {t(answer.last_change.entered ? 'segments.why.entered' : 'segments.why.left', {
                at: dateTime(answer.last_change.at),
                cause: causeOf(answer.last_change),
              })}
            </p>
          )}
        </div>
      )}
    </QueryState>
  );
}

function Mark({ holds }: { holds: boolean }) {
  const label = t(holds ? 'segments.why.holds' : 'segments.why.fails');
  return holds ? (
    <CheckCircleFilled className={styles.holds ?? ''} aria-label={label} />
  ) : (
    <CloseCircleFilled className={styles.fails ?? ''} aria-label={label} />
  );
}
