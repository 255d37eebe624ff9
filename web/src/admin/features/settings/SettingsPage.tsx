import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function SettingsPage() {
  return (
    <Page title={t('settings.title')}>
      <Panel>
        <EmptyState>{t('settings.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
