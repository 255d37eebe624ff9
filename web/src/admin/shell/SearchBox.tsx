import { SearchOutlined } from '@ant-design/icons';
import { useEffect, useState } from 'react';
import { t } from '@/shared/i18n/t';
import { Palette } from './palette/Palette';
import styles from './TopBar.module.css';

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Finds customers and pages from everywhere; ⌘K or Ctrl K opens it, and closes it again. */
export function SearchBox() {
  const [open, setOpen] = useState(false);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setOpen((was) => !was);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  return (
    <search className={styles.search}>
      <button
        type="button"
        className={styles.find}
        aria-label={t('shell.search')}
        aria-haspopup="dialog"
        aria-keyshortcuts="Meta+K Control+K"
        onClick={() => setOpen(true)}
      >
        <SearchOutlined aria-hidden />
        <span className={styles.hint}>{t('shell.searchHint')}</span>
        <kbd className={styles.keys}>{isMac ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      {open && <Palette onClose={() => setOpen(false)} />}
    </search>
  );
}
