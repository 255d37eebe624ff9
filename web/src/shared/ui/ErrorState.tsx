import { ApiError, errorMessage, fieldMessage } from '@/api/problem';
import { t } from '@/shared/i18n/t';
import { EmptyState, Outline } from './EmptyState';
import styles from './ErrorState.module.css';
import { PlainButton } from './Plain';

type Props = {
  error: unknown;
  onRetry?: (() => void) | undefined;
  /** What happened, when "could not be loaded" is not it. */
  title?: string;
  /** Says that what was typed is still there. */
  kept?: boolean;
};

/** What happened, what was kept, what to do. A refusal for lack of rights is shown as such. */
export function ErrorState({ error, onRetry, title, kept }: Props) {
  if (error instanceof ApiError && error.status === 403) return <NoPermission />;
  const problem = error instanceof ApiError ? error.problem : undefined;
  return (
    <div className={styles.state} role="alert">
      <Outline drawing="box" />
      <h2 className={styles.title}>{title ?? t('ui.error.title')}</h2>
      <p className={styles.words}>{errorMessage(error)}</p>
      {kept && <p className={styles.words}>{t('ui.error.kept')}</p>}
      {problem?.errors && <FieldErrors error={error} />}
      {onRetry && <PlainButton onClick={onRetry}>{t('common.retry')}</PlainButton>}
      {problem?.request_id && (
        <p className={styles.id}>{t('ui.error.requestId', { id: problem.request_id })}</p>
      )}
    </div>
  );
}

/** The wrong fields of a request, or the wrong lines of a file, as a list. */
export function FieldErrors({ error }: { error: unknown }) {
  if (!(error instanceof ApiError) || error.fields.length === 0) return null;
  return (
    <ul className={styles.fields} aria-label={t('ui.error.fields')}>
      {error.fields.map((field) => (
        <li key={`${field.line}.${field.path}.${field.code}`}>
          <b>{field.line ? t('ui.error.line', { line: field.line }) : field.path}</b> {fieldMessage(field)}
        </li>
      ))}
    </ul>
  );
}

export function NoPermission() {
  return (
    <EmptyState drawing="lock">
      <b>{t('ui.noPermission.title')}</b>
      <br />
      {t('ui.noPermission.hint')}
    </EmptyState>
  );
}
