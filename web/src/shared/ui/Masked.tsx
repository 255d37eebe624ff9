import { EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons';
import { Button, Form, Input, Modal, Tooltip } from 'antd';
import { useState } from 'react';
import { errorMessage } from '@/api/problem';
import { t } from '@/shared/i18n/t';
import styles from './Masked.module.css';

type Props = {
  /** As the server sent it: `138****5678`. */
  value: string;
  /** Asks the server for the whole value; the reason goes to the audit log. Left out where the role may not see it. */
  reveal?: ((reason: string) => Promise<string>) | undefined;
};

const shortestReason = 4;

/** A masked value that can be seen for a reason. */
export function Masked({ value, reveal }: Props) {
  const [clear, setClear] = useState<string>();
  const [asking, setAsking] = useState(false);
  const label = clear ? t('ui.masked.hide') : t('ui.masked.reveal');
  return (
    <span className={styles.masked}>
      <span className={clear && styles.clear}>{clear ?? value}</span>
      {reveal && (
        <Tooltip title={label}>
          <Button
            type="text"
            size="small"
            icon={clear ? <EyeInvisibleOutlined /> : <EyeOutlined />}
            aria-label={label}
            onClick={() => (clear ? setClear(undefined) : setAsking(true))}
          />
        </Tooltip>
      )}
      {asking && reveal && (
        <AskReason
          reveal={reveal}
          onClose={() => setAsking(false)}
          onRevealed={(text) => {
            setClear(text);
            setAsking(false);
          }}
        />
      )}
    </span>
  );
}

type AskProps = {
  reveal: (reason: string) => Promise<string>;
  onRevealed: (text: string) => void;
  onClose: () => void;
};

function AskReason({ reveal, onRevealed, onClose }: AskProps) {
  const [form] = Form.useForm<{ reason: string }>();
  const [waiting, setWaiting] = useState(false);

  const submit = async ({ reason }: { reason: string }) => {
    setWaiting(true);
    try {
      onRevealed(await reveal(reason.trim()));
    } catch (error) {
      form.setFields([{ name: 'reason', errors: [errorMessage(error)] }]);
      setWaiting(false);
    }
  };

  return (
    <Modal
      open
      title={t('ui.masked.title')}
      okText={t('ui.masked.reveal')}
      cancelText={t('common.cancel')}
      confirmLoading={waiting}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p className={styles.notice}>{t('ui.masked.notice')}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        <Form.Item
          name="reason"
          label={t('ui.masked.reason')}
          rules={[
            { required: true, min: shortestReason, whitespace: true, message: t('ui.masked.reasonShort') },
          ]}
        >
          <Input autoFocus maxLength={200} placeholder={t('ui.masked.reasonHint')} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
