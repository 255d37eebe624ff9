import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function DashboardPage() {
  return (
    <Page title={t('dashboard.title')}>
      <Panel>
        <EmptyState drawing="chart" sample>
          {t('dashboard.intro')}
        </EmptyState>
      </Panel>
    </Page>
  );
}
