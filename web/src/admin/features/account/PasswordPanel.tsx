import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input } from 'antd';
import { $api } from '@/api/client';
import { sessionQuery, useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { Failure } from '@/shared/ui/Failure';
import { Panel } from '@/shared/ui/Panel';
import { useSubmit } from '@/shared/useSubmit';
import { asAsked } from './model';

type Values = { current_password: string; new_password: string; again: string };

type Props = { onChanged?: (password: string) => void };

/** Another password; every other device is signed out by it. */
export function PasswordPanel({ onChanged }: Props) {
  const [form] = Form.useForm<Values>();
  const { message } = App.useApp();
  const cache = useQueryClient();
  const { data: session } = useSession();
  const change = $api.useMutation('post', '/v1/me/password', { meta: { quiet: true } });
  const { submit, waiting, failure } = useSubmit<Values>(form, async ({ current_password, new_password }) => {
    try {
      const renewed = await change.mutateAsync({ body: { current_password, new_password } });
      form.resetFields();
      onChanged?.(new_password);
      cache.setQueryData(sessionQuery.queryKey, renewed);
      await cache.invalidateQueries({ queryKey: ['get', '/v1/me/sessions'] });
      void message.success(t('account.password.changed'));
    } catch (error) {
      throw asAsked(error);
    }
  });

  return (
    <Panel title={t('account.password')}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        {/* Password managers want to know whose password this is. */}
        <input
          type="text"
          name="login"
          value={session?.staff?.login ?? ''}
          autoComplete="username"
          readOnly
          hidden
        />
        <Form.Item
          name="current_password"
          label={session?.due === 'password' ? t('account.password.oneTime') : t('account.password.current')}
          rules={[{ required: true, message: t('account.password.currentMissing') }]}
        >
          <Input.Password autoComplete="current-password" maxLength={1024} />
        </Form.Item>
        <Form.Item
          name="new_password"
          label={t('account.password.new')}
          extra={t('account.password.hint')}
          rules={[{ required: true, min: 8, message: t('account.password.short') }]}
        >
          <Input.Password autoComplete="new-password" maxLength={256} />
        </Form.Item>
        <Form.Item
          name="again"
          label={t('account.password.again')}
          dependencies={['new_password']}
          rules={[
            { required: true, message: t('account.password.differs') },
            ({ getFieldValue }) => ({
              validator: (_rule, value) =>
                value === getFieldValue('new_password')
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('account.password.differs'))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" maxLength={256} />
        </Form.Item>
        <Failure error={failure} />
        <Button type="primary" htmlType="submit" loading={waiting}>
          {t('account.password.change')}
        </Button>
      </Form>
    </Panel>
  );
}
