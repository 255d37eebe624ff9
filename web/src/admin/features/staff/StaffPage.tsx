import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function StaffPage() {
  return (
    <Page title={t('staff.title')}>
      <Panel>
        <EmptyState drawing="person">{t('staff.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
