import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function ShopsPage() {
  return (
    <Page title={t('shops.title')}>
      <Panel>
        <EmptyState>{t('shops.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
