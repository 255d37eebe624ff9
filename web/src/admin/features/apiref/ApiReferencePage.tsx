import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function ApiReferencePage() {
  return (
    <Page title={t('apiref.title')}>
      <Panel>
        <EmptyState>{t('apiref.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
