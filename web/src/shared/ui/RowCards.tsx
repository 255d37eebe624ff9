import type { DataColumn } from './DataTable';
import { openable } from './DataTable';
import styles from './DataTable.module.css';

type Props<T> = {
  label: string;
  columns: DataColumn<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  onOpen?: (row: T) => void;
  rowLabel?: (row: T) => string;
};

/** The rows of a table for a narrow screen: the leading column as the head, the others as pairs. */
export function RowCards<T>({ label, columns, rows, rowKey, onOpen, rowLabel }: Props<T>) {
  const lead = columns.find((column) => column.card === 'lead') ?? columns[0];
  const others = columns.filter((column) => column !== lead && column.card !== 'none');
  return (
    <ul className={styles.cards} aria-label={label}>
      {rows.map((row) => {
        const opening = onOpen ? openable(() => onOpen(row), rowLabel?.(row)) : {};
        return (
          <li key={rowKey(row)} {...opening}>
            <div className={styles.lead}>{lead?.render(row)}</div>
            <dl className={styles.pairs}>
              {others.map((column) => (
                <div key={column.key} className={styles.pair}>
                  <dt>{column.title}</dt>
                  <dd>{column.render(row)}</dd>
                </div>
              ))}
            </dl>
          </li>
        );
      })}
    </ul>
  );
}
