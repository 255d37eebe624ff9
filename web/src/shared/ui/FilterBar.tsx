import { SearchOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { t } from '@/shared/i18n/t';
import styles from './FilterBar.module.css';

type Props = {
  /** The free text of the search, when the page has one. */
  search?: { value: string; placeholder: string; onChange: (text: string) => void };
  /** Selects, segmented choices, date ranges. */
  children?: ReactNode;
  /** Shown when any filter is set. */
  onClear?: (() => void) | undefined;
};

const typingPauseMs = 300;

/** The filters of a list in one quiet line; their values live in the URL (see useFilters). */
export function FilterBar({ search, children, onClear }: Props) {
  return (
    <search className={styles.bar}>
      {search && <SearchBox {...search} />}
      {children}
      {onClear && (
        <Button type="link" size="small" onClick={onClear}>
          {t('common.clearFilters')}
        </Button>
      )}
    </search>
  );
}

/** Searches when typing rests, or at once by Enter. */
function SearchBox({ value, placeholder, onChange }: NonNullable<Props['search']>) {
  const [text, setText] = useState(value);

  useEffect(() => setText(value), [value]);

  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), typingPauseMs);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);

  return (
    <Input
      prefix={<SearchOutlined aria-hidden />}
      className={styles.search ?? ''}
      value={text}
      placeholder={placeholder}
      aria-label={placeholder}
      allowClear
      onChange={(event) => setText(event.target.value)}
      onPressEnter={() => onChange(text)}
    />
  );
}
