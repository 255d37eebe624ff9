import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function JobsPage() {
  return (
    <Page title={t('jobs.title')}>
      <Panel>
        <EmptyState>{t('jobs.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
