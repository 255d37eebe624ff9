import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function ImportsPage() {
  return (
    <Page title={t('imports.title')}>
      <Panel>
        <EmptyState drawing="box">{t('imports.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
