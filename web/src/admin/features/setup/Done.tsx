import { ImportOutlined, TeamOutlined } from '@ant-design/icons';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { t } from '@/shared/i18n/t';
import styles from './setup.module.css';

const next = [
  {
    to: '/imports',
    icon: <ImportOutlined aria-hidden />,
    label: 'setup.done.import',
    why: 'setup.done.importWhy',
  },
  { to: '/staff', icon: <TeamOutlined aria-hidden />, label: 'setup.done.staff', why: 'setup.done.staffWhy' },
] as const;

/** Set up and signed in: what to do first. */
export function Done() {
  const navigate = useNavigate();
  return (
    <>
      <ul className={styles.next}>
        {next.map(({ to, icon, label, why }) => (
          <li key={to}>
            <Link to={to} className={styles.way}>
              <span className={styles.icon}>{icon}</span>
              <span>
                <b>{t(label)}</b>
                <span className={styles.why}>{t(why)}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <Button
        type="primary"
        size="large"
        block
        autoFocus
        onClick={() => navigate({ to: '/', replace: true })}
      >
        {t('setup.done.enter')}
      </Button>
    </>
  );
}
