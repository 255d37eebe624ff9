import { Alert, App, Form, InputNumber, Segmented } from 'antd';
import { useState } from 'react';
import { $api, ifMatch } from '@/api/client';
import { ApiError } from '@/api/problem';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import { useProductsChanged } from './changed';
import type { Sku, Stock } from './model';

type Values = { how: 'adjust' | 'set'; by?: number; quantity?: number };
type Props = {
  sku: Sku;
  shop: { id: string; name: string };
  stock: Stock | undefined;
  onClose: () => void;
};

const most = 1_000_000;

/** Adds to the stock of a shop, takes from it, or sets what was counted. */
export function StockForm({ sku, shop, stock, onClose }: Props) {
  const { message } = App.useApp();
  const changed = useProductsChanged();
  const [base] = useState(stock);
  const [stale, setStale] = useState(false);
  const adjust = $api.useMutation('post', '/v1/skus/{code}/stock/adjustments', { meta: { quiet: true } });
  const set = $api.useMutation('put', '/v1/skus/{code}/stock', { meta: { quiet: true } });

  const send = async ({ how, by = 0, quantity = 0 }: Values) => {
    const path = { code: sku.code };
    // Once the figure that stands now was shown, setting it again is meant.
    const version = (stale ? stock : base)?.version ?? 0;
    try {
      if (how === 'adjust') {
        await adjust.mutateAsync({ params: { path }, body: { shop_id: shop.id, by } });
      } else {
        const params = { path, header: ifMatch(version) };
        await set.mutateAsync({ params, body: { shop_id: shop.id, quantity } });
      }
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 412)) throw error;
      await changed();
      setStale(true);
      return;
    }
    await changed();
    void message.success(t('common.saved'));
    onClose();
  };

  return (
    <FormModal<Values>
      title={t('products.stock.title', { shop: shop.name })}
      action={t('common.save')}
      lead={t('products.stock.lead', { sku: sku.code, count: stock?.quantity ?? 0 })}
      initial={{ how: 'adjust', quantity: base?.quantity ?? 0 }}
      send={send}
      onClose={onClose}
      width={420}
    >
      {stale && <Alert type="warning" showIcon role="alert" title={t('products.stock.conflict')} />}
      <Form.Item name="how" label={t('products.stock.how')} required>
        <Segmented
          options={[
            { value: 'adjust', label: t('products.stock.adjust') },
            { value: 'set', label: t('products.stock.set') },
          ]}
        />
      </Form.Item>
      <Form.Item noStyle shouldUpdate={(before: Values, after: Values) => before.how !== after.how}>
        {({ getFieldValue }) =>
          getFieldValue('how') === 'set' ? (
            <Form.Item
              name="quantity"
              label={t('products.stock.quantity')}
              rules={[{ required: true, message: t('products.stock.missing') }]}
            >
              <InputNumber precision={0} max={most} />
            </Form.Item>
          ) : (
            <Form.Item
              name="by"
              label={t('products.stock.by')}
              extra={t('products.stock.by.hint')}
              rules={[{ required: true, message: t('products.stock.missing') }]}
            >
              <InputNumber precision={0} min={-most} max={most} autoFocus />
            </Form.Item>
          )
        }
      </Form.Item>
    </FormModal>
  );
}
