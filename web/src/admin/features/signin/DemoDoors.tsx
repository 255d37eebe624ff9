import { $api } from '@/api/client';
import type { Session } from '@/api/session';
import { t, tMaybe } from '@/shared/i18n/t';
import { type Role, roleName } from '@/shared/role';
import { Avatar } from '@/shared/ui/Avatar';
import { PlainButton } from '@/shared/ui/Plain';
import { type Guided, isGuided, restartTour } from '../../shell/tour/state';
import styles from './signin.module.css';

/** In a demo one click is enough; elsewhere there is nothing to see here. */
export function DemoDoors({ onSignedIn }: { onSignedIn: (session: Session) => Promise<void> }) {
  const demo = $api.useQuery('get', '/v1/demo/session', {}, { retry: false });
  const enter = $api.useMutation('post', '/v1/demo/session', { onSuccess: onSignedIn });
  const guide = (role: Guided) => {
    restartTour(role);
    enter.mutate({ body: { role } });
  };
  const roles = (demo.data?.roles ?? []) as Role[];
  if (roles.length === 0) return null;
  return (
    <section aria-label={t('signin.demo')}>
      <h2 className={styles.demo}>{t('signin.demo')}</h2>
      <div className={styles.doors}>
        {roles.map((role) => (
          <PlainButton
            key={role}
            className={styles.way}
            waiting={enter.isPending && enter.variables.body.role === role}
            disabled={enter.isPending}
            onClick={() => enter.mutate({ body: { role } })}
          >
            <Avatar name={roleName(role)} size={28} />
            <span className={styles.words}>
              <span>{roleName(role)}</span>
              <small>{tMaybe(`signin.demo.${role}`)}</small>
            </span>
          </PlainButton>
        ))}
      </div>
      <p className={styles.tours}>
        {roles.filter(isGuided).map((role) => (
          <PlainButton key={role} look="link" disabled={enter.isPending} onClick={() => guide(role)}>
            {t('demo.tour.start', { role: roleName(role) })}
          </PlainButton>
        ))}
      </p>
      <p className={styles.or}>{t('signin.demo.or')}</p>
    </section>
  );
}
