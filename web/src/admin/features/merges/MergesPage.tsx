import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function MergesPage() {
  return (
    <Page title={t('merges.title')}>
      <Panel>
        <EmptyState drawing="person">{t('merges.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
