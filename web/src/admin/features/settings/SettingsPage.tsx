import { $api } from '@/api/client';
import { useCan } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { FormSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { QueryState } from '@/shared/ui/QueryState';
import { SettingsForm } from './SettingsForm';

export function SettingsPage() {
  const organisation = $api.useQuery('get', '/v1/organisation');
  const mayChange = useCan('settings.manage');
  return (
    <Page title={t('settings.title')} lead={t('settings.intro')}>
      <QueryState query={organisation} skeleton={<FormSkeleton />}>
        {(read) => <SettingsForm read={read} mayChange={mayChange} />}
      </QueryState>
    </Page>
  );
}
