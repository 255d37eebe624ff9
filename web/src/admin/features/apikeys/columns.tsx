import { Button, Tooltip } from 'antd';
import { date, relative, shopNow } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { permissionName } from '@/shared/permission';
import type { DataColumn } from '@/shared/ui/DataTable';
import { TagPill, TagPills, type Tone } from '@/shared/ui/TagPill';
import { TimeAgo } from '@/shared/ui/TimeAgo';
import styles from './apikeys.module.css';
import { type ApiKey, type KeyState, stateOf } from './model';

const tones: Record<KeyState, Tone> = { live: 'good', expiring: 'warn', expired: 'plain', revoked: 'plain' };

export function keyColumns(
  shopNames: (ids: string[]) => string[],
  revoke: (key: ApiKey) => void,
): DataColumn<ApiKey>[] {
  return [
    {
      key: 'name',
      title: t('apikeys.name'),
      width: 220,
      render: (key) => (
        <span className={styles.key}>
          <span className={styles.name} title={key.name}>
            {key.name}
          </span>
          <code>{key.prefix}…</code>
        </span>
      ),
    },
    {
      key: 'permissions',
      title: t('apikeys.permissions'),
      width: 260,
      render: (key) => <TagPills names={key.permissions.map(permissionName)} limit={3} />,
    },
    {
      key: 'shops',
      title: t('apikeys.shops'),
      width: 180,
      render: (key) =>
        key.all_shops ? t('apikeys.shops.all') : <TagPills names={shopNames(key.shops)} limit={2} />,
    },
    { key: 'state', title: t('apikeys.state'), width: 150, render: (key) => <State apiKey={key} /> },
    {
      key: 'used',
      title: t('apikeys.lastUsed'),
      width: 120,
      render: (key) => (key.last_used_at ? <TimeAgo at={key.last_used_at} /> : t('apikeys.lastUsed.never')),
    },
    {
      key: 'act',
      title: t('apikeys.actions'),
      width: 90,
      align: 'end',
      render: (key) =>
        !key.revoked_at && (
          <Button
            type="link"
            size="small"
            danger
            onClick={() => revoke(key)}
            aria-label={t('apikeys.revoke.of', { name: key.name })}
          >
            {t('apikeys.revoke')}
          </Button>
        ),
    },
  ];
}

function State({ apiKey: key }: { apiKey: ApiKey }) {
  const state = stateOf(key, shopNow());
  const at = key.revoked_at ?? key.expires_at;
  const words =
    state === 'expiring' && at
      ? t('apikeys.state.ends', { when: relative(at) })
      : t(`apikeys.state.${state}`);
  return (
    <Tooltip title={at ? date(at) : t('apikeys.lifetime.never')}>
      <span>
        <TagPill tone={tones[state]}>{words}</TagPill>
      </span>
    </Tooltip>
  );
}
