import type { ReactNode } from 'react';
import { t } from '@/shared/i18n/t';
import { tierColors } from '@/shared/theme/tokens';
import styles from './Text.module.css';

export type Tone = 'plain' | 'brand' | 'good' | 'accent' | 'warn' | 'bad' | 'info' | 'violet';

type Props = {
  children: ReactNode;
  tone?: Tone;
  title?: string;
  onRemove?: () => void;
  removeLabel?: string;
};

/** A tag, a state or a channel in a word. */
export function TagPill({ children, tone = 'plain', title, onRemove, removeLabel }: Props) {
  return (
    <span className={`${styles.pill} ${styles[tone] ?? ''}`} title={title}>
      <span>{children}</span>
      {onRemove && (
        <button
          type="button"
          className={styles.remove}
          onClick={onRemove}
          aria-label={removeLabel ?? t('common.delete')}
        >
          ×
        </button>
      )}
    </span>
  );
}

/** Tags side by side; what does not fit the limit is counted. */
export function TagPills({ names, limit = 3 }: { names: string[]; limit?: number }) {
  const rest = names.slice(limit);
  return (
    <span className={styles.pills}>
      {names.slice(0, limit).map((name) => (
        <TagPill key={name} title={name}>
          {name}
        </TagPill>
      ))}
      {rest.length > 0 && <TagPill title={rest.join('、')}>+{rest.length}</TagPill>}
    </span>
  );
}

export type Tier = keyof typeof tierColors;

/** The member's tier in the colours of its card. */
export function TierPill({ tier }: { tier: Tier }) {
  const { bg, fg } = tierColors[tier];
  return (
    <span className={`${styles.pill} ${styles.tier}`} style={{ background: bg, color: fg }}>
      {t(`ui.tier.${tier}`)}
    </span>
  );
}
