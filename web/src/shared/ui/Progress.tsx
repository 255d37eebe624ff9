import { count, duration, percent } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import styles from './Progress.module.css';

type Props = {
  label: string;
  done: number;
  total: number;
  /** Rows in a second; gives the remaining time. */
  rate?: number | undefined;
  tone?: 'brand' | 'accent' | 'bad';
};

/** How far long work is, how fast, and how long it will still take. */
export function Progress({ label, done, total, rate, tone = 'brand' }: Props) {
  const ratio = total > 0 ? Math.min(done / total, 1) : 0;
  const running = rate !== undefined && rate > 0 && done < total;
  return (
    <div className={styles.progress}>
      <div className={styles.words}>
        <span>{label}</span>
        <span>{t('ui.progress.of', { done: count(done), total: count(total) })}</span>
      </div>
      <div
        className={styles.track}
        role="progressbar"
        aria-label={label}
        aria-valuenow={Math.round(ratio * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span className={`${styles.fill} ${styles[tone]}`} style={{ width: `${ratio * 100}%` }} />
      </div>
      {running && (
        <div className={styles.foot}>
          <span>{percent(ratio, 0)}</span>
          <span>{t('ui.progress.rate', { rate: Math.round(rate) })}</span>
          <span>{t('ui.progress.remaining', { time: duration((total - done) / rate) })}</span>
        </div>
      )}
    </div>
  );
}
