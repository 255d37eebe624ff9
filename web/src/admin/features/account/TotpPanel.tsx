import { SafetyCertificateOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { sessionQuery, useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import { TagPill } from '@/shared/ui/TagPill';
import styles from './account.module.css';
import { EnrolTotp } from './EnrolTotp';
import { type Proof, ProofForm } from './ProofForm';

type Doing = 'begin' | 'replace' | 'disable' | 'renew';

/** The second factor: off, being set up, or on with its recovery codes. */
export function TotpPanel({ onCodes }: { onCodes: (recovery: string[]) => void }) {
  const [doing, setDoing] = useState<Doing>();
  const [secret, setSecret] = useState<{ secret: string; otpauth_url: string }>();
  const { message } = App.useApp();
  const cache = useQueryClient();
  const staff = useSession().data?.staff;
  const on = staff?.totp ?? false;
  const begin = $api.useMutation('post', '/v1/session/totp', { meta: { quiet: true } });
  const disable = $api.useMutation('post', '/v1/session/totp/disable', { meta: { quiet: true } });
  const renew = $api.useMutation('post', '/v1/session/totp/recovery_codes', { meta: { quiet: true } });
  const close = () => setDoing(undefined);

  const start = async (proof: Proof) => setSecret(await begin.mutateAsync({ body: proof }));
  const acts: Record<Doing, (proof: Proof) => Promise<void>> = {
    begin: start,
    replace: start,
    renew: async (proof) => onCodes((await renew.mutateAsync({ body: proof })).recovery_codes),
    disable: async (proof) => {
      const session = await disable.mutateAsync({ body: proof });
      cache.setQueryData(sessionQuery.queryKey, session);
      void message.success(t('account.totp.disabled'));
    },
  };

  if (secret) {
    return (
      <EnrolTotp
        {...secret}
        onCancel={() => setSecret(undefined)}
        onOn={(recovery) => {
          setSecret(undefined);
          onCodes(recovery);
        }}
      />
    );
  }
  return (
    <Panel title={t('account.totp')} extra={on && <TagPill tone="good">{t('account.totp.on')}</TagPill>}>
      <div className={styles.totp}>
        <SafetyCertificateOutlined aria-hidden className={styles.shield ?? ''} />
        <p>{on ? t('account.totp.onText') : t('account.totp.offText')}</p>
      </div>
      <div className={styles.buttons}>
        {on ? (
          <>
            <Button onClick={() => setDoing('replace')}>{t('account.totp.replace')}</Button>
            <Button onClick={() => setDoing('renew')}>{t('account.totp.renew')}</Button>
            {!staff?.must_totp && (
              <Button danger onClick={() => setDoing('disable')}>
                {t('account.totp.disable')}
              </Button>
            )}
          </>
        ) : (
          <Button type="primary" onClick={() => setDoing('begin')}>
            {t('account.totp.begin')}
          </Button>
        )}
      </div>
      {doing && (
        <ProofForm
          title={t(`account.totp.${doing}`)}
          lead={t(`account.totp.${doing}.lead`)}
          withCode={on}
          send={async (proof) => {
            await acts[doing](proof);
            close();
          }}
          onClose={close}
        />
      )}
    </Panel>
  );
}
