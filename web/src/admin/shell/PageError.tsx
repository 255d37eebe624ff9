import type { ErrorComponentProps } from '@tanstack/react-router';
import { t } from '@/shared/i18n/t';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';

/** A page that broke: the shell stays, the page can be tried again. */
export function PageError({ error, reset }: ErrorComponentProps) {
  return (
    <Page title={t('ui.error.title')} bare>
      <Panel>
        <ErrorState error={error} onRetry={reset} />
      </Panel>
    </Page>
  );
}
