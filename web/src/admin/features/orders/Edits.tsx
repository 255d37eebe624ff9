import { dateTime, money } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Money } from '@/shared/ui/Money';
import type { Edit } from './model';
import styles from './orders.module.css';

/** The later versions that came of an order, and from what to what each changed it. */
export function Edits({ edits }: { edits: Edit[] }) {
  return (
    <ul className={styles.lines}>
      {edits.map((edit) => (
        <li key={edit.version}>
          <span className={styles.words}>
            <b>{t('orders.edit.version', { version: edit.version })}</b>
            <span className={styles.quiet}>
              {[
                dateTime(edit.edited_at),
                edit.was_units !== edit.units &&
                  t('orders.edit.units', { was: edit.was_units, now: edit.units }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </span>
          <span className={styles.amount}>
            <b>
              <Money fen={edit.paid_fen} />
            </b>
            <span className={styles.quiet}>
              {edit.was_fen === edit.paid_fen
                ? t('orders.edit.same')
                : t('orders.edit.was', { amount: money(edit.was_fen) })}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
