import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input } from 'antd';
import { $api, ifMatch } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { sessionQuery } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { Avatar } from '@/shared/ui/Avatar';
import { Failure } from '@/shared/ui/Failure';
import { Panel } from '@/shared/ui/Panel';
import { useSubmit } from '@/shared/useSubmit';
import styles from './account.module.css';

type Values = { name: string; email?: string; phone?: string };
type Props = { person: components['schemas']['StaffPerson']; role: string };

export function ProfilePanel({ person, role }: Props) {
  const [form] = Form.useForm<Values>();
  const { message } = App.useApp();
  const cache = useQueryClient();
  const change = $api.useMutation('patch', '/v1/me', { meta: { quiet: true } });
  const { submit, waiting, failure } = useSubmit<Values>(form, async ({ name, email = '', phone = '' }) => {
    await change.mutateAsync({ params: { header: ifMatch(person.version) }, body: { name, email, phone } });
    await cache.invalidateQueries({ queryKey: ['get', '/v1/me'] });
    await cache.invalidateQueries({ queryKey: sessionQuery.queryKey });
    void message.success(t('common.saved'));
  });

  return (
    <Panel title={t('account.profile')}>
      <div className={styles.who}>
        <Avatar name={person.name} size={44} />
        <span>
          <b>{person.login}</b>
          <span className={styles.small}>{role}</span>
        </span>
      </div>
      <Form form={form} layout="vertical" requiredMark="optional" initialValues={person} onFinish={submit}>
        <Form.Item
          name="name"
          label={t('account.name')}
          rules={[{ required: true, whitespace: true, message: t('account.name.missing') }]}
        >
          <Input maxLength={80} autoComplete="name" />
        </Form.Item>
        <Form.Item name="phone" label={t('account.phone')}>
          <Input maxLength={64} autoComplete="tel" inputMode="tel" />
        </Form.Item>
        <Form.Item name="email" label={t('account.email')}>
          <Input maxLength={254} autoComplete="email" inputMode="email" />
        </Form.Item>
        <Failure error={failure} />
        <Button type="primary" htmlType="submit" loading={waiting}>
          {t('common.save')}
        </Button>
      </Form>
    </Panel>
  );
}
