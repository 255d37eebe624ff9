import { Button, Modal } from 'antd';
import { t } from '@/shared/i18n/t';
import { CopyText } from '@/shared/ui/CopyText';

type Props = { name: string; text: string; onClose: () => void };

/** The first password of a person, to be read out to her. */
export function OneTimePassword({ name, text, onClose }: Props) {
  return (
    <Modal
      open
      title={t('staff.password.title', { name })}
      mask={{ closable: false }}
      keyboard={false}
      closable={false}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('staff.password.done')}
        </Button>
      }
    >
      <p>{t('staff.password.text')}</p>
      <br />
      <CopyText text={text} label={t('staff.password')} once />
    </Modal>
  );
}
