import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { ConfirmDanger } from '@/shared/ui/ConfirmDanger';
import styles from './jobs.module.css';
import { type Act, actsOn, type Job } from './model';
import { kindName } from './words';

/** Tries a job again, stops it, or gives it up. What cannot be taken back is asked for first. */
export function JobActs({ job, large }: { job: Job; large?: boolean }) {
  const [asking, setAsking] = useState<'cancel' | 'discard'>();
  const { message } = App.useApp();
  const cache = useQueryClient();
  const options = { onSettled: () => cache.invalidateQueries({ queryKey: ['get', '/v1/jobs'] }) };
  const quiet = { ...options, meta: { quiet: true } };
  const retry = $api.useMutation('post', '/v1/jobs/{id}/retry', options);
  const cancel = $api.useMutation('post', '/v1/jobs/{id}/cancel', quiet);
  const discard = $api.useMutation('post', '/v1/jobs/{id}/discard', quiet);
  const params = { path: { id: job.id } };

  const start = (act: Act) => {
    if (act !== 'retry') return setAsking(act);
    retry.mutate({ params }, { onSuccess: () => void message.success(t('jobs.retried')) });
  };

  return (
    <span className={styles.acts}>
      {actsOn(job).map((act) => (
        <Button
          key={act}
          type={large ? 'default' : 'link'}
          size={large ? 'middle' : 'small'}
          danger={act !== 'retry'}
          loading={act === 'retry' && retry.isPending}
          onClick={() => start(act)}
          aria-label={t('jobs.act.of', { act: t(`jobs.act.${act}`), kind: kindName(job.kind) })}
        >
          {t(`jobs.act.${act}`)}
        </Button>
      ))}
      {asking && (
        <ConfirmDanger
          open
          title={t(`jobs.${asking}.title`)}
          action={t(`jobs.${asking}.action`)}
          irreversible={asking === 'discard'}
          onConfirm={() => (asking === 'cancel' ? cancel : discard).mutateAsync({ params })}
          onClose={() => setAsking(undefined)}
        >
          {t(`jobs.${asking}.text`, { kind: kindName(job.kind) })}
        </ConfirmDanger>
      )}
    </span>
  );
}
