import { Button } from 'antd';
import { changed } from '@/admin/features/rfm/model';
import { thresholdText } from '@/admin/features/rfm/words';
import type { components } from '@/api/schema.gen';
import { currentLanguage, t } from '@/shared/i18n/t';
import { TagPill } from '@/shared/ui/TagPill';
import styles from './packs.module.css';

export type PackThresholds = components['schemas']['SegmentPackThresholds'];
export type AllPackThresholds = components['schemas']['SegmentAllPackThresholds'];

const why = (trade: PackThresholds) => (currentLanguage() === 'en' ? trade.why_en : trade.why);

type Props = { trade: PackThresholds; onAdopt: (() => void) | undefined };

/** When customers of a trade sleep and are lost, and why; whether that is in force, or can be. */
export function TradeThresholds({ trade, onAdopt }: Props) {
  const { dormant_days, lost_days } = trade.thresholds;
  return (
    <div className={styles.trade}>
      <b>
        {t('packs.thresholds.stages', { dormant: dormant_days, lost: lost_days })}{' '}
        {trade.in_force && <TagPill tone="brand">{t('packs.thresholds.inForce')}</TagPill>}
      </b>
      <span>{why(trade)}</span>
      {onAdopt && (
        <Button size="small" onClick={onAdopt}>
          {t('packs.thresholds.adopt')}
        </Button>
      )}
    </div>
  );
}

/** What the thresholds of a trade would change. */
export function ThresholdChanges({ trade, all }: { trade: PackThresholds; all: AllPackThresholds }) {
  const now = all.settings.thresholds;
  return (
    <div className={styles.changes}>
      <span>{why(trade)}</span>
      <ul className={styles.effects}>
        {changed(now, trade.thresholds).map((key) => (
          <li key={key}>
            {t('rfm.thresholds.change', {
              name: t(`rfm.t.${key}`),
              from: thresholdText(key, now[key]),
              to: thresholdText(key, trade.thresholds[key]),
            })}
          </li>
        ))}
      </ul>
      <span className={styles.hint}>{t('packs.thresholds.hint')}</span>
    </div>
  );
}
