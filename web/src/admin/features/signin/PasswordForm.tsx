import { type FormEvent, useState } from 'react';
import { $api } from '@/api/client';
import type { Session } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { Failure } from '@/shared/ui/Failure';
import { PlainButton, PlainField } from '@/shared/ui/Plain';
import { wantsCode } from './model';
import type { Credentials } from './SignInPage';
import styles from './signin.module.css';
import { focusField, textIn, useSend } from './useSend';

type Props = {
  onSignedIn: (session: Session, password: string) => Promise<void>;
  onCodeWanted: (credentials: Credentials) => void;
};

export function PasswordForm({ onSignedIn, onCodeWanted }: Props) {
  const [faults, setFaults] = useState<Partial<Credentials>>({});
  const signIn = $api.useMutation('post', '/v1/session', { meta: { quiet: true } });
  const { submit, waiting, failure } = useSend<Credentials>(async (credentials) => {
    try {
      await onSignedIn(await signIn.mutateAsync({ body: credentials }), credentials.password);
    } catch (error) {
      if (!wantsCode(error)) throw error;
      onCodeWanted(credentials);
    }
  });

  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const credentials = { login: textIn(form, 'login'), password: textIn(form, 'password') };
    const missing = {
      ...(!credentials.login.trim() && { login: t('signin.login.missing') }),
      ...(!credentials.password && { password: t('signin.password.missing') }),
    };
    setFaults(missing);
    const [first] = Object.keys(missing);
    if (first) focusField(form, first);
    else void submit(credentials);
  };

  return (
    <form noValidate className={styles.form} onSubmit={send}>
      <PlainField
        name="login"
        label={t('signin.login')}
        fault={faults.login}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        maxLength={64}
      />
      <PlainField
        name="password"
        type="password"
        label={t('signin.password')}
        fault={faults.password}
        autoComplete="current-password"
        maxLength={1024}
      />
      <Failure error={failure} />
      <PlainButton look="primary" type="submit" waiting={waiting}>
        {t('signin.action')}
      </PlainButton>
      <p className={styles.hint}>{t('signin.forgotten')}</p>
    </form>
  );
}
