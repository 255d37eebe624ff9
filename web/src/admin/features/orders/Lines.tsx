import { Link } from '@tanstack/react-router';
import { count, money } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Money } from '@/shared/ui/Money';
import { TagPill } from '@/shared/ui/TagPill';
import type { Line } from './model';
import styles from './orders.module.css';

/** What was bought, as on a receipt: the goods, what they cost, what came off, what came back. */
export function Lines({ lines }: { lines: Line[] }) {
  return (
    <ul className={styles.lines}>
      {lines.map((line) => (
        <li key={line.id}>
          <span className={styles.words}>
            <b>{line.name || line.sku}</b>
            <span className={styles.quiet}>
              <Link to="/products" search={{ q: line.sku }}>
                {line.sku}
              </Link>
              {' · '}
              {t('orders.line.count', { count: line.quantity, price: money(line.unit_price_fen) })}
            </span>
            {(line.refunded_quantity > 0 || line.refunded_fen > 0) && (
              <span>
                <TagPill tone="warn">
                  {t('orders.line.refunded', {
                    pieces: count(line.refunded_quantity),
                    amount: money(line.refunded_fen),
                  })}
                </TagPill>
              </span>
            )}
          </span>
          <span className={styles.amount}>
            <b>
              <Money fen={line.paid_fen} />
            </b>
            {line.discount_fen !== 0 && (
              <span className={styles.quiet}>
                {t('orders.line.discount', { amount: money(line.discount_fen) })}
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
