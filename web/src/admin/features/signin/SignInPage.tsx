import { useQueryClient } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { type Session, sessionQuery } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { Door } from '@/shared/ui/Door';
import { CodeForm } from './CodeForm';
import { DemoDoors } from './DemoDoors';
import { wayOn } from './model';
import { PasswordForm } from './PasswordForm';
import { SetupHint } from './SetupHint';

// Seldom needed, and dressed as the pages inside are: the door stays light without it.
const NeededFactor = lazy(() => import('./NeededFactor'));

/** What was typed before a code was asked for. */
export type Credentials = { login: string; password: string };

/** Login and password, then the code where the account has a second factor. */
export function SignInPage() {
  const { next } = useLocation().search as { next?: unknown };
  const [waiting, setWaiting] = useState<Credentials>();
  const [enrolling, setEnrolling] = useState<string>();
  const router = useRouter();
  const cache = useQueryClient();

  // While somebody types, what comes next is fetched.
  useEffect(() => void import('../../shell/Shell'), []);

  const enter = useCallback(
    async (session: Session) => {
      cache.clear();
      cache.setQueryData(sessionQuery.queryKey, session);
      await router.navigate({ href: wayOn(next), replace: true });
    },
    [cache, next, router],
  );

  if (enrolling) {
    return (
      <Door title={t('account.due.totp.title')} lead={t('account.due.totp')}>
        <Suspense>
          <NeededFactor password={enrolling} onSignedIn={enter} onLeave={() => setEnrolling(undefined)} />
        </Suspense>
      </Door>
    );
  }
  if (waiting) {
    return (
      <Door title={t('signin.code.title')} lead={t('signin.code.lead')}>
        <CodeForm credentials={waiting} onSignedIn={enter} onBack={() => setWaiting(undefined)} />
      </Door>
    );
  }
  return (
    <Door title={t('signin.title')} lead={t('signin.intro')}>
      <SetupHint />
      <DemoDoors onSignedIn={enter} />
      <PasswordForm
        onSignedIn={async (session, password) =>
          session.due === 'totp' ? setEnrolling(password) : enter(session)
        }
        onCodeWanted={setWaiting}
      />
    </Door>
  );
}
