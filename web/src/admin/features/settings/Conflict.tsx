import { Alert, Button } from 'antd';
import { t } from '@/shared/i18n/t';
import { conflictsOf, type SettingName, type Settings } from './model';
import styles from './settings.module.css';

const labels = {
  name: 'settings.name',
  time_zone: 'settings.timeZone',
  currency: 'settings.currency',
  locale: 'settings.language',
  return_days: 'settings.returnDays',
  require_totp: 'settings.requireTotp',
} as const satisfies Record<SettingName, string>;

type Props = {
  read: Settings;
  now: Settings;
  onTakeTheirs: () => void;
  onKeepBoth: () => void;
};

/** What somebody else changed since the form was opened, and the ways out. */
export function Conflict({ read, now, onTakeTheirs, onKeepBoth }: Props) {
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={t('settings.conflict')}
      description={
        <div className={styles.conflict}>
          <ul>
            {conflictsOf(read, now).map((name) => (
              <li key={name}>
                {t(labels[name])}
                {': '}
                <del>{shown(read[name])}</del> → <b>{shown(now[name])}</b>
              </li>
            ))}
          </ul>
          <div className={styles.buttons}>
            <Button size="small" type="primary" onClick={onKeepBoth}>
              {t('settings.conflict.keep')}
            </Button>
            <Button size="small" onClick={onTakeTheirs}>
              {t('settings.conflict.theirs')}
            </Button>
          </div>
        </div>
      }
    />
  );
}

function shown(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? t('common.yes') : t('common.no');
  return String(value);
}
