import { App } from 'antd';
import { $api, ifMatch } from '@/api/client';
import { rich, t } from '@/shared/i18n/t';
import { ConfirmDanger } from '@/shared/ui/ConfirmDanger';
import { useShopsChanged } from './changed';
import type { Shop } from './ShopsPage';

/** Closes a shop or opens it again, once it is clear what that means for the people who work there. */
export function CloseShop({ shop, onClose }: { shop: Shop; onClose: () => void }) {
  const changed = useShopsChanged();
  const { message } = App.useApp();
  const staff = $api.useQuery('get', '/v1/staff', {
    params: { query: { shop_id: shop.id, state: 'active', limit: 200 } },
  });
  const change = $api.useMutation('patch', '/v1/shops/{id}', { meta: { quiet: true } });
  const count = staff.data?.items.length ?? 0;
  const name = <b>{shop.name}</b>;

  return (
    <ConfirmDanger
      open
      title={shop.open ? t('shops.close.title') : t('shops.reopen.title')}
      action={shop.open ? t('shops.close.action') : t('shops.reopen.action')}
      onClose={onClose}
      onConfirm={async () => {
        const params = { path: { id: shop.id }, header: ifMatch(shop.version) };
        await change.mutateAsync({ params, body: { open: !shop.open } });
        await changed();
        void message.success(t('common.saved'));
      }}
    >
      <p>{shop.open ? rich('shops.close.text', { name }) : rich('shops.reopen.text', { name })}</p>
      {shop.open && count > 0 && <p>{t('shops.close.staff', { count })}</p>}
    </ConfirmDanger>
  );
}
