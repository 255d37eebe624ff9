import { Alert, App, Button, DatePicker, Form, Input, Segmented, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { $api, ifMatch } from '@/api/client';
import { ApiError } from '@/api/problem';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import { useProductsChanged } from './changed';
import { draftOf, editOf, type Product, type ProductValues, valuesOf } from './model';
import styles from './products.module.css';
import { SkuFields } from './SkuFields';

type Props = { product?: Product; onClose: () => void; onCreated?: (product: Product) => void };

/** Enters a product, or changes one. What somebody else changed meanwhile is said before it can be overwritten. */
export function ProductForm({ product, onClose, onCreated }: Props) {
  const { message } = App.useApp();
  const changed = useProductsChanged();
  const [base, setBase] = useState(product);
  const [theirs, setTheirs] = useState<Product>();
  const params = { path: { id: product?.id ?? '' } };
  const fetchNow = $api.useQuery('get', '/v1/products/{id}', { params }, { enabled: false });
  const create = $api.useMutation('post', '/v1/products', { meta: { quiet: true } });
  const change = $api.useMutation('patch', '/v1/products/{id}', { meta: { quiet: true } });

  const send = async (values: ProductValues) => {
    if (!base || !product) {
      const created = await create.mutateAsync({ body: draftOf(values) });
      await changed();
      onClose();
      onCreated?.(created);
      return;
    }
    try {
      const body = editOf(product, values);
      await change.mutateAsync({ params: { ...params, header: ifMatch(base.version) }, body });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 412)) throw error;
      setTheirs((await fetchNow.refetch({ throwOnError: true })).data);
      return;
    }
    await changed();
    void message.success(t('common.saved'));
    onClose();
  };

  return (
    <FormModal<ProductValues>
      title={product ? t('products.edit') : t('products.create')}
      action={product ? t('common.save') : t('products.create')}
      initial={product ? valuesOf(product) : { skus: [{ code: '' }] }}
      send={send}
      onClose={onClose}
      width={760}
    >
      {theirs && (
        <Alert
          className={styles.gap ?? ''}
          type="warning"
          showIcon
          role="alert"
          title={t('products.conflict')}
          description={
            <div className={styles.conflict}>
              <span>{[theirs.name, theirs.brand, theirs.category].filter(Boolean).join(' · ')}</span>
              <Button
                size="small"
                onClick={() => {
                  setBase(theirs);
                  setTheirs(undefined);
                }}
              >
                {t('products.conflict.mine')}
              </Button>
              <Button size="small" onClick={onClose}>
                {t('products.conflict.theirs')}
              </Button>
            </div>
          }
        />
      )}
      <Fields entered={product !== undefined} />
      <SkuFields kept={product?.skus.length ?? 0} />
    </FormModal>
  );
}

function Fields({ entered }: { entered: boolean }) {
  return (
    <div className={styles.fields}>
      <Form.Item
        name="style_code"
        label={t('products.styleCode')}
        rules={[{ required: true, whitespace: true, message: t('products.styleCode.missing') }]}
      >
        <Input maxLength={64} autoComplete="off" disabled={entered} autoFocus={!entered} />
      </Form.Item>
      <Form.Item
        name="name"
        label={t('products.name')}
        rules={[{ required: true, whitespace: true, message: t('products.name.missing') }]}
      >
        <Input maxLength={200} autoComplete="off" />
      </Form.Item>
      <Form.Item name="brand" label={t('products.brand')}>
        <Input maxLength={200} autoComplete="off" />
      </Form.Item>
      <Form.Item name="category" label={t('products.category')}>
        <Input maxLength={200} autoComplete="off" placeholder={t('products.category.hint')} />
      </Form.Item>
      <Form.Item name="scene" label={t('products.scene')}>
        <Input maxLength={64} autoComplete="off" placeholder={t('products.scene.hint')} />
      </Form.Item>
      <Form.Item name="styles" label={t('products.style')}>
        <Select mode="tags" tokenSeparators={[',', '，', '、']} open={false} suffix={null} />
      </Form.Item>
      <Form.Item
        name="launch_on"
        label={t('products.launch')}
        getValueProps={(day?: string) => ({ value: day ? dayjs(day) : null })}
        normalize={(day: Dayjs | null) => day?.format('YYYY-MM-DD')}
      >
        <DatePicker />
      </Form.Item>
      {entered && (
        <Form.Item name="state" label={t('products.state')}>
          <Segmented
            options={(['active', 'retired'] as const).map((value) => ({
              value,
              label: t(`products.state.${value}`),
            }))}
          />
        </Form.Item>
      )}
    </div>
  );
}
