import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { $api, inPages } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useCan, useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { type DataColumn, DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { TagPill } from '@/shared/ui/TagPill';
import { CloseShop } from './CloseShop';
import { ShopForm } from './ShopForm';
import styles from './shops.module.css';

export type Shop = components['schemas']['StaffShop'];

type Doing = { what: 'create' } | { what: 'edit' | 'close'; shop: Shop };

export function ShopsPage() {
  const [doing, setDoing] = useState<Doing>();
  const mayManage = useCan('shops.manage');
  const seesAll = useSession().data?.all_shops ?? false;
  const query = $api.useInfiniteQuery('get', '/v1/shops', {}, inPages);
  const shops = query.data?.pages.flatMap((page) => page.items) ?? [];
  const close = () => setDoing(undefined);

  const create = mayManage && seesAll && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setDoing({ what: 'create' })}>
      {t('shops.create')}
    </Button>
  );
  return (
    <Page title={t('shops.title')} lead={t('shops.intro')} actions={create}>
      <Panel flush>
        <DataTable
          label={t('shops.title')}
          columns={columns(mayManage, setDoing)}
          rows={shops}
          rowKey={(shop) => shop.id}
          rowLabel={(shop) => shop.name}
          query={query}
          empty={<EmptyState action={create}>{t('shops.empty')}</EmptyState>}
          {...(mayManage && { onOpen: (shop: Shop) => setDoing({ what: 'edit', shop }) })}
        />
      </Panel>
      {doing?.what === 'create' && <ShopForm onClose={close} />}
      {doing?.what === 'edit' && <ShopForm shop={doing.shop} onClose={close} />}
      {doing?.what === 'close' && <CloseShop shop={doing.shop} onClose={close} />}
    </Page>
  );
}

function columns(mayManage: boolean, act: (doing: Doing) => void): DataColumn<Shop>[] {
  const shown: DataColumn<Shop>[] = [
    {
      key: 'name',
      title: t('shops.name'),
      width: 300,
      render: (shop) => (
        <span className={styles.shop}>
          <span className={styles.name} title={shop.name}>
            {shop.name}
          </span>
          {!shop.open && <TagPill>{t('shops.closed')}</TagPill>}
        </span>
      ),
    },
    { key: 'code', title: t('shops.code'), width: 140, render: (shop) => <code>{shop.code}</code> },
    {
      key: 'zone',
      title: t('shops.timeZone'),
      width: 180,
      render: (shop) => shop.time_zone || t('shops.timeZone.inherit'),
    },
    {
      key: 'cut',
      title: t('shops.cut'),
      width: 150,
      render: (shop) => t('shops.cut.at', { hour: String(shop.day_cut_hour) }),
    },
  ];
  if (!mayManage) return shown;
  return [
    ...shown,
    {
      key: 'act',
      title: t('shops.actions'),
      width: 150,
      align: 'end',
      render: (shop) => (
        <span className={styles.actions}>
          <Button type="link" size="small" onClick={() => act({ what: 'edit', shop })}>
            {t('common.edit')}
          </Button>
          <Button type="link" size="small" onClick={() => act({ what: 'close', shop })}>
            {shop.open ? t('shops.close') : t('shops.reopen')}
          </Button>
        </span>
      ),
    },
  ];
}
