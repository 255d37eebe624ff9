import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { Session } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { Failure } from '@/shared/ui/Failure';
import { useSubmit } from '@/shared/useSubmit';
import type { Credentials } from './SignInPage';
import styles from './signin.module.css';

type Props = {
  credentials: Credentials;
  onSignedIn: (session: Session) => Promise<void>;
  onBack: () => void;
};

/** The six digits of the telephone, or one of the recovery codes when it is lost. */
export function CodeForm({ credentials, onSignedIn, onBack }: Props) {
  const [form] = Form.useForm<{ code: string }>();
  const [recovery, setRecovery] = useState(false);
  const signIn = $api.useMutation('post', '/v1/session', { meta: { quiet: true } });
  const { submit, waiting, failure } = useSubmit<{ code: string }>(form, async ({ code }) => {
    await onSignedIn(await signIn.mutateAsync({ body: { ...credentials, code: code.trim() } }));
  });

  const swap = () => {
    form.resetFields();
    setRecovery(!recovery);
  };

  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} className={styles.form ?? ''}>
      {recovery ? (
        <Form.Item
          key="recovery"
          name="code"
          label={t('signin.code.recovery')}
          extra={t('signin.code.recoveryHint')}
          rules={[{ required: true, min: 7, message: t('signin.code.recoveryMissing') }]}
        >
          <Input
            autoFocus
            autoComplete="off"
            spellCheck={false}
            maxLength={40}
            placeholder="ABCD-EFGH-IJKL-MNOP"
          />
        </Form.Item>
      ) : (
        <Form.Item
          key="code"
          name="code"
          label={t('signin.code.label')}
          rules={[{ required: true, pattern: /^\s*\d{6}\s*$/, message: t('signin.code.missing') }]}
        >
          <Input
            className={styles.code ?? ''}
            autoFocus
            autoComplete="one-time-code"
            inputMode="numeric"
            maxLength={6}
            placeholder="000000"
          />
        </Form.Item>
      )}
      <Failure error={failure} />
      <Button type="primary" htmlType="submit" block size="large" loading={waiting}>
        {t('signin.action')}
      </Button>
      <div className={styles.ways}>
        <Button type="link" onClick={swap}>
          {recovery ? t('signin.code.useCode') : t('signin.code.useRecovery')}
        </Button>
        <Button type="link" onClick={onBack}>
          {t('common.back')}
        </Button>
      </div>
    </Form>
  );
}
