import { Button } from 'antd';
import { t } from '@/shared/i18n/t';
import { CopyText } from '@/shared/ui/CopyText';
import { Panel } from '@/shared/ui/Panel';
import styles from './account.module.css';

/** The codes that replace a lost telephone, this once. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  return (
    <Panel title={t('account.codes')}>
      <p className={styles.lead}>{t('account.codes.text')}</p>
      <ul className={styles.codes} aria-label={t('account.codes')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <CopyText text={codes.join(' ')} label={t('account.codes')} once />
      <div className={styles.buttons}>
        <Button type="primary" onClick={onDone}>
          {t('account.codes.done')}
        </Button>
      </div>
    </Panel>
  );
}
