import { SearchOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Input, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { t } from '@/shared/i18n/t';
import styles from './TopBar.module.css';

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Finds customers from every page; ⌘K or Ctrl K comes here, Escape leaves. */
export function SearchBox() {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const input = useRef<InputRef>(null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      input.current?.focus({ cursor: 'all' });
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const find = () => {
    const q = text.trim();
    if (!q) return;
    setText('');
    void navigate({ to: '/customers', search: { q } });
  };

  return (
    <search className={styles.search}>
      <Input
        ref={input}
        value={text}
        prefix={<SearchOutlined aria-hidden />}
        suffix={<kbd className={styles.keys}>{isMac ? '⌘K' : 'Ctrl K'}</kbd>}
        placeholder={t('shell.searchHint')}
        aria-label={t('shell.search')}
        aria-keyshortcuts="Meta+K Control+K"
        onChange={(event) => setText(event.target.value)}
        onPressEnter={find}
        onKeyDown={(event) => {
          if (event.key === 'Escape') input.current?.blur();
        }}
      />
    </search>
  );
}
