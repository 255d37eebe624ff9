import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function SetupPage() {
  return (
    <Page title={t('setup.title')}>
      <Panel>
        <EmptyState>{t('setup.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
