import { Button, Input, Modal } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import { errorMessage } from '@/api/problem';
import { t } from '@/shared/i18n/t';
import styles from './ConfirmDanger.module.css';

type Props = {
  open: boolean;
  title: string;
  /** What will happen, with numbers: "void 312 coupons worth up to ¥6,240". */
  children: ReactNode;
  /** The verb on the button: "Void 312 coupons". */
  action: string;
  /** Says that it cannot be undone. */
  irreversible?: boolean;
  /** A word that must be typed first, for what destroys much. */
  word?: string;
  /** Does it; the dialog waits, closes when it is done, and shows the error when it fails. */
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
};

/** Asks before a destructive act. */
export function ConfirmDanger(props: Props) {
  const { open, title, children, action, irreversible, word, onConfirm, onClose } = props;
  const wordId = useId();
  const [typed, setTyped] = useState('');
  const [waiting, setWaiting] = useState(false);
  const [failure, setFailure] = useState<string>();

  const confirm = async () => {
    setWaiting(true);
    setFailure(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setFailure(errorMessage(error));
    } finally {
      setWaiting(false);
    }
  };

  return (
    <Modal
      open={open}
      title={title}
      onCancel={onClose}
      afterClose={() => {
        setTyped('');
        setFailure(undefined);
      }}
      footer={[
        <Button key="cancel" onClick={onClose} autoFocus>
          {t('common.cancel')}
        </Button>,
        <Button
          key="confirm"
          type="primary"
          danger
          loading={waiting}
          disabled={word !== undefined && typed.trim() !== word}
          onClick={confirm}
        >
          {action}
        </Button>,
      ]}
    >
      <div className={styles.body}>
        <div>{children}</div>
        {irreversible && <p className={styles.warning}>{t('ui.confirm.irreversible')}</p>}
        {word !== undefined && (
          <div className={styles.word}>
            <label htmlFor={wordId}>{t('ui.confirm.typeToConfirm', { word })}</label>
            <Input id={wordId} value={typed} onChange={(event) => setTyped(event.target.value)} />
          </div>
        )}
        {failure && (
          <p className={styles.failure} role="alert">
            {failure}
          </p>
        )}
      </div>
    </Modal>
  );
}
