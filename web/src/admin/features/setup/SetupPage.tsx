import { useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { Steps } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { ApiError } from '@/api/problem';
import { sessionQuery } from '@/api/session';
import { currentLanguage, t } from '@/shared/i18n/t';
import { Look } from '@/shared/theme/Look';
import { Door } from '@/shared/ui/Door';
import { EmptyState } from '@/shared/ui/EmptyState';
import { FormSkeleton } from '@/shared/ui/Loading';
import { QueryState } from '@/shared/ui/QueryState';
import { textOf } from '@/shared/useFilters';
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
  const [done, setDone] = useState<string>();

  if (done) {
    return (
      <Door title={t('setup.done.title')} lead={t('setup.done.lead', { name: done })}>
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
        {(proposed) => <Wizard proposed={proposed} onDone={setDone} />}
      </QueryState>
    </Door>
  );
}

type Props = {
  proposed: { time_zone: string; currency: string };
  onDone: (shopName: string) => void;
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
      onDone(shop.shop_name);
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
      <Steps
        size="small"
        responsive={false}
        current={step === 'shop' ? 0 : 1}
        items={[{ title: t('setup.step.shop') }, { title: t('setup.step.owner') }]}
      />
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
