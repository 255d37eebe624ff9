import { Button, Form, Input } from 'antd';
import { $api } from '@/api/client';
import type { Session } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { Failure } from '@/shared/ui/Failure';
import { useSubmit } from '@/shared/useSubmit';
import { wantsCode } from './model';
import type { Credentials } from './SignInPage';
import styles from './signin.module.css';

type Props = {
  onSignedIn: (session: Session) => Promise<void>;
  onCodeWanted: (credentials: Credentials) => void;
};

export function PasswordForm({ onSignedIn, onCodeWanted }: Props) {
  const [form] = Form.useForm<Credentials>();
  const signIn = $api.useMutation('post', '/v1/session', { meta: { quiet: true } });
  const { submit, waiting, failure } = useSubmit<Credentials>(form, async (credentials) => {
    try {
      await onSignedIn(await signIn.mutateAsync({ body: credentials }));
    } catch (error) {
      if (!wantsCode(error)) throw error;
      onCodeWanted(credentials);
    }
  });

  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} className={styles.form ?? ''}>
      <Form.Item
        name="login"
        label={t('signin.login')}
        rules={[{ required: true, whitespace: true, message: t('signin.login.missing') }]}
      >
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus maxLength={64} />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('signin.password')}
        rules={[{ required: true, message: t('signin.password.missing') }]}
      >
        <Input.Password autoComplete="current-password" maxLength={1024} />
      </Form.Item>
      <Failure error={failure} />
      <Button type="primary" htmlType="submit" block size="large" loading={waiting}>
        {t('signin.action')}
      </Button>
      <p className={styles.hint}>{t('signin.forgotten')}</p>
    </Form>
  );
}
