import { App, Button } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useCan } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import { TimeAgo } from '@/shared/ui/TimeAgo';
import { useCustomerChanged } from './changed';
import styles from './profile.module.css';
import { ReasonModal } from './ReasonModal';
import type { Profile } from './record';
import { word } from './words';

type Merge = components['schemas']['CustomerMergeView'];

/** The records that were merged into this one, each with its way back. */
export function Merged({ profile }: { profile: Profile }) {
  const [undoing, setUndoing] = useState<Merge>();
  const mayMerge = useCan('customers.merge');
  const { message } = App.useApp();
  const changed = useCustomerChanged();
  const unmerge = $api.useMutation('post', '/v1/merges/{id}/unmerge', { meta: { quiet: true } });
  if (profile.merges.length === 0) return null;
  return (
    <Panel title={t('customers.merged')}>
      <ul className={styles.rows}>
        {profile.merges.map((merge) => (
          <li key={merge.id} className={styles.row}>
            <div>
              <span>{merge.automatic ? t('customers.merged.automatic') : t('customers.merged.byHand')}</span>
              <small className={styles.small}>
                {word('mergeReason', merge.reason)} <TimeAgo at={merge.merged_at} />
              </small>
            </div>
            {mayMerge && (
              <Button type="link" size="small" onClick={() => setUndoing(merge)}>
                {t('customers.unmerge')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {undoing && (
        <ReasonModal
          title={t('customers.unmerge.title')}
          action={t('customers.unmerge')}
          lead={t('customers.unmerge.text')}
          send={async (reason) => {
            await unmerge.mutateAsync({ params: { path: { id: undoing.id } }, body: { reason } });
            changed();
            void message.success(t('customers.unmerged'));
          }}
          onClose={() => setUndoing(undefined)}
        />
      )}
    </Panel>
  );
}
