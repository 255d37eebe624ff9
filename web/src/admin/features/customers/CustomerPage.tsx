import { useParams } from '@tanstack/react-router';
import { Alert } from 'antd';
import { $api } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { ErrorState } from '@/shared/ui/ErrorState';
import { DetailSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { Attributes } from './Attributes';
import { Consents } from './Consents';
import { Identities } from './Identities';
import { InSegments } from './InSegments';
import { LifeDates } from './LifeDates';
import { Merged } from './Merged';
import { NextSteps } from './NextSteps';
import { ProfileHead } from './ProfileHead';
import styles from './profile.module.css';
import type { Profile } from './record';
import { Tags } from './Tags';
import { Timeline } from './Timeline';
import { nameOf } from './words';

/** All that is known of a customer: who she is, what happened, what to do next. */
export function CustomerPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const profile = $api.useQuery('get', '/v1/customers/{id}', { params: { path: { id } } });
  return (
    <Page
      title={profile.data ? nameOf(profile.data) : t('customers.detail.title')}
      bare={profile.data !== undefined || !profile.error}
    >
      {profile.data ? (
        <Shown asked={id} profile={profile.data} />
      ) : profile.error ? (
        <Panel>
          <ErrorState error={profile.error} onRetry={profile.refetch} />
        </Panel>
      ) : (
        <DetailSkeleton />
      )}
    </Page>
  );
}

function Shown({ asked, profile }: { asked: string; profile: Profile }) {
  const figures = $api.useQuery('get', '/v1/customers/{id}/profile', {
    params: { path: { id: profile.id } },
  });
  return (
    <>
      {asked !== profile.id && (
        <Alert type="info" showIcon title={t('customers.wasMerged', { name: nameOf(profile) })} />
      )}
      <ProfileHead profile={profile} figures={figures.data} />
      <div className={styles.columns}>
        <div className={styles.column}>
          <Attributes profile={profile} />
          <Tags profile={profile} />
          <Consents profile={profile} />
        </div>
        <Timeline customer={profile.id} />
        <div className={styles.column}>
          <NextSteps profile={profile} figures={figures.data} />
          <InSegments customer={profile.id} />
          <LifeDates profile={profile} />
          <Identities profile={profile} />
          <Merged profile={profile} />
        </div>
      </div>
    </>
  );
}
