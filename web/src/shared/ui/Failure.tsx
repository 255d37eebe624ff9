import { type ReactNode, useEffect, useState } from 'react';
import { ApiError, errorMessage, type Problem } from '@/api/problem';
import { duration } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { FieldErrors } from './ErrorState';
import styles from './Failure.module.css';
import { Notice } from './Plain';

/** What went wrong with a form, above its buttons. Counts down when the server says to wait. */
export function Failure({ error }: { error: unknown }) {
  if (error === undefined || error === null) return null;
  const problem = error instanceof ApiError ? error.problem : undefined;
  return (
    <div className={styles.failure}>
      <Notice tone="error" title={errorMessage(error)}>
        {more(problem, error)}
      </Notice>
    </div>
  );
}

function more(problem: Problem | undefined, error: unknown): ReactNode {
  if (problem?.retry_after) return <Wait key={problem.request_id} seconds={problem.retry_after} />;
  return problem?.errors?.length ? <FieldErrors error={error} /> : undefined;
}

function Wait({ seconds }: { seconds: number }) {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  // The seconds are for the eye; a screen reader is told once.
  return (
    <span aria-live="off">
      {left > 0 ? t('ui.failure.wait', { time: duration(left) }) : t('ui.failure.tryNow')}
    </span>
  );
}
