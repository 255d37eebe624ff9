import { useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, Input } from 'antd';
import { $api } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import type { Person } from './model';

type Props = {
  person: Person;
  onPassword: (password: { name: string; text: string }) => void;
  onClose: () => void;
};

type Values = { reason: string; remove_totp?: boolean };

/** Another first password for who has forgotten hers; takes the second factor away when the telephone is lost. */
export function ResetPassword({ person, onPassword, onClose }: Props) {
  const cache = useQueryClient();
  const reset = $api.useMutation('post', '/v1/staff/{id}/password', { meta: { quiet: true } });

  const send = async (values: Values) => {
    const done = await reset.mutateAsync({ params: { path: { id: person.id } }, body: values });
    await cache.invalidateQueries({ queryKey: ['get', '/v1/staff/{id}'] });
    onPassword({ name: person.name, text: done.one_time_password });
    onClose();
  };

  return (
    <FormModal<Values>
      title={t('staff.reset.title', { name: person.name })}
      action={t('staff.reset')}
      lead={t('staff.reset.lead')}
      send={send}
      onClose={onClose}
    >
      <Form.Item
        name="reason"
        label={t('staff.reason')}
        rules={[{ required: true, min: 3, whitespace: true, message: t('staff.reason.missing') }]}
      >
        <Input autoFocus maxLength={500} placeholder={t('staff.reset.reasonHint')} />
      </Form.Item>
      {person.totp && (
        <Form.Item name="remove_totp" valuePropName="checked" extra={t('staff.reset.totpHint')}>
          <Checkbox>{t('staff.reset.totp')}</Checkbox>
        </Form.Item>
      )}
    </FormModal>
  );
}
