import { type ReactNode, useEffect } from 'react';
import logo from '@/shared/assets/logo.svg';
import { t } from '@/shared/i18n/t';
import styles from './Door.module.css';
import { DoorTools } from './DoorTools';

type Props = { title: string; lead?: ReactNode; children: ReactNode };

/** The pages before the shop is open: set-up and sign-in. */
export function Door({ title, lead, children }: Props) {
  useEffect(() => {
    document.title = `${title} · ${t('common.appName')}`;
  }, [title]);

  return (
    <div className={styles.door}>
      <aside className={styles.sign}>
        <div className={styles.brand}>
          <img src={logo} alt="" width="40" height="40" />
          <span className={styles.name}>熟客</span>
          <span className={styles.latin}>Shuke</span>
        </div>
        <Awning />
        <p className={styles.tagline}>{t('common.appTagline')}</p>
      </aside>
      <main className={styles.main}>
        <div className={styles.tools}>
          <DoorTools />
        </div>
        <div className={styles.sheet}>
          <header>
            <h1 className={styles.title}>{title}</h1>
            {lead && <p className={styles.lead}>{lead}</p>}
          </header>
          {children}
        </div>
      </main>
    </div>
  );
}

/** The shop front in outline, with the one persimmon light. */
function Awning() {
  return (
    <svg className={styles.drawing} viewBox="0 0 240 180" aria-hidden="true">
      <path d="M40 70l14-34h132l14 34M40 70a20 18 0 0 0 40 0 20 18 0 0 0 40 0 20 18 0 0 0 40 0 20 18 0 0 0 40 0M80 70l6-34M120 70V36M160 70l-6-34" />
      <path d="M50 88v66M190 88v66M20 154h200M66 154v-50h40v50M122 104h52v30h-52zM134 140c6 7 22 7 28 0" />
      <circle cx="98" cy="130" r="2.5" />
      <circle className={styles.light} cx="148" cy="119" r="7" />
    </svg>
  );
}
