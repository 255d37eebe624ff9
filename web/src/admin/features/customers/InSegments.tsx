import { Link } from '@tanstack/react-router';
import { $api } from '@/api/client';
import { rich, t } from '@/shared/i18n/t';
import { TableSkeleton } from '@/shared/ui/Loading';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { TimeAgo } from '@/shared/ui/TimeAgo';
import styles from './profile.module.css';

/** The segments that she is in, since when, and the way to why. */
export function InSegments({ customer }: { customer: string }) {
  const segments = $api.useQuery('get', '/v1/customers/{id}/segments', {
    params: { path: { id: customer } },
  });
  return (
    <Panel title={t('customers.segments')}>
      <QueryState query={segments} skeleton={<TableSkeleton rows={2} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className={styles.quiet}>{t('customers.segments.none')}</p>
          ) : (
            <ul className={styles.rows}>
              {items.map((segment) => (
                <li key={segment.id} className={styles.row}>
                  <div>
                    <Link to="/segments/$id" params={{ id: segment.id }}>
                      {segment.name}
                    </Link>
                    <small className={styles.small}>
                      {rich('customers.segments.since', { at: <TimeAgo key="at" at={segment.since_at} /> })}
                    </small>
                  </div>
                  <Link
                    to="/segments/$id"
                    params={{ id: segment.id }}
                    search={{ tab: 'why', customer } as never}
                    aria-label={t('customers.segments.whyIn', { name: segment.name })}
                  >
                    {t('customers.segments.why')}
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </QueryState>
    </Panel>
  );
}
