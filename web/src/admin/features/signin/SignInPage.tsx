import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

export function SignInPage() {
  return (
    <Page title={t('signin.title')}>
      <Panel>
        <EmptyState>{t('signin.intro')}</EmptyState>
      </Panel>
    </Page>
  );
}
