import { Form, Input } from 'antd';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';

export type Proof = { password: string; code?: string };

type Props = {
  title: string;
  lead: string;
  /** Asks for a code of the second factor as well, or a recovery code. */
  withCode: boolean;
  send: (proof: Proof) => Promise<void>;
  onClose: () => void;
};

/** Asks once more for what a stranger at this screen does not have. */
export function ProofForm({ title, lead, withCode, send, onClose }: Props) {
  return (
    <FormModal<Proof>
      title={title}
      action={t('common.confirm')}
      lead={lead}
      send={send}
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
      {withCode && (
        <Form.Item
          name="code"
          label={t('account.totp.code')}
          extra={t('account.totp.oldCode.hint')}
          rules={[{ required: true, whitespace: true, message: t('errors.session.code_required') }]}
        >
          <Input autoComplete="one-time-code" spellCheck={false} maxLength={40} />
        </Form.Item>
      )}
    </FormModal>
  );
}
