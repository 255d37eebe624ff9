import { DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { t } from '@/shared/i18n/t';
import { saveFile } from '@/shared/save';
import { CopyText } from '@/shared/ui/CopyText';
import { Panel } from '@/shared/ui/Panel';
import styles from './account.module.css';

/** The codes that replace a lost telephone, this once. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => Promise<void> }) {
  const [leaving, setLeaving] = useState(false);
  const save = () => {
    const text = `${t('account.codes.file')}\n\n${codes.join('\n')}\n`;
    saveFile(new Blob([text], { type: 'text/plain' }), 'shuke-recovery-codes.txt');
  };
  const leave = () => {
    setLeaving(true);
    void onDone().finally(() => setLeaving(false));
  };
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
        <Button type="primary" onClick={leave} loading={leaving}>
          {t('account.codes.done')}
        </Button>
        <Button icon={<DownloadOutlined aria-hidden />} onClick={save}>
          {t('account.codes.save')}
        </Button>
      </div>
    </Panel>
  );
}
