import { Form, Modal } from 'antd';
import type { ReactNode } from 'react';
import { t } from '@/shared/i18n/t';
import { useSubmit } from '@/shared/useSubmit';
import { Failure } from './Failure';
import styles from './FormModal.module.css';

type Props<V> = {
  title: string;
  /** The verb on the button. */
  action: string;
  /** One sentence above the fields. */
  lead?: ReactNode;
  initial?: Partial<V>;
  /** Sends the values; the dialog stays and shows the errors when it fails. */
  send: (values: V) => Promise<unknown>;
  onClose: () => void;
  width?: number;
  /** Leaves out the mark of what may stay empty, where everything may. */
  unmarked?: boolean;
  /** The fields. */
  children: ReactNode;
};

/** A form in a dialog. A click beside it does not lose what was typed; Escape and Cancel close it. */
export function FormModal<V extends object>(props: Props<V>) {
  const { title, action, lead, initial, send, onClose, width = 520, unmarked, children } = props;
  const [form] = Form.useForm<V>();
  const { submit, waiting, failure } = useSubmit<V>(form, send);
  return (
    <Modal
      open
      title={title}
      width={width}
      okText={action}
      cancelText={t('common.cancel')}
      confirmLoading={waiting}
      mask={{ closable: false }}
      onOk={form.submit}
      onCancel={onClose}
    >
      {lead && <p className={styles.lead}>{lead}</p>}
      <Form
        form={form}
        className={styles.form ?? ''}
        layout="vertical"
        requiredMark={unmarked ? false : 'optional'}
        {...(initial && { initialValues: initial })}
        onFinish={submit}
        scrollToFirstError
      >
        {children}
        <Failure error={failure} />
        {/* Enter in a field submits, as the button in the footer does. */}
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}
