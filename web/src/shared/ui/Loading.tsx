import type { CSSProperties } from 'react';
import { t } from '@/shared/i18n/t';
import styles from './Loading.module.css';
import { Panel } from './Panel';

/** One grey bar of a skeleton. */
export function Bar({ width = '100%', height = 12 }: { width?: number | string; height?: number }) {
  const size: CSSProperties = { width, height };
  return <span className={styles.bar} style={size} />;
}

const numbers = (length: number) => Array.from({ length }, (_, i) => i);

function Waiting({ className, children }: { className?: string | undefined; children: React.ReactNode }) {
  return (
    <div className={className} role="status" aria-busy="true" aria-label={t('common.loading')}>
      {children}
    </div>
  );
}

/** The shape of a list of two-line rows. */
export function TableSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <Waiting>
      {numbers(rows).map((row) => (
        <div key={row} className={styles.row}>
          <span className={styles.face} />
          <span className={styles.lines}>
            <Bar width={96} />
            <Bar width={72} height={9} />
          </span>
          <Bar width="14%" />
          <Bar width="10%" />
          <Bar width="18%" />
        </div>
      ))}
    </Waiting>
  );
}

/** The shape of a row of figures. */
export function CardsSkeleton({ cards = 6 }: { cards?: number }) {
  return (
    <Waiting className={styles.cards}>
      {numbers(cards).map((card) => (
        <div key={card} className={styles.card}>
          <Bar width="40%" />
          <Bar width="70%" height={24} />
          <Bar width="30%" />
        </div>
      ))}
    </Waiting>
  );
}

/** The shape of a chart. */
export function ChartSkeleton({ height = 280 }: { height?: number }) {
  return (
    <Waiting className={styles.chart}>
      <div className={styles.plot} style={{ height }}>
        {[42, 58, 36, 70, 52, 88, 64, 46, 60, 78, 54, 66].map((percent) => (
          <span key={percent} className={styles.column} style={{ height: `${percent}%` }} />
        ))}
      </div>
    </Waiting>
  );
}

/** The shape of a profile: a wide head and three columns. */
export function DetailSkeleton() {
  return (
    <Waiting className={styles.detail}>
      <div className={`${styles.card} ${styles.wide}`}>
        <Bar width="24%" height={22} />
        <Bar width="36%" />
      </div>
      {numbers(3).map((column) => (
        <div key={column} className={styles.card}>
          {[60, 90, 76, 84, 52].map((percent) => (
            <Bar key={percent} width={`${percent}%`} />
          ))}
        </div>
      ))}
    </Waiting>
  );
}

/** The shape of a form. */
export function FormSkeleton({ fields = 5 }: { fields?: number }) {
  return (
    <Panel>
      <Waiting className={styles.form}>
        {numbers(fields).map((field) => (
          <span key={field} className={styles.lines}>
            <Bar width={88} />
            <Bar height={34} />
          </span>
        ))}
      </Waiting>
    </Panel>
  );
}
