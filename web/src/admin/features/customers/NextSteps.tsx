import { t } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import styles from './profile.module.css';
import { type Figures, nextSteps, type Profile } from './record';
import { word } from './words';

type Props = { profile: Profile; figures: Figures | undefined };

/** What the shop does next: dates that come, a stage that changes, what is missing in the record. */
export function NextSteps({ profile, figures }: Props) {
  const steps = nextSteps(profile, figures);
  return (
    <Panel title={t('customers.next')}>
      <div className={styles.steps}>
        {steps.map((step) => (
          <p key={step.key} className={step.urgent ? styles.urgent : styles.step}>
            {step.text}
          </p>
        ))}
        {steps.length === 0 && figures && <p className={styles.quiet}>{t('customers.next.none')}</p>}
      </div>
      <div className={styles.quality}>
        <div className={styles.qualityHead}>
          <span>{t('customers.quality')}</span>
          <b>{t('customers.quality.of', { score: profile.quality })}</b>
        </div>
        <div className={styles.track} aria-hidden="true">
          <span style={{ width: `${profile.quality}%` }} />
        </div>
        {profile.missing.length > 0 && (
          <p className={styles.quiet}>
            {t('customers.quality.missing', {
              fields: profile.missing.map((field) => word('missing', field)).join(t('customers.comma')),
            })}
          </p>
        )}
      </div>
    </Panel>
  );
}
