import { TableSkeleton } from '@/shared/ui/Loading';
import styles from './dashboard.module.css';

/** The shape of a short list inside a panel. */
export function ListSkeleton() {
  return (
    <div className={styles.listSkeleton}>
      <TableSkeleton rows={4} />
    </div>
  );
}
