import { t } from '@/shared/i18n/t';
import { roleName } from '@/shared/role';
import type { DataColumn } from '@/shared/ui/DataTable';
import { PersonCell } from '@/shared/ui/PersonCell';
import { TimeAgo } from '@/shared/ui/TimeAgo';
import styles from './audit.module.css';
import { Diff } from './Diff';
import type { Entry } from './model';
import { Subject } from './Subject';
import { actionName } from './words';

export function auditColumns(): DataColumn<Entry>[] {
  return [
    { key: 'at', title: t('audit.at'), width: 120, render: (entry) => <TimeAgo at={entry.at} /> },
    {
      key: 'actor',
      title: t('audit.actor'),
      width: 190,
      render: (entry) => (
        <PersonCell name={entry.actor || t('audit.actor.nobody')} line={roleName(entry.role)} />
      ),
    },
    {
      key: 'action',
      title: t('audit.action'),
      width: 220,
      card: 'lead',
      render: (entry) => (
        <span className={styles.action}>
          <span>{actionName(entry.action)}</span>
          {entry.subject && <Subject subject={entry.subject} />}
        </span>
      ),
    },
    {
      key: 'change',
      title: t('audit.change'),
      width: 360,
      render: (entry) =>
        entry.reason ? (
          <span className={styles.reason}>{t('audit.because', { reason: entry.reason })}</span>
        ) : (
          <Diff before={entry.before} after={entry.after} limit={2} />
        ),
    },
  ];
}
