import { Button, Modal } from 'antd';
import { t } from '@/shared/i18n/t';
import { CopyText } from '@/shared/ui/CopyText';
import styles from './apikeys.module.css';

type Props = { name: string; text: string; onClose: () => void };

/** The key itself, this once. */
export function Secret({ name, text, onClose }: Props) {
  return (
    <Modal
      open
      title={t('apikeys.secret.title', { name })}
      mask={{ closable: false }}
      keyboard={false}
      closable={false}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('apikeys.secret.done')}
        </Button>
      }
    >
      <div className={styles.secret}>
        <CopyText text={text} label={t('apikeys.secret')} once />
        <p>{t('apikeys.secret.use')}</p>
        <pre className={styles.example}>
          {`curl ${window.location.origin}/v1/session \\\n  -H "Authorization: Bearer $SHUKE_API_KEY"`}
        </pre>
      </div>
    </Modal>
  );
}
