import { type FormEvent, useState } from 'react';
import { $api } from '@/api/client';
import type { Session } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { Failure } from '@/shared/ui/Failure';
import { PlainButton, PlainField } from '@/shared/ui/Plain';
import type { Credentials } from './SignInPage';
import styles from './signin.module.css';
import { focusField, textIn, useSend } from './useSend';

type Props = {
  credentials: Credentials;
  onSignedIn: (session: Session) => Promise<void>;
  onBack: () => void;
};

const sixDigits = /^\d{6}$/;
const shortestRecovery = 7;

/** The six digits of the telephone, or one of the recovery codes when it is lost. */
export function CodeForm({ credentials, onSignedIn, onBack }: Props) {
  const [recovery, setRecovery] = useState(false);
  const [fault, setFault] = useState<string>();
  const signIn = $api.useMutation('post', '/v1/session', { meta: { quiet: true } });
  const { submit, waiting, failure } = useSend<string>(async (code) => {
    await onSignedIn(await signIn.mutateAsync({ body: { ...credentials, code } }));
  });

  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = textIn(event.currentTarget, 'code').trim();
    const right = recovery ? code.length >= shortestRecovery : sixDigits.test(code);
    setFault(right ? undefined : t(recovery ? 'signin.code.recoveryMissing' : 'signin.code.missing'));
    if (right) void submit(code);
    else focusField(event.currentTarget, 'code');
  };
  const swap = () => {
    setFault(undefined);
    setRecovery(!recovery);
  };

  return (
    <form noValidate className={styles.form} onSubmit={send}>
      {recovery ? (
        <PlainField
          key="recovery"
          name="code"
          label={t('signin.code.recovery')}
          hint={t('signin.code.recoveryHint')}
          fault={fault}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={40}
          placeholder="ABCD-EFGH-IJKL-MNOP"
        />
      ) : (
        <PlainField
          key="code"
          name="code"
          label={t('signin.code.label')}
          fault={fault}
          className={styles.code}
          autoFocus
          autoComplete="one-time-code"
          inputMode="numeric"
          maxLength={6}
          placeholder="000000"
        />
      )}
      <Failure error={failure} />
      <PlainButton look="primary" type="submit" waiting={waiting}>
        {t('signin.action')}
      </PlainButton>
      <div className={styles.ways}>
        <PlainButton look="link" onClick={swap}>
          {recovery ? t('signin.code.useCode') : t('signin.code.useRecovery')}
        </PlainButton>
        <PlainButton look="link" onClick={onBack}>
          {t('common.back')}
        </PlainButton>
      </div>
    </form>
  );
}
