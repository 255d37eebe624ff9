import { Link } from '@tanstack/react-router';
import { useSession } from '@/api/session';
import logo from '@/shared/assets/logo.svg';
import { t } from '@/shared/i18n/t';
import { type MenuItem, menuFor } from './menu';
import { ShopSwitch } from './ShopSwitch';
import styles from './SideBar.module.css';
import { useWaiting } from './waiting';

/** The pages in their groups, as far as the person may use them. `onLeave` closes the drawer when a page is chosen. */
export function SideBar({ onLeave }: { onLeave?: () => void }) {
  const { data: session } = useSession();
  const waiting = useWaiting();
  return (
    <div className={styles.side}>
      <Link to="/" className={styles.brand} onClick={onLeave}>
        <img src={logo} alt="" width="28" height="28" />
        <span className={styles.name}>熟客</span>
        <span className={styles.latin}>Shuke</span>
      </Link>
      {onLeave && (
        <div className={styles.shop}>
          <ShopSwitch />
        </div>
      )}
      <nav aria-label={t('shell.nav')}>
        {menuFor(session?.permissions ?? []).map((group) => (
          <section key={group.label} className={styles.group} aria-label={t(group.label)}>
            <h2 className={styles.label}>{t(group.label)}</h2>
            <ul>
              {group.items.map((item) => (
                <li key={item.to}>
                  <Item item={item} waiting={item.waiting && waiting[item.waiting]} onLeave={onLeave} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
    </div>
  );
}

type ItemProps = { item: MenuItem; waiting: number | undefined; onLeave: (() => void) | undefined };

function Item({ item, waiting, onLeave }: ItemProps) {
  const Icon = item.icon;
  return (
    <Link to={item.to} className={styles.item} onClick={onLeave}>
      <Icon aria-hidden />
      <span className={styles.text}>{t(item.label)}</span>
      {waiting ? (
        <span className={styles.count}>
          <span aria-hidden="true">{waiting > 99 ? '99+' : waiting}</span>
          <span className="visually-hidden">{t('shell.waiting', { count: waiting })}</span>
        </span>
      ) : null}
    </Link>
  );
}
