import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { ConfirmDanger } from '@/shared/ui/ConfirmDanger';
import { Panel } from '@/shared/ui/Panel';
import { CountCards } from './CountCards';
import { Faults } from './Faults';
import styles from './imports.module.css';
import { canUndo, type Import } from './model';

type Props = { data: Import; onNew?: () => void };

/** What was taken in, what was wrong, the way on, and the way back. */
export function Result({ data, onNew }: Props) {
  const [undoing, setUndoing] = useState(false);
  const navigate = useNavigate();
  const { kind, counts, state } = data;
  return (
    <>
      <Panel
        title={t(`imports.result.${state === 'undone' ? 'undone' : state === 'done' ? 'done' : 'part'}`)}
        extra={
          <span className={styles.acts}>
            {canUndo(state) && (
              <Button danger onClick={() => setUndoing(true)}>
                {t('imports.undo')}
              </Button>
            )}
            {onNew && <Button onClick={onNew}>{t('imports.again')}</Button>}
            {state === 'done' && kind === 'orders' && (
              <Button type="primary" onClick={() => void navigate({ to: '/dashboard' })}>
                {t('imports.toDashboard')}
              </Button>
            )}
          </span>
        }
      >
        <CountCards kind={kind} counts={counts} />
      </Panel>
      {counts.errors > 0 && <Faults id={data.id} />}
      <Undo data={data} open={undoing} onClose={() => setUndoing(false)} />
    </>
  );
}

function Undo({ data, open, onClose }: { data: Import; open: boolean; onClose: () => void }) {
  const cache = useQueryClient();
  const undo = $api.useMutation('post', '/v1/imports/{id}/undo', { meta: { quiet: true } });
  const { orders, refunds, customers, products = 0 } = data.counts;
  return (
    <ConfirmDanger
      open={open}
      title={t('imports.undo.title')}
      action={t('imports.undo')}
      onClose={onClose}
      onConfirm={async () => {
        await undo.mutateAsync({ params: { path: { id: data.id } } });
        await cache.invalidateQueries({ queryKey: ['get', '/v1/imports/{id}'] });
      }}
    >
      {t(`imports.undo.${data.kind}`, { orders, refunds, customers, products })}
    </ConfirmDanger>
  );
}
