import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Tooltip } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { deviceOf } from '@/shared/device';
import { dateTime } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { ConfirmDanger } from '@/shared/ui/ConfirmDanger';
import { TableSkeleton } from '@/shared/ui/Loading';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { TagPill } from '@/shared/ui/TagPill';
import styles from './account.module.css';

type Session = components['schemas']['StaffSession'];

/** Where one is signed in; each device can be signed out, or all of them. */
export function SessionsPanel() {
  const sessions = $api.useQuery('get', '/v1/me/sessions');
  const [everywhere, setEverywhere] = useState(false);
  const count = sessions.data?.items.length ?? 0;
  return (
    <Panel
      title={t('account.sessions')}
      extra={
        count > 1 && (
          <Button size="small" onClick={() => setEverywhere(true)}>
            {t('account.sessions.endAll')}
          </Button>
        )
      }
    >
      <QueryState query={sessions} skeleton={<TableSkeleton rows={3} />}>
        {({ items }) => (
          <ul className={styles.sessions}>
            {items.map((session) => (
              <Device key={session.id} session={session} />
            ))}
          </ul>
        )}
      </QueryState>
      {everywhere && <EndAll count={count} onClose={() => setEverywhere(false)} />}
    </Panel>
  );
}

function Device({ session }: { session: Session }) {
  const cache = useQueryClient();
  const end = $api.useMutation('delete', '/v1/me/sessions/{id}', {
    onSettled: () => cache.invalidateQueries({ queryKey: ['get', '/v1/me/sessions'] }),
  });
  const name = deviceOf(session.device) ?? t('account.sessions.unknown');
  return (
    <li className={styles.session}>
      <span className={styles.device}>
        <Tooltip title={session.device}>
          <b>{name}</b>
        </Tooltip>
        {session.current && <TagPill tone="brand">{t('account.sessions.current')}</TagPill>}
        <span className={styles.small}>
          {/* Sessions live in the time of the machine, which a demo's clock leaves behind. */}
          {t('account.sessions.seen', { ip: session.ip, when: dateTime(session.last_seen_at) })}
        </span>
      </span>
      {!session.current && (
        <Button
          size="small"
          loading={end.isPending}
          onClick={() => end.mutate({ params: { path: { id: session.id } } })}
          aria-label={t('account.sessions.end.of', { name })}
        >
          {t('account.sessions.end')}
        </Button>
      )}
    </li>
  );
}

function EndAll({ count, onClose }: { count: number; onClose: () => void }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const end = $api.useMutation('delete', '/v1/me/sessions', { meta: { quiet: true } });
  return (
    <ConfirmDanger
      open
      title={t('account.sessions.endAll.title')}
      action={t('account.sessions.endAll')}
      onClose={onClose}
      onConfirm={async () => {
        await end.mutateAsync({});
        await navigate({ to: '/signin' });
        cache.clear();
      }}
    >
      {t('account.sessions.endAll.text', { count })}
    </ConfirmDanger>
  );
}
