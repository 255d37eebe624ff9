import { App, Form, Input, InputNumber } from 'antd';
import { $api, ifMatch } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import { ZoneSelect } from '@/shared/ui/ZoneSelect';
import { useShopsChanged } from './changed';
import type { Shop } from './ShopsPage';

type Values = { name: string; code: string; time_zone: string; day_cut_hour: number };

/** Opens a shop, or changes one. */
export function ShopForm({ shop, onClose }: { shop?: Shop; onClose: () => void }) {
  const changed = useShopsChanged();
  const { message } = App.useApp();
  const create = $api.useMutation('post', '/v1/shops', { meta: { quiet: true } });
  const change = $api.useMutation('patch', '/v1/shops/{id}', { meta: { quiet: true } });

  const send = async (values: Values) => {
    if (shop) {
      const params = { path: { id: shop.id }, header: ifMatch(shop.version) };
      await change.mutateAsync({ params, body: values });
    } else {
      await create.mutateAsync({ body: values });
    }
    await changed();
    void message.success(shop ? t('common.saved') : t('shops.created', { name: values.name }));
    onClose();
  };

  return (
    <FormModal<Values>
      title={shop ? t('shops.edit') : t('shops.create')}
      action={shop ? t('common.save') : t('shops.create')}
      initial={shop ?? { time_zone: '', day_cut_hour: 0 }}
      send={send}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('shops.name')}
        rules={[{ required: true, whitespace: true, message: t('shops.name.missing') }]}
      >
        <Input autoFocus maxLength={80} />
      </Form.Item>
      <Form.Item
        name="code"
        label={t('shops.code')}
        extra={t('shops.code.hint')}
        rules={[{ required: true, whitespace: true, message: t('shops.code.missing') }]}
      >
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item name="time_zone" label={t('shops.timeZone')}>
        <ZoneSelect inherit={t('shops.timeZone.inherit')} />
      </Form.Item>
      <Form.Item name="day_cut_hour" label={t('shops.cut')} extra={t('shops.cut.hint')}>
        <InputNumber min={0} max={11} precision={0} suffix={t('shops.cut.unit')} />
      </Form.Item>
    </FormModal>
  );
}
