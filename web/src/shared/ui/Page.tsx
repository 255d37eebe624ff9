import { type ReactNode, useEffect } from 'react';
import { t } from '@/shared/i18n/t';
import styles from './Page.module.css';

type Props = {
  title: string;
  /** One human sentence under the title: what this page tells or does. */
  lead?: ReactNode;
  /** Beside the title: a tag or a state. */
  mark?: ReactNode;
  actions?: ReactNode;
  /** Above the title: the way back. */
  back?: ReactNode;
  /** Leaves out the visible head where a page draws its own, as the profile does; the title stays for readers. */
  bare?: boolean;
  children?: ReactNode;
};

/** Every page of the console: the head, then the body with even gaps. */
export function Page({ title, lead, mark, actions, back, bare, children }: Props) {
  useEffect(() => {
    document.title = `${title} · ${t('common.appName')}`;
  }, [title]);

  return (
    <div className={styles.page}>
      {bare ? (
        <h1 className="visually-hidden">{title}</h1>
      ) : (
        <header className={styles.head}>
          <div className={styles.words}>
            {back}
            <div className={styles.line}>
              <h1 className={styles.title}>{title}</h1>
              {mark}
            </div>
            {lead && <p className={styles.lead}>{lead}</p>}
          </div>
          {actions && <div className={styles.actions}>{actions}</div>}
        </header>
      )}
      {children}
    </div>
  );
}
