import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function AuditPage() {
  return (
    <Page title={t('audit.title')}>
      <Panel>
        <EmptyState drawing="search">{t('audit.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
