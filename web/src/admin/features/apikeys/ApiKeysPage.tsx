import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function ApiKeysPage() {
  return (
    <Page title={t('apikeys.title')}>
      <Panel>
        <EmptyState drawing="lock">{t('apikeys.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
