import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function RfmPage() {
  return (
    <Page title={t('rfm.title')}>
      <Panel>
        <EmptyState drawing="chart" sample>
          {t('rfm.intro')}
        </EmptyState>
      </Panel>
    </Page>
  );
}
