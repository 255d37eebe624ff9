import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function ProductsPage() {
  return (
    <Page title={t('products.title')}>
      <Panel>
        <EmptyState drawing="box">{t('products.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
