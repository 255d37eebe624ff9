import { Button, Drawer } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { useSession } from '@/api/session';
import { date, dateTime, phone } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { permissionName } from '@/shared/permission';
import { roleName } from '@/shared/role';
import { Avatar } from '@/shared/ui/Avatar';
import { DetailSkeleton } from '@/shared/ui/Loading';
import { QueryState } from '@/shared/ui/QueryState';
import { useShopNames } from '@/shared/ui/ShopSelect';
import { TagPill, TagPills } from '@/shared/ui/TagPill';
import { PersonState, SecondFactor } from './columns';
import { DisablePerson } from './DisablePerson';
import { type Person, rolesToGive } from './model';
import { ResetPassword } from './ResetPassword';
import styles from './staff.module.css';

type Props = {
  id: string | undefined;
  mayManage: boolean;
  onEdit: (person: Person) => void;
  onPassword: (password: { name: string; text: string }) => void;
  onClose: () => void;
};

/** One person: how to reach her, what her role allows, and what can be done about her account. */
export function PersonDrawer({ id, onClose, ...rest }: Props) {
  return (
    <Drawer open={id !== undefined} onClose={onClose} title={t('staff.person')} size={440} destroyOnHidden>
      {id && <PersonDetail id={id} {...rest} />}
    </Drawer>
  );
}

function PersonDetail({ id, mayManage, onEdit, onPassword }: Omit<Props, 'id' | 'onClose'> & { id: string }) {
  const query = $api.useQuery('get', '/v1/staff/{id}', { params: { path: { id } } });
  return (
    <QueryState query={query} skeleton={<DetailSkeleton />}>
      {(person) => (
        <>
          <Facts person={person} />
          {mayManage && <Acts person={person} onEdit={onEdit} onPassword={onPassword} />}
        </>
      )}
    </QueryState>
  );
}

function Facts({ person }: { person: Person }) {
  const shopNames = useShopNames();
  const roles = $api.useQuery('get', '/v1/roles').data?.roles ?? [];
  const permissions = roles.find((view) => view.role === person.role)?.permissions ?? [];
  const facts = [
    [t('staff.login'), person.login ?? t('staff.noLogin')],
    [
      t('staff.shops'),
      person.shops.length > 0 ? (
        <TagPills key="shops" names={shopNames(person.shops)} limit={20} />
      ) : (
        t('staff.shops.all')
      ),
    ],
    [t('staff.phone'), person.phone ? phone(person.phone) : t('common.none')],
    [t('staff.email'), person.email ?? t('common.none')],
    [t('staff.totp'), <SecondFactor key="totp" on={person.totp} />],
    [
      t('staff.lastSignIn'),
      person.last_sign_in_at ? dateTime(person.last_sign_in_at) : t('staff.lastSignIn.never'),
    ],
    [t('staff.since'), date(person.created_at)],
  ] as const;

  return (
    <>
      <div className={styles.head}>
        <Avatar name={person.name} size={44} />
        <div>
          <b>{person.name}</b>
          {roleName(person.role)} <PersonState person={person} />
        </div>
      </div>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>{t('staff.permissions')}</dt>
          <dd className={styles.rights}>
            {permissions.map((permission) => (
              <TagPill key={permission}>{permissionName(permission)}</TagPill>
            ))}
          </dd>
        </div>
      </dl>
    </>
  );
}

type ActsProps = { person: Person } & Pick<Props, 'onEdit' | 'onPassword'>;

function Acts({ person, onEdit, onPassword }: ActsProps) {
  const [doing, setDoing] = useState<'disable' | 'reset'>();
  const mine = useSession().data?.staff;
  const roles = $api.useQuery('get', '/v1/roles').data?.roles ?? [];
  if (!rolesToGive(roles, mine?.role).some((role) => role === person.role)) return null;
  const self = mine?.id === person.id;
  const close = () => setDoing(undefined);
  return (
    <div className={styles.acts}>
      <Button type="primary" onClick={() => onEdit(person)}>
        {t('common.edit')}
      </Button>
      {!self && person.login && person.active && (
        <Button onClick={() => setDoing('reset')}>{t('staff.reset')}</Button>
      )}
      {!self && (
        <Button danger={person.active} onClick={() => setDoing('disable')}>
          {person.active ? t('staff.disable') : t('staff.enable')}
        </Button>
      )}
      {doing === 'disable' && <DisablePerson person={person} onClose={close} />}
      {doing === 'reset' && <ResetPassword person={person} onPassword={onPassword} onClose={close} />}
    </div>
  );
}
