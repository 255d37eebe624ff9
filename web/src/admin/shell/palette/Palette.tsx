import { SearchOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Modal } from 'antd';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { t } from '@/shared/i18n/t';
import styles from './palette.module.css';
import { type Found, useFound } from './sources';

const typingPauseMs = 150;

/** Finds customers and pages by the keyboard alone: arrows choose, Enter opens, Escape leaves. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const typed = text.trim();
  const asked = useRested(typed);
  const [chosen, setChosen] = useState(0);
  const groups = useFound(typed, asked);
  const all = groups.flatMap((group) => group.found);
  const at = Math.min(chosen, all.length - 1);
  const list = useId();
  const navigate = useNavigate();

  const open = (found: Found | undefined) => {
    if (!found) return;
    onClose();
    void navigate({ href: found.href });
  };
  const onKey = (event: KeyboardEvent) => {
    const to = moved(event.key, at, all.length);
    if (to !== undefined) setChosen(to);
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) open(all[at]);
    else return;
    event.preventDefault();
  };

  return (
    <Modal
      open
      className={styles.palette ?? ''}
      width={600}
      footer={null}
      closable={false}
      onCancel={onClose}
      aria-label={t('shell.search')}
    >
      <label className={styles.box}>
        <SearchOutlined aria-hidden />
        <input
          // biome-ignore lint/a11y/noAutofocus: the dialog was opened to type.
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={all[at] && `${list}-${at}`}
          aria-label={t('shell.search')}
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          placeholder={t('shell.searchHint')}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKey}
        />
      </label>
      <div id={list} role="listbox" aria-label={t('shell.search')} className={styles.list}>
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options is no fieldset.
          <div key={group.label} role="group" aria-label={t(group.label)}>
            <p className={styles.label} aria-hidden="true">
              {t(group.label)}
            </p>
            {group.waiting && <span className={styles.waiting} />}
            {group.found.map((found) => {
              const place = all.indexOf(found);
              return (
                <Row
                  key={found.key}
                  id={`${list}-${place}`}
                  found={found}
                  chosen={place === at}
                  onPoint={() => setChosen(place)}
                  onOpen={() => open(found)}
                />
              );
            })}
          </div>
        ))}
      </div>
      <p className={styles.keys} aria-hidden="true">
        <kbd>↑</kbd>
        <kbd>↓</kbd> {t('shell.palette.choose')} <kbd>↵</kbd> {t('shell.palette.open')} <kbd>esc</kbd>{' '}
        {t('common.close')}
      </p>
    </Modal>
  );
}

/** The place that a key leads to, round at the ends; none for other keys. */
function moved(key: string, at: number, length: number): number | undefined {
  if (length === 0) return undefined;
  if (key === 'ArrowDown') return (at + 1) % length;
  if (key === 'ArrowUp') return (at + length - 1) % length;
  return undefined;
}

type RowProps = {
  id: string;
  found: Found;
  chosen: boolean;
  onPoint: () => void;
  onOpen: () => void;
};

function Row({ id, found, chosen, onPoint, onOpen }: RowProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView?.({ block: 'nearest' });
  }, [chosen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field above.
    <div
      ref={row}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      className={styles.row}
      onMouseMove={onPoint}
      onClick={onOpen}
    >
      <span className={styles.face}>{found.face}</span>
      <span className={styles.name}>{found.name}</span>
      {found.line && <span className={styles.line}>{found.line}</span>}
    </div>
  );
}

/** A text once typing rests; nothing typed counts at once. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), text ? typingPauseMs : 0);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
