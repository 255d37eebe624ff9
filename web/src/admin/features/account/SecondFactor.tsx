import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import { signOut } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { FormSkeleton } from '@/shared/ui/Loading';
import { QueryState } from '@/shared/ui/QueryState';
import { EnrolTotp } from './EnrolTotp';
import { RecoveryCodes } from './RecoveryCodes';

type Props = {
  /** Typed a moment ago, so it is not asked for again. */
  password: string;
  onDone: () => Promise<void>;
  /** After signing out: this can be put off, but not while one is signed in. */
  onLeave: () => void;
};

/** The second factor of who may not be without one, from the secret to the recovery codes. */
export function SecondFactor({ password, onDone, onLeave }: Props) {
  const [codes, setCodes] = useState<string[]>();
  // Another secret would undo the one that was scanned, so it is never fetched anew.
  const begun = useQuery({
    queryKey: ['second factor'],
    queryFn: async () => {
      const { data } = await api.POST('/v1/session/totp', { body: { password } });
      return data as { secret: string; otpauth_url: string };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });

  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} />;
  return (
    <QueryState query={begun} skeleton={<FormSkeleton fields={3} />}>
      {(secret) => (
        <EnrolTotp
          {...secret}
          onOn={setCodes}
          cancel={t('shell.signOut')}
          onCancel={() => void signOut().then(onLeave)}
        />
      )}
    </QueryState>
  );
}
