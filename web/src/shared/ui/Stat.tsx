import type { ReactNode } from 'react';
import { delta, type Figure } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Sparkline } from './Sparkline';
import styles from './Stat.module.css';

type Props = {
  label: string;
  figure: string | Figure;
  unit?: string;
  /** Change against the period before, as a ratio: 0.124 is +12.4 %. */
  change?: number | undefined;
  /** Whether more is good (the default) or bad, as churn is. Colours the trend. */
  good?: 'up' | 'down';
  trend?: number[] | undefined;
  /** Small words under the figure, instead of the change. */
  note?: ReactNode;
  /** Makes the card a button to the names behind the number. */
  onOpen?: (() => void) | undefined;
};

/** One figure of the business: label, number, change, trend. */
export function Stat({ label, figure, unit, change, good = 'up', trend, note, onOpen }: Props) {
  const shown =
    typeof figure === 'string'
      ? { figure, unit: unit ?? '' }
      : { ...figure, unit: figure.unit + (unit ?? '') };
  const body = (
    <>
      <span className={styles.label}>{label}</span>
      <span className={styles.figure}>
        {shown.figure}
        {shown.unit && <small className={styles.unit}>{shown.unit}</small>}
      </span>
      <span className={styles.foot}>
        {note ? (
          <span className={styles.note}>{note}</span>
        ) : (
          change !== undefined && <Delta ratio={change} />
        )}
        {trend && trend.length > 1 && (
          <Sparkline values={trend} bad={isBad(trend, good)} label={t('ui.stat.trend', { label })} />
        )}
      </span>
    </>
  );
  if (!onOpen) return <div className={styles.card}>{body}</div>;
  return (
    <button type="button" className={`${styles.card} ${styles.button}`} onClick={onOpen}>
      {body}
    </button>
  );
}

/** The cards of a page in one row that wraps. */
export function StatRow({ children }: { children: ReactNode }) {
  return <div className={styles.row}>{children}</div>;
}

/** A change with its arrow; red rises in Chinese, green in English. */
export function Delta({ ratio }: { ratio: number }) {
  const { direction, text } = delta(ratio);
  const words = { up: t('ui.stat.up', { text }), down: t('ui.stat.down', { text }), flat: t('ui.stat.flat') };
  return (
    <span className={`${styles.delta} ${styles[direction]}`}>
      {direction !== 'flat' && (
        <svg className={styles.arrow} viewBox="0 0 10 8" aria-hidden="true">
          <path d={direction === 'up' ? 'M5 0l5 8H0z' : 'M5 8L0 0h10z'} />
        </svg>
      )}
      <span aria-hidden="true">{text}</span>
      <span className="visually-hidden">{words[direction]}</span>
    </span>
  );
}

function isBad(trend: number[], good: 'up' | 'down'): boolean {
  const [first = 0] = trend;
  const last = trend.at(-1) ?? 0;
  return good === 'up' ? last < first : last > first;
}
