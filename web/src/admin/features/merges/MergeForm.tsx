import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { money } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Failure } from '@/shared/ui/Failure';
import { useMergesChanged } from './changed';
import styles from './merges.module.css';
import { effectOf, type Side, type Suggestion } from './model';

type Props = { suggestion: Suggestion; kept: Side; gone: Side; onMerged: () => void };

/** Says in numbers what the merge will do, then does it. */
export function MergeForm({ suggestion, kept, gone, onMerged }: Props) {
  const [reason, setReason] = useState('');
  const { message } = App.useApp();
  const changed = useMergesChanged();
  const accept = $api.useMutation('post', '/v1/merges/{id}/accept', { meta: { quiet: true } });
  const unmerge = $api.useMutation('post', '/v1/merges/{id}/unmerge');
  const effect = effectOf(kept, gone);
  const moved = [
    effect.orders > 0 && t('merges.what.orders', { count: effect.orders, money: money(effect.paidFen) }),
    effect.identities > 0 && t('merges.what.identities', { count: effect.identities }),
    effect.tags > 0 && t('merges.what.tags', { count: effect.tags }),
  ].filter((thing) => thing !== false);

  const takeBack = async (id: string) => {
    message.destroy(id);
    await unmerge.mutateAsync({ params: { path: { id } }, body: { reason: t('common.undo') } });
    await changed();
    void message.success(t('merges.unmerged'));
  };
  const merge = async () => {
    const done = await accept.mutateAsync({
      params: { path: { id: suggestion.id } },
      body: { survivor_id: kept.profile.id, ...(reason.trim() && { reason: reason.trim() }) },
    });
    onMerged();
    await changed();
    void message.open({
      key: done.merge_id,
      type: 'success',
      duration: 10,
      content: (
        <>
          {t('merges.merged')}
          <Button type="link" size="small" onClick={() => void takeBack(done.merge_id)}>
            {t('common.undo')}
          </Button>
        </>
      ),
    });
  };

  return (
    <div className={styles.form}>
      <h3>{t('merges.what')}</h3>
      <p>
        {t(moved.length > 0 ? 'merges.what.move' : 'merges.what.nothing', {
          name: gone.profile.name || t('merges.nameless'),
          things: moved.join(t('customers.comma')),
        })}
      </p>
      {effect.totalOrders > 0 && (
        <p>{t('merges.what.total', { count: effect.totalOrders, money: money(effect.totalFen) })}</p>
      )}
      <p>{t('merges.what.conflict')}</p>
      <Failure error={accept.error} />
      <div className={styles.act}>
        <Input
          value={reason}
          maxLength={500}
          placeholder={t('merges.merge.reason')}
          aria-label={t('merges.merge.reason')}
          onChange={(event) => setReason(event.target.value)}
        />
        <Button type="primary" loading={accept.isPending} onClick={() => void merge().catch(() => {})}>
          {t('merges.merge')}
        </Button>
      </div>
    </div>
  );
}
