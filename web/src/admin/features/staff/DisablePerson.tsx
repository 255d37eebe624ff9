import { useQueryClient } from '@tanstack/react-query';
import { App, Input } from 'antd';
import { useId, useState } from 'react';
import { $api } from '@/api/client';
import { useCan } from '@/api/session';
import { rich, t } from '@/shared/i18n/t';
import { ConfirmDanger } from '@/shared/ui/ConfirmDanger';
import type { Person } from './model';

/** Ends what a person may do here, or lets her in again; says what ends with her. */
export function DisablePerson({ person, onClose }: { person: Person; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const reasonId = useId();
  const cache = useQueryClient();
  const { message } = App.useApp();
  const disable = $api.useMutation('post', '/v1/staff/{id}/disable', { meta: { quiet: true } });
  const enable = $api.useMutation('post', '/v1/staff/{id}/enable', { meta: { quiet: true } });
  const keys = useKeysOf(person.id);
  const params = { path: { id: person.id } };
  const name = <b>{person.name}</b>;

  const act = async () => {
    if (person.active) {
      const done = await disable.mutateAsync({
        params,
        body: reason.trim() ? { reason: reason.trim() } : {},
      });
      void message.success(t('staff.disabled', { name: person.name, count: done.api_keys_revoked }));
    } else {
      await enable.mutateAsync({ params });
      void message.success(t('staff.enabled', { name: person.name }));
    }
    await cache.invalidateQueries({ queryKey: ['get', '/v1/staff'] });
    await cache.invalidateQueries({ queryKey: ['get', '/v1/staff/{id}'] });
  };

  if (!person.active) {
    return (
      <ConfirmDanger
        open
        title={t('staff.enable.title')}
        action={t('staff.enable')}
        onConfirm={act}
        onClose={onClose}
      >
        {rich('staff.enable.text', { name })}
      </ConfirmDanger>
    );
  }
  return (
    <ConfirmDanger
      open
      title={t('staff.disable.title')}
      action={t('staff.disable')}
      onConfirm={act}
      onClose={onClose}
    >
      <p>{rich('staff.disable.text', { name })}</p>
      {keys > 0 && <p>{t('staff.disable.keys', { count: keys })}</p>}
      <br />
      <label htmlFor={reasonId}>{t('staff.reason')}</label>
      <Input
        id={reasonId}
        value={reason}
        maxLength={500}
        placeholder={t('staff.disable.reasonHint')}
        onChange={(event) => setReason(event.target.value)}
      />
    </ConfirmDanger>
  );
}

/** How many live API keys a person has made, as far as one may know. */
function useKeysOf(person: string): number {
  const keys = $api.useQuery(
    'get',
    '/v1/api_keys',
    { params: { query: { limit: 200 } } },
    { enabled: useCan('keys.manage') },
  );
  return (keys.data?.items ?? []).filter((key) => key.created_by === person && !key.revoked_at).length;
}
