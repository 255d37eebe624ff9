import { CompassOutlined, LogoutOutlined, UserOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Dropdown } from 'antd';
import { signOut, useSession } from '@/api/session';
import { t, tMaybe } from '@/shared/i18n/t';
import { Avatar } from '@/shared/ui/Avatar';
import { forgetRecent } from './palette/recent';
import styles from './TopBar.module.css';
import { isGuided, openTour, useTour } from './tour/state';

/** Who is signed in: the way to the account, and out. */
export function PersonMenu() {
  const session = useSession().data;
  const staff = session?.staff;
  const left = useTour()?.role === staff?.role;
  const role = session?.demo ? staff?.role : undefined;
  const navigate = useNavigate();
  const cache = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      cache.clear();
      forgetRecent();
      return navigate({ to: '/signin' });
    },
  });

  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'account', icon: <UserOutlined aria-hidden />, label: t('shell.account') },
          ...(isGuided(role)
            ? [
                {
                  key: 'tour',
                  icon: <CompassOutlined aria-hidden />,
                  label: t(left ? 'demo.tour.resume' : 'demo.tour'),
                },
              ]
            : []),
          { type: 'divider' },
          {
            key: 'out',
            icon: <LogoutOutlined aria-hidden />,
            label: t('shell.signOut'),
            disabled: leave.isPending,
          },
        ],
        onClick: ({ key }) => {
          if (key === 'out') leave.mutate();
          else if (key === 'tour' && isGuided(role)) openTour(role);
          else void navigate({ to: '/account' });
        },
      }}
    >
      <button type="button" className={styles.person} aria-label={t('shell.person')}>
        <Avatar name={staff?.name ?? ''} />
        {staff && (
          <span className={styles.words}>
            <span>{staff.name}</span>
            <span className={styles.role}>{tMaybe(`shell.role.${staff.role}`) ?? staff.role}</span>
          </span>
        )}
      </button>
    </Dropdown>
  );
}
