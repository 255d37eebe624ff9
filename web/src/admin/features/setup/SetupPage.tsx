import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Steps } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { ApiError } from '@/api/problem';
import { type Session, sessionQuery } from '@/api/session';
import { currentLanguage, t } from '@/shared/i18n/t';
import { Look } from '@/shared/theme/Look';
import { Door } from '@/shared/ui/Door';
import { EmptyState } from '@/shared/ui/EmptyState';
import { FormSkeleton } from '@/shared/ui/Loading';
import { QueryState } from '@/shared/ui/QueryState';
import { textOf } from '@/shared/useFilters';
import { SecondFactor } from '../account/SecondFactor';
import { Done } from './Done';
import { asAsked, type OwnerAnswers, type ShopAnswers, type Step, stepOf } from './model';
import { OwnerStep } from './OwnerStep';
import { ShopStep } from './ShopStep';
import { TokenForm } from './TokenForm';

/** The first visit: the token that was printed, then the shop and its owner. */
export function SetupPage() {
  return (
    <Look>
      <Visit />
    </Look>
  );
}

function Visit() {
  const setup = $api.useQuery('get', '/v1/setup', {}, { retry: false });
  const [opened, setOpened] = useState<Opened>();
  const cache = useQueryClient();
  const navigate = useNavigate();

  if (opened?.session.due === 'totp') {
    const done = async () =>
      setOpened({ ...opened, session: await cache.fetchQuery({ ...sessionQuery, staleTime: 0 }) });
    const leave = () => {
      cache.clear();
      void navigate({ to: '/signin' });
    };
    return (
      <Door title={t('account.due.totp.title')} lead={t('account.due.totp')}>
        <Progress at={2} />
        <SecondFactor password={opened.password} onDone={done} onLeave={leave} />
      </Door>
    );
  }
  if (opened) {
    return (
      <Door title={t('setup.done.title')} lead={t('setup.done.lead', { name: opened.session.organisation })}>
        <Done />
      </Door>
    );
  }
  if (setup.error instanceof ApiError && setup.error.code === 'setup.done') {
    return (
      <Door title={t('setup.title')}>
        <EmptyState drawing="lock" action={<Link to="/signin">{t('setup.already.go')}</Link>}>
          {t('setup.already')}
        </EmptyState>
      </Door>
    );
  }
  return (
    <Door title={t('setup.title')} lead={t('setup.intro')}>
      <QueryState query={setup} skeleton={<FormSkeleton fields={4} />}>
        {(proposed) => <Wizard proposed={proposed} onDone={setOpened} />}
      </QueryState>
    </Door>
  );
}

/** What is known once the shop is there: whose session it is, and the password she has just chosen. */
type Opened = { session: Session; password: string };

function Progress({ at }: { at: number }) {
  const steps = [t('setup.step.shop'), t('setup.step.owner'), t('account.totp')];
  return <Steps size="small" responsive={false} current={at} items={steps.map((title) => ({ title }))} />;
}

type Props = {
  proposed: { time_zone: string; currency: string };
  onDone: (opened: Opened) => void;
};

function Wizard({ proposed, onDone }: Props) {
  const search = useSearch({ strict: false }) as { token?: unknown };
  const [token, setToken] = useState(textOf(search.token));
  const [step, setStep] = useState<Step>('shop');
  const [shop, setShop] = useState<ShopAnswers>({
    shop_name: '',
    time_zone: proposed.time_zone,
    currency: proposed.currency,
    locale: currentLanguage(),
  });
  const [owner, setOwner] = useState<Partial<OwnerAnswers>>({});
  const [refusal, setRefusal] = useState<unknown>();
  const cache = useQueryClient();
  const setUp = $api.useMutation('post', '/v1/setup', { meta: { quiet: true } });

  if (!token) return <TokenForm onToken={setToken} />;

  const send = async (answers: OwnerAnswers) => {
    setOwner(answers);
    try {
      const session = await setUp.mutateAsync({ body: { token, ...shop, ...answers } });
      cache.setQueryData(sessionQuery.queryKey, session);
      onDone({ session, password: answers.password });
    } catch (error) {
      const asked = asAsked(error);
      if (error instanceof ApiError && error.code === 'setup.token_wrong') setToken(undefined);
      if (stepOf(asked) !== 'shop') throw asked;
      setRefusal(asked);
      setStep('shop');
    }
  };

  return (
    <>
      <Progress at={step === 'shop' ? 0 : 1} />
      {step === 'shop' ? (
        <ShopStep
          answers={shop}
          refusal={refusal}
          onNext={(answers) => {
            setShop(answers);
            setRefusal(undefined);
            setStep('owner');
          }}
        />
      ) : (
        <OwnerStep
          answers={owner}
          send={send}
          onBack={(answers) => {
            setOwner(answers);
            setStep('shop');
          }}
        />
      )}
    </>
  );
}
