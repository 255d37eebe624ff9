import { Select } from 'antd';
import { useEffect } from 'react';
import { type Session, useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { chooseShop, useCurrentShop } from '@/shared/shop';
import styles from './TopBar.module.css';

const allShops = '';
const noShops: Session['shops'] = [];

/** All shops, or one of those the person may see. */
export function ShopSwitch() {
  const current = useCurrentShop();
  const shops = useSession().data?.shops ?? noShops;
  const known = shops.some((shop) => shop.id === current);

  // What was chosen by somebody else on this device, or before a shop was taken away, is no choice.
  useEffect(() => {
    if (shops.length > 0 && current && !known) chooseShop(undefined);
  }, [shops, current, known]);

  const [only] = shops;
  if (only && shops.length === 1) return <span className={styles.only}>{only.name}</span>;
  const all = shops.length > 0 ? t('shell.shops.all', { count: shops.length }) : t('shell.shops.none');
  return (
    <Select
      className={styles.shop ?? ''}
      variant="borderless"
      popupMatchSelectWidth={false}
      aria-label={t('shell.shops.label')}
      value={known ? current : allShops}
      onChange={(id) => chooseShop(id || undefined)}
      options={[
        { value: allShops, label: all },
        ...shops.map((shop) => ({ value: shop.id, label: shop.name })),
      ]}
    />
  );
}
