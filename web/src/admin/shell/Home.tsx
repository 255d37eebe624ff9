import { Navigate } from '@tanstack/react-router';
import { useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { NoPermission } from '@/shared/ui/ErrorState';
import { DetailSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { menuFor } from './menu';

/** Leads to the first page that the person may use. */
export function Home() {
  const session = useSession();
  return (
    <QueryState query={session} skeleton={<DetailSkeleton />}>
      {({ permissions }) => {
        const first = menuFor(permissions)[0]?.items[0];
        if (first) return <Navigate to={first.to} replace />;
        return (
          <Page title={t('common.appName')} bare>
            <Panel>
              <NoPermission />
            </Panel>
          </Page>
        );
      }}
    </QueryState>
  );
}
