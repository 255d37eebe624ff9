import { type ComponentProps, type ReactNode, useId, useState } from 'react';
import { t } from '@/shared/i18n/t';
import styles from './Plain.module.css';

// Controls of our own for what is shown before the shell and its library have come: the sign-in page, failures.

type ButtonProps = ComponentProps<'button'> & {
  look?: 'default' | 'primary' | 'text' | 'link';
  waiting?: boolean;
};

export function PlainButton({ look = 'default', waiting, className, children, ...rest }: ButtonProps) {
  const classes = [styles.button, styles[look], className].filter(Boolean).join(' ');
  return (
    <button
      type="button"
      {...rest}
      className={classes}
      disabled={rest.disabled || waiting}
      aria-busy={waiting || undefined}
    >
      {waiting && <span className={styles.busy} aria-hidden="true" />}
      {children}
    </button>
  );
}

type FieldProps = Omit<ComponentProps<'input'>, 'id'> & {
  label: string;
  /** Under the field: what is wrong with it, else what helps. */
  fault?: string | undefined;
  hint?: string;
};

/** A field with its label; a password can be looked at. */
export function PlainField({ label, fault, hint, type = 'text', className, ...rest }: FieldProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const note = fault ?? hint;
  return (
    <div className={[styles.field, fault && styles.wrong].filter(Boolean).join(' ')}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.box}>
        <input
          {...rest}
          id={id}
          type={open ? 'text' : type}
          className={[styles.input, className].filter(Boolean).join(' ')}
          aria-invalid={fault ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
        />
        {type === 'password' && (
          <PlainButton
            look="text"
            className={styles.inside}
            aria-label={t(open ? 'ui.password.hide' : 'ui.password.show')}
            aria-pressed={open}
            onClick={() => setOpen(!open)}
          >
            <Eye open={open} />
          </PlainButton>
        )}
      </div>
      {note && (
        <span id={`${id}-note`} className={styles.note} role={fault ? 'alert' : undefined}>
          {note}
        </span>
      )}
    </div>
  );
}

type NoticeProps = { tone: 'error' | 'info'; title: ReactNode; children?: ReactNode };

/** Something to know before going on. */
export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <div className={`${styles.notice} ${styles[tone]}`} role={tone === 'error' ? 'alert' : undefined}>
      <Mark />
      <div className={styles.said}>
        <span>{title}</span>
        {children}
      </div>
    </div>
  );
}

const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, strokeLinecap: 'round' } as const;

function Mark() {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" {...stroke}>
      <circle cx="8" cy="8" r="6.5" />
      <path d="M8 4.5v4.2M8 11.3v.1" />
    </svg>
  );
}

function Eye({ open }: { open: boolean }) {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" {...stroke}>
      <path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z" />
      <circle cx="8" cy="8" r="2" />
      {!open && <path d="M3 13.5L13 2.5" />}
    </svg>
  );
}
