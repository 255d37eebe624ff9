import { Button, Form, Input, QRCode } from 'antd';
import { $api } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { CopyText } from '@/shared/ui/CopyText';
import { Failure } from '@/shared/ui/Failure';
import { Panel } from '@/shared/ui/Panel';
import { useSubmit } from '@/shared/useSubmit';
import styles from './account.module.css';
import { inFours } from './model';

type Props = {
  secret: string;
  otpauth_url: string;
  onOn: (recoveryCodes: string[]) => void;
  /** What leaving is called. */
  cancel?: string;
  onCancel: () => void;
};

/** Scan, or type the secret; then a first code shows that it worked. */
export function EnrolTotp({ secret, otpauth_url, onOn, cancel, onCancel }: Props) {
  const [form] = Form.useForm<{ code: string }>();
  const confirm = $api.useMutation('post', '/v1/session/totp/confirm', { meta: { quiet: true } });
  const { submit, waiting, failure } = useSubmit<{ code: string }>(form, async ({ code }) => {
    onOn((await confirm.mutateAsync({ body: { code: code.trim() } })).recovery_codes);
  });

  return (
    <Panel title={t('account.totp.begin')}>
      <ol className={styles.steps}>
        <li>
          <b>{t('account.totp.scan')}</b>
          <p className={styles.small}>{t('account.totp.apps')}</p>
          {/* Apps on telephones read a code only when it is dark on white. */}
          <QRCode type="svg" value={otpauth_url} size={180} color="#000000" bgColor="#FFFFFF" />
          <p className={styles.small}>
            <a href={otpauth_url}>{t('account.totp.link')}</a>
          </p>
          <CopyText text={inFours(secret)} label={t('account.totp.secret')} />
        </li>
        <li>
          <b>{t('account.totp.enter')}</b>
          <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
            <Form.Item
              name="code"
              label={t('account.totp.code')}
              rules={[{ required: true, pattern: /^\s*\d{6}\s*$/, message: t('account.totp.codeMissing') }]}
            >
              <Input
                className={styles.code ?? ''}
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={6}
                placeholder="000000"
              />
            </Form.Item>
            <Failure error={failure} />
            <div className={styles.buttons}>
              <Button type="primary" htmlType="submit" loading={waiting}>
                {t('account.totp.turnOn')}
              </Button>
              <Button onClick={onCancel}>{cancel ?? t('common.cancel')}</Button>
            </div>
          </Form>
        </li>
      </ol>
    </Panel>
  );
}
