import type { ReactNode } from 'react';
import { Avatar } from './Avatar';
import styles from './PersonCell.module.css';

/** A person in a list: face, name, one small line (the masked number). */
export function PersonCell({ name, line }: { name: string; line?: ReactNode }) {
  return (
    <span className={styles.cell}>
      <Avatar name={name} />
      <span className={styles.words}>
        <span className={styles.name} title={name}>
          {name}
        </span>
        {line && <span className={styles.line}>{line}</span>}
      </span>
    </span>
  );
}
