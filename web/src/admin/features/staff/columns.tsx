import { SafetyCertificateOutlined } from '@ant-design/icons';
import { Tooltip } from 'antd';
import { t } from '@/shared/i18n/t';
import { roleName } from '@/shared/role';
import type { DataColumn } from '@/shared/ui/DataTable';
import { PersonCell } from '@/shared/ui/PersonCell';
import { TagPill, TagPills } from '@/shared/ui/TagPill';
import { TimeAgo } from '@/shared/ui/TimeAgo';
import type { Person } from './model';

/** Who, as what, where, and whether she comes. */
export function staffColumns(shopNames: (ids: string[]) => string[]): DataColumn<Person>[] {
  return [
    {
      key: 'name',
      title: t('staff.name'),
      width: 240,
      render: (person) => <PersonCell name={person.name} line={person.login ?? t('staff.noLogin')} />,
    },
    { key: 'role', title: t('staff.role'), width: 110, render: (person) => roleName(person.role) },
    {
      key: 'shops',
      title: t('staff.shops'),
      width: 220,
      render: (person) =>
        person.shops.length > 0 ? (
          <TagPills names={shopNames(person.shops)} limit={2} />
        ) : (
          t('staff.shops.all')
        ),
    },
    {
      key: 'state',
      title: t('staff.state'),
      width: 110,
      render: (person) => <PersonState person={person} />,
    },
    {
      key: 'totp',
      title: t('staff.totp'),
      width: 110,
      render: (person) => <SecondFactor on={person.totp} />,
    },
    {
      key: 'seen',
      title: t('staff.lastSignIn'),
      width: 130,
      render: (person) =>
        person.last_sign_in_at ? <TimeAgo at={person.last_sign_in_at} /> : t('staff.lastSignIn.never'),
    },
  ];
}

export function PersonState({ person }: { person: Person }) {
  if (!person.active) return <TagPill tone="bad">{t('staff.state.disabled')}</TagPill>;
  if (!person.login) return <TagPill>{t('staff.state.named')}</TagPill>;
  return <TagPill tone="good">{t('staff.state.active')}</TagPill>;
}

export function SecondFactor({ on }: { on: boolean }) {
  if (!on) return <>{t('staff.totp.off')}</>;
  return (
    <Tooltip title={t('staff.totp.hint')}>
      <span>
        <SafetyCertificateOutlined aria-hidden /> {t('staff.totp.on')}
      </span>
    </Tooltip>
  );
}
