import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { t } from '@/shared/i18n/t';
import styles from './CopyText.module.css';

type Props = {
  text: string;
  /** What the text is, for screen readers: "API key". */
  label: string;
  /** Warns that the text will not be shown again. */
  once?: boolean;
};

/** Text to take along: select it, or copy it by the button. */
export function CopyText({ text, label, once }: Props) {
  const [copied, setCopied] = useState(false);
  const box = useRef<HTMLInputElement>(null);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    box.current?.select();
    setCopied(await toClipboard(text));
  };

  return (
    <div className={styles.copy}>
      <div className={styles.row}>
        <input ref={box} className={styles.text} value={text} aria-label={label} readOnly />
        <Button
          icon={copied ? <CheckOutlined aria-hidden /> : <CopyOutlined aria-hidden />}
          onClick={copy}
          aria-live="polite"
        >
          {copied ? t('common.copied') : t('common.copy')}
        </Button>
      </div>
      {once && <p className={styles.once}>{t('ui.copyOnce.notice')}</p>}
    </div>
  );
}

/** The clipboard is closed to plain http; the selected text can then be copied by hand. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
