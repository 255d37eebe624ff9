import { Tooltip } from 'antd';
import { money, moneyFigure } from '@/shared/format';
import styles from './Text.module.css';

/** An amount in fen; short amounts show the exact one on hover. */
export function Money({ fen, short }: { fen: number; short?: boolean }) {
  if (!short) return <span className={styles.number}>{money(fen)}</span>;
  const { figure, unit } = moneyFigure(fen);
  return (
    <Tooltip title={unit ? money(fen) : undefined}>
      <span className={styles.number}>
        {figure}
        {unit && <small className={styles.unit}>{unit}</small>}
      </span>
    </Tooltip>
  );
}
