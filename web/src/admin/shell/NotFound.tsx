import { Link } from '@tanstack/react-router';
import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';

export function NotFound() {
  return (
    <Page title={t('ui.notFound.title')} bare>
      <EmptyState drawing="search" action={<Link to="/">{t('ui.notFound.home')}</Link>}>
        <b>{t('ui.notFound.title')}</b>
        <br />
        {t('ui.notFound.hint')}
      </EmptyState>
    </Page>
  );
}
