import { useLocation } from '@tanstack/react-router';
import { Select, Tooltip } from 'antd';
import { useEffect } from 'react';
import { type Session, useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { chooseShop, useCurrentShop } from '@/shared/shop';
import { isByShop } from './menu';
import styles from './TopBar.module.css';

const allShops = '';
const noShops: Session['shops'] = [];

/** All shops, or one of those the person may see. Where a page does not ask for one, it says so and cannot be used. */
export function ShopSwitch() {
  const current = useCurrentShop();
  const shops = useSession().data?.shops ?? noShops;
  const known = shops.some((shop) => shop.id === current);
  const asked = isByShop(useLocation().pathname);

  // What was chosen by somebody else on this device, or before a shop was taken away, is no choice.
  useEffect(() => {
    if (shops.length > 0 && current && !known) chooseShop(undefined);
  }, [shops, current, known]);

  const [only] = shops;
  if (only && shops.length === 1) return <span className={styles.only}>{only.name}</span>;
  const all = shops.length > 0 ? t('shell.shops.all', { count: shops.length }) : t('shell.shops.none');
  return (
    <Tooltip title={asked ? undefined : t('shell.shops.ignored')} placement="bottomLeft">
      <Select
        className={styles.shop ?? ''}
        variant="borderless"
        popupMatchSelectWidth={false}
        aria-label={t(asked ? 'shell.shops.label' : 'shell.shops.ignored')}
        disabled={!asked}
        value={asked && known ? current : allShops}
        onChange={(id) => chooseShop(id || undefined)}
        options={[
          { value: allShops, label: all },
          ...shops.map((shop) => ({ value: shop.id, label: shop.name })),
        ]}
      />
    </Tooltip>
  );
}
