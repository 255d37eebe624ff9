import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function CustomerPage() {
  return (
    <Page title={t('customers.detail.title')}>
      <Panel>
        <EmptyState drawing="person">{t('customers.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
