import { Form, Input } from 'antd';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';

type Props = {
  title: string;
  lead: string;
  send: (password: string) => Promise<void>;
  onClose: () => void;
};

/** Asks for the password once more, for what a stranger at this screen must not do. */
export function ProofForm({ title, lead, send, onClose }: Props) {
  return (
    <FormModal<{ password: string }>
      title={title}
      action={t('common.confirm')}
      lead={lead}
      send={({ password }) => send(password)}
      onClose={onClose}
      width={420}
    >
      <Form.Item
        name="password"
        label={t('account.password.current')}
        rules={[{ required: true, message: t('account.password.currentMissing') }]}
      >
        <Input.Password autoFocus autoComplete="current-password" maxLength={1024} />
      </Form.Item>
    </FormModal>
  );
}
