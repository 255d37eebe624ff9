import { t } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import { type Stage, StageDot } from '@/shared/ui/StageDot';
import styles from './lifecycle.module.css';
import type { Lifecycle } from './model';
import map from './rfm.module.css';

/** How long each stage lasted: the middle half as a box with the median in it, up to the ninth of ten as a line. */
export function Dwell({ lifecycle }: { lifecycle: Lifecycle }) {
  const { dwell } = lifecycle;
  const longest = Math.max(1, ...dwell.map(({ long_days }) => long_days));
  const at = (days: number) => `${(100 * days) / longest}%`;
  return (
    <Panel title={t('rfm.dwell')} note={t('rfm.dwell.note')}>
      {dwell.length === 0 && <p className={map.note}>{t('rfm.moves.none')}</p>}
      <ul className={styles.dwell}>
        {dwell.map((one) => (
          <li key={one.stage}>
            <p>
              <StageDot stage={one.stage as Stage} />
              <b>{t('rfm.dwell.median', { count: one.median_days })}</b>
            </p>
            <div className={styles.scale} aria-hidden="true">
              <span className={styles.line} style={{ width: at(one.long_days) }} />
              <span
                className={styles.box}
                style={{ left: at(one.short_days), width: at(one.upper_days - one.short_days) }}
              />
              <span className={styles.median} style={{ left: at(one.median_days) }} />
            </div>
            <p className={styles.words}>
              <span>{t('rfm.dwell.middle', { from: one.short_days, to: one.upper_days })}</span>
              <span>{t('rfm.dwell.long', { count: one.long_days })}</span>
              <span>{t('rfm.dwell.times', { count: one.left })}</span>
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
