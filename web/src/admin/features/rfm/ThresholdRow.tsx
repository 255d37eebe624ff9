import { Slider } from 'antd';
import { t } from '@/shared/i18n/t';
import type { ThresholdKey } from './model';
import { scaleOf } from './thresholds';
import styles from './try.module.css';
import { thresholdText } from './words';

type Props = {
  name: ThresholdKey;
  value: number;
  now: number;
  handbook: number;
  proposed: number | undefined;
  onChange: (value: number) => void;
};

/** A threshold that can be moved, with the values that it has, had or might have. */
export function ThresholdRow({ name, value, now, handbook, proposed, onChange }: Props) {
  const known = [
    ['now', now],
    ['handbook', handbook],
    ['proposed', proposed],
  ] as const;
  const scale = scaleOf(
    name,
    known.map(([, of]) => of ?? 0),
  );
  return (
    <li>
      <p className={styles.rowHead}>
        <span>{t(`rfm.t.${name}`)}</span>
        <b className={value === now ? undefined : styles.differs}>{thresholdText(name, value)}</b>
      </p>
      <Slider
        {...scale}
        max={Math.max(scale.max, value)}
        value={value}
        marks={{ [now]: ' ' }}
        tooltip={{ open: false }}
        ariaLabelForHandle={t(`rfm.t.${name}`)}
        ariaValueTextFormatterForHandle={(of) => thresholdText(name, of)}
        onChange={onChange}
      />
      <p className={styles.known}>
        {known.map(
          ([which, of]) =>
            of !== undefined && (
              <button key={which} type="button" disabled={of === value} onClick={() => onChange(of)}>
                {t(`rfm.thresholds.${which}`)} {thresholdText(name, of)}
              </button>
            ),
        )}
      </p>
    </li>
  );
}
