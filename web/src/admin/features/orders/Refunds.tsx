import { $api } from '@/api/client';
import { count, dateTime, money } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Money } from '@/shared/ui/Money';
import { TagPill } from '@/shared/ui/TagPill';
import { type Refund, reasonName } from './model';
import styles from './orders.module.css';
import { usePersonName } from './people';

/** What came back, why, and through whose hands. */
export function Refunds({ refunds }: { refunds: Refund[] }) {
  const reasons = $api.useQuery('get', '/v1/refund_reasons').data?.items ?? [];
  const personName = usePersonName();
  if (refunds.length === 0) return <p className={styles.quiet}>{t('orders.refunds.none')}</p>;
  return (
    <ul className={styles.lines}>
      {refunds.map((refund) => (
        <li key={refund.id}>
          <span className={styles.words}>
            <b>{refund.reason_code ? reasonName(reasons, refund.reason_code) : t('orders.reason.none')}</b>
            <span className={styles.quiet}>
              {[refund.refund_no, dateTime(refund.refunded_at), personName(refund.clerk_id)]
                .filter(Boolean)
                .join(' · ')}
            </span>
            {(refund.lines ?? []).map((line) => (
              <span key={line.order_line_id ?? line.line_no ?? line.sku} className={styles.quiet}>
                {line.name || line.sku} × {count(line.quantity)}
                {line.reason_code && line.reason_code !== refund.reason_code && (
                  <> · {reasonName(reasons, line.reason_code)}</>
                )}
              </span>
            ))}
            {refund.excess_fen > 0 && (
              <span>
                <TagPill tone="bad">
                  {t('orders.refund.excess', { amount: money(refund.excess_fen) })}
                </TagPill>
              </span>
            )}
          </span>
          <b className={styles.amount}>
            <Money fen={-refund.amount_fen} />
          </b>
        </li>
      ))}
    </ul>
  );
}
