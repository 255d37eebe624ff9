import { t } from '@/shared/i18n/t';
import { Masked } from '@/shared/ui/Masked';
import { useReveal } from './reveal';
import type { Note } from './timeline';
import styles from './timeline.module.css';

/** The words of a note, as they were written; those of a sensitive one are shown for a reason. */
export function NoteBody({ note, customer }: { note: Note; customer: string }) {
  const reveal = useReveal(customer);
  if (!note.sensitive) return <p className={styles.body}>{note.body}</p>;
  return (
    <p className={styles.body}>
      <Masked
        value={t('customers.note.sealed')}
        reveal={reveal && ((reason) => reveal({ field: 'note', note_id: note.id, reason }))}
      />
    </p>
  );
}
