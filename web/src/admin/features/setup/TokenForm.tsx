import { Alert, Button, Form, Input } from 'antd';
import { t } from '@/shared/i18n/t';

/** For who came without the token, or with a wrong one. */
export function TokenForm({ onToken }: { onToken: (token: string) => void }) {
  return (
    <Form
      layout="vertical"
      requiredMark={false}
      onFinish={({ token }: { token: string }) => onToken(token.trim())}
    >
      <Alert type="info" showIcon title={t('setup.token.title')} description={t('setup.token.hint')} />
      <br />
      <Form.Item
        name="token"
        label={t('setup.token')}
        rules={[{ required: true, whitespace: true, message: t('setup.token.missing') }]}
      >
        <Input autoFocus autoComplete="off" spellCheck={false} maxLength={100} />
      </Form.Item>
      <Button type="primary" htmlType="submit" size="large" block>
        {t('setup.next')}
      </Button>
    </Form>
  );
}
