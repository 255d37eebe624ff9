import { Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';

type Props = {
  title: string;
  action: string;
  lead: ReactNode;
  send: (reason: string) => Promise<unknown>;
  onClose: () => void;
};

/** Asks why, for what goes into the audit log. */
export function ReasonModal({ title, action, lead, send, onClose }: Props) {
  return (
    <FormModal<{ reason: string }>
      title={title}
      action={action}
      lead={lead}
      send={async ({ reason }) => {
        await send(reason.trim());
        onClose();
      }}
      onClose={onClose}
    >
      <Form.Item
        name="reason"
        label={t('customers.reason')}
        extra={t('customers.reason.hint')}
        rules={[{ required: true, whitespace: true, min: 2, message: t('errors.reason.required') }]}
      >
        <Input maxLength={500} autoComplete="off" autoFocus />
      </Form.Item>
    </FormModal>
  );
}
