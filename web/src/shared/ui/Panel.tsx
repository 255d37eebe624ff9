import { type ReactNode, useId } from 'react';
import styles from './Panel.module.css';

type Props = {
  title?: ReactNode;
  /** The name for screen readers where there is no title. */
  label?: string;
  /** Small words beside the title: the unit, the span, the source. */
  note?: ReactNode;
  /** At the right of the title. */
  extra?: ReactNode;
  /** No padding around the body, for a table that fills the panel. */
  flush?: boolean;
  className?: string | undefined;
  children?: ReactNode;
};

/** A sheet of paper on the desk: hairline, round corners, an optional title. */
export function Panel({ title, label, note, extra, flush, className, children }: Props) {
  const id = useId();
  const classes = [styles.panel, flush && styles.flush, className].filter(Boolean).join(' ');
  return (
    <section className={classes} aria-labelledby={title ? id : undefined} aria-label={label}>
      {(title || extra) && (
        <header className={styles.head}>
          <div className={styles.words}>
            {title && (
              <h2 id={id} className={styles.title}>
                {title}
              </h2>
            )}
            {note && <span className={styles.note}>{note}</span>}
          </div>
          {extra}
        </header>
      )}
      {children}
    </section>
  );
}
