import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { t } from '@/shared/i18n/t';
import styles from './EmptyState.module.css';

type Props = {
  /** One sentence: what this page will do for you. */
  children: ReactNode;
  /** One primary button. */
  action?: ReactNode;
  /** Shows the link to the example data, for pages that live from imported facts. */
  sample?: boolean;
  drawing?: Drawing;
};

export type Drawing = 'list' | 'chart' | 'person' | 'box' | 'lock' | 'search';

/** What a page says before there is anything to show. */
export function EmptyState({ children, action, sample, drawing = 'list' }: Props) {
  return (
    <div className={styles.empty}>
      <Outline drawing={drawing} />
      <p className={styles.words}>{children}</p>
      {action}
      {sample && (
        <Link to="/imports" search={{ sample: true }}>
          {t('common.importSample')}
        </Link>
      )}
    </div>
  );
}

const shapes: Record<Drawing, string> = {
  list: 'M22 22h76v52H22zM34 36h8M34 48h8M34 60h8M50 36h36M50 48h28M50 60h32',
  chart: 'M22 20v54h78M34 64l16-18 14 10 24-26M34 74V64M50 74V46M64 74V56M88 74V30',
  person: 'M60 48a13 13 0 1 0 0-26 13 13 0 0 0 0 26zM34 76c2-14 12-21 26-21s24 7 26 21',
  box: 'M24 36l36-14 36 14v30L60 80 24 66zM24 36l36 14 36-14M60 50v30M42 29l36 14',
  lock: 'M36 44h48v32H36zM46 44V34a14 14 0 0 1 28 0v10M60 56v8',
  search: 'M54 66a21 21 0 1 0 0-42 21 21 0 0 0 0 42zM70 60l20 18M44 45h20',
};

/** An outline in the colour of hairlines, with the one persimmon dot. */
export function Outline({ drawing }: { drawing: Drawing }) {
  return (
    <svg className={styles.drawing} viewBox="0 0 120 96" aria-hidden="true">
      <path d={shapes[drawing]} />
      <path d="M14 86h92" />
      <circle cx="96" cy="20" r="5" />
    </svg>
  );
}
