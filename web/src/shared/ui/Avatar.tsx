import { tints } from '@/shared/theme/tokens';
import styles from './Avatar.module.css';

type Props = { name: string; size?: number };

/** A face for people without a picture: one letter on a tint that follows the name. */
export function Avatar({ name, size = 30 }: Props) {
  const tint = hash(name) % tints.light.length;
  return (
    <span
      className={styles.avatar}
      aria-hidden="true"
      style={{
        width: size,
        height: size,
        fontSize: Math.max(12, Math.round(size * 0.42)),
        background: `var(--tint-${tint}-bg)`,
        color: `var(--tint-${tint}-fg)`,
      }}
    >
      {letterOf(name)}
    </span>
  );
}

/** The letter people are called by: the given name in Chinese (second character), else the initial, as of 阿依古丽·买买提. */
export function letterOf(name: string): string {
  const letters = [...name.trim()];
  const chinese = /\p{Script=Han}/u.test(letters[1] ?? '') && !name.includes('·');
  return ((chinese ? letters[1] : letters[0]) ?? '?').toUpperCase();
}

function hash(text: string): number {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum;
}
