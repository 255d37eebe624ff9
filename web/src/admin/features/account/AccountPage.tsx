import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { sessionQuery, useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { roleName } from '@/shared/role';
import { DetailSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { QueryState } from '@/shared/ui/QueryState';
import styles from './account.module.css';
import { PasswordPanel } from './PasswordPanel';
import { ProfilePanel } from './ProfilePanel';
import { RecoveryCodes } from './RecoveryCodes';
import { SecondFactor } from './SecondFactor';
import { SessionsPanel } from './SessionsPanel';
import { TotpPanel } from './TotpPanel';

/** One's own account. What is due comes alone: a one-time password to replace, a second factor to set up. */
export function AccountPage() {
  const due = useSession().data?.due;
  const cache = useQueryClient();
  const navigate = useNavigate();
  // Shown once, so they stay whatever the session says meanwhile.
  const [codes, setCodes] = useState<string[]>();
  const [chosen, setChosen] = useState<string>();
  const refresh = () => cache.invalidateQueries({ queryKey: sessionQuery.queryKey });
  const leave = () => {
    cache.clear();
    void navigate({ to: '/signin' });
  };
  if (codes) {
    const done = async () => {
      await refresh();
      setCodes(undefined);
    };
    return (
      <Page title={t('account.totp')}>
        <div className={styles.single}>
          <RecoveryCodes codes={codes} onDone={done} />
        </div>
      </Page>
    );
  }
  if (due) {
    return (
      <Page title={t(`account.due.${due}.title`)}>
        <Alert type="warning" showIcon title={t(`account.due.${due}`)} />
        <div className={styles.single}>
          {due === 'password' && <PasswordPanel onChanged={setChosen} />}
          {due === 'totp' && !chosen && <TotpPanel onCodes={setCodes} />}
          {due === 'totp' && chosen && <SecondFactor password={chosen} onDone={refresh} onLeave={leave} />}
        </div>
      </Page>
    );
  }
  return (
    <Page title={t('account.title')} lead={t('account.intro')}>
      <Panels onCodes={setCodes} />
    </Page>
  );
}

function Panels({ onCodes }: { onCodes: (recovery: string[]) => void }) {
  const me = $api.useQuery('get', '/v1/me');
  return (
    <QueryState query={me} skeleton={<DetailSkeleton />}>
      {(person) => (
        <div className={styles.panels}>
          <div className={styles.column}>
            <ProfilePanel key={person.version} person={person} role={roleName(person.role)} />
            <PasswordPanel />
          </div>
          <div className={styles.column}>
            <TotpPanel onCodes={onCodes} />
            <SessionsPanel />
          </div>
        </div>
      )}
    </QueryState>
  );
}
