import { Link } from '@tanstack/react-router';
import styles from './audit.module.css';
import { useSubjectName } from './people';
import { subjectKind } from './words';

/** What it was done to: its kind and its name, or its identifier in full. */
export function Subject({ subject, full }: { subject: string; full?: boolean }) {
  const kind = subjectKind(subject);
  const name = useSubjectName()(subject);
  const words = [kind, name].filter(Boolean).join(' · ');
  if (!full) return <span className={styles.subject}>{words || subject}</span>;
  return (
    <>
      {words}{' '}
      {subject.startsWith('cus_') ? (
        <Link to="/customers/$id" params={{ id: subject }}>
          <code>{subject}</code>
        </Link>
      ) : (
        subject !== 'organisation' && <code>{subject}</code>
      )}
    </>
  );
}
