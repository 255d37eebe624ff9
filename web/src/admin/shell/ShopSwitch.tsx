import { Select } from 'antd';
import { useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { chooseShop, useCurrentShop } from '@/shared/shop';
import styles from './TopBar.module.css';

const allShops = '';

/** All shops, or one of those the person may see. */
export function ShopSwitch() {
  const current = useCurrentShop();
  const shops = useSession().data?.shops ?? [];
  const all = shops.length > 0 ? t('shell.shops.all', { count: shops.length }) : t('shell.shops.none');
  const known = shops.some((shop) => shop.id === current);
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
