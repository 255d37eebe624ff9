import { t } from '@/shared/i18n/t';
import { stageSeries } from '@/shared/theme/tokens';
import styles from './Text.module.css';

export type Stage = 'lead' | 'new' | 'active' | 'dormant' | 'lost';

/** The lifecycle stage: a dot and its word. */
export function StageDot({ stage }: { stage: Stage }) {
  const colour = stage === 'lost' ? 'var(--text-3)' : `var(--series-${stageSeries[stage]})`;
  return (
    <span className={styles.stage}>
      <span className={styles.dot} style={{ background: colour }} />
      {t(`ui.stage.${stage}`)}
    </span>
  );
}
