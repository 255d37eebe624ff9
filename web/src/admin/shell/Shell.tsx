import { Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { Drawer } from 'antd';
import { useState } from 'react';
import { type Session, useSession } from '@/api/session';
import { setShopFormat } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Look } from '@/shared/theme/Look';
import { drawerBelow, sideWidth } from '@/shared/theme/tokens';
import { NoPermission } from '@/shared/ui/ErrorState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { useMediaQuery } from '@/shared/useMediaQuery';
import { useFocusBack, useFocusOnNewPage } from './focus';
import { itemAt } from './menu';
import { useRemembering } from './palette/recent';
import styles from './Shell.module.css';
import { SideBar } from './SideBar';
import { TopBar } from './TopBar';
import { Tour } from './tour/Tour';

/** The frame of every page, dressed. */
export function Shell() {
  return (
    <Look>
      <Frame />
    </Look>
  );
}

/** Side bar, top bar, and the page itself. */
function Frame() {
  const narrow = useMediaQuery(`(max-width: ${drawerBelow - 1}px)`);
  const [drawer, setDrawer] = useState(false);
  const main = useFocusOnNewPage();
  useFocusBack();
  useRemembering();
  const { data: session, dataUpdatedAt } = useSession();
  if (session) {
    const aheadMs = session.demo ? Date.parse(session.now) - dataUpdatedAt : 0;
    setShopFormat({ currency: session.currency, timeZone: session.time_zone, aheadMs });
  }

  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        {t('shell.skip')}
      </a>
      {narrow ? (
        <Drawer
          placement="left"
          size={sideWidth + 32}
          open={drawer}
          onClose={() => setDrawer(false)}
          closable={false}
          styles={{ body: { padding: 0 }, section: { background: 'var(--sunken)' } }}
          aria-label={t('shell.nav')}
        >
          <SideBar onLeave={() => setDrawer(false)} />
        </Drawer>
      ) : (
        <aside className={styles.side}>
          <SideBar />
        </aside>
      )}
      <div className={styles.column}>
        <TopBar {...(narrow && { onMenu: () => setDrawer(true) })} />
        <main ref={main} id="main" className={styles.main} tabIndex={-1}>
          {session ? <Room session={session} /> : <Outlet />}
        </main>
      </div>
      <Tour />
    </div>
  );
}

/** The page, as far as it is open to the person. */
function Room({ session }: { session: Session }) {
  const { pathname } = useLocation();
  // A one-time password or a missing second factor comes before all else.
  if (session.due !== undefined && pathname !== '/account') return <Navigate to="/account" replace />;
  const item = itemAt(pathname);
  if (!item || session.permissions.includes(item.permission)) return <Outlet />;
  return (
    <Page title={t(item.label)}>
      <Panel>
        <NoPermission />
      </Panel>
    </Page>
  );
}
