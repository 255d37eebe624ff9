import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function AccountPage() {
  return (
    <Page title={t('account.title')}>
      <Panel>
        <EmptyState drawing="person">{t('account.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
