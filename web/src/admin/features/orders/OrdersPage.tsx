import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function OrdersPage() {
  return (
    <Page title={t('orders.title')}>
      <Panel>
        <EmptyState sample>{t('orders.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
