import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function CustomersPage() {
  return (
    <Page title={t('customers.title')}>
      <Panel>
        <EmptyState drawing="person" sample>
          {t('customers.intro')}
        </EmptyState>
      </Panel>
    </Page>
  );
}
