import { Select } from 'antd';
import { useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';

type Props = {
  id?: string;
  value?: string[];
  onChange?: (shops: string[]) => void;
  disabled?: boolean;
  placeholder?: string;
};

/** Some of the shops that the person sees. Closed shops can be kept, not added. */
export function ShopSelect({ value = [], placeholder, ...rest }: Props) {
  const shops = useSession().data?.shops ?? [];
  return (
    <Select
      mode="multiple"
      value={value}
      placeholder={placeholder ?? t('ui.shops.choose')}
      showSearch={{ optionFilterProp: 'label' }}
      options={shops
        .filter((shop) => shop.open || value.includes(shop.id))
        .map((shop) => ({ value: shop.id, label: `${shop.name} · ${shop.code}` }))}
      {...rest}
    />
  );
}

/** The names of shops by their ids; an unknown id stands for itself. */
export function useShopNames(): (ids: string[]) => string[] {
  const shops = useSession().data?.shops ?? [];
  const names = new Map(shops.map((shop) => [shop.id, shop.name]));
  return (ids) => ids.map((id) => names.get(id) ?? id);
}
