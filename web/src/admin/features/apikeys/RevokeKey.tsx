import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { $api } from '@/api/client';
import { relative } from '@/shared/format';
import { rich, t } from '@/shared/i18n/t';
import { ConfirmDanger } from '@/shared/ui/ConfirmDanger';
import type { ApiKey } from './model';

export function RevokeKey({ apiKey: key, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const cache = useQueryClient();
  const { message } = App.useApp();
  const revoke = $api.useMutation('delete', '/v1/api_keys/{id}', { meta: { quiet: true } });
  return (
    <ConfirmDanger
      open
      title={t('apikeys.revoke.title')}
      action={t('apikeys.revoke.action')}
      irreversible
      onClose={onClose}
      onConfirm={async () => {
        await revoke.mutateAsync({ params: { path: { id: key.id } } });
        await cache.invalidateQueries({ queryKey: ['get', '/v1/api_keys'] });
        void message.success(t('apikeys.revoked', { name: key.name }));
      }}
    >
      <p>{rich('apikeys.revoke.text', { name: <b>{key.name}</b> })}</p>
      <p>
        {key.last_used_at
          ? t('apikeys.revoke.used', { when: relative(key.last_used_at) })
          : t('apikeys.revoke.unused')}
      </p>
    </ConfirmDanger>
  );
}
