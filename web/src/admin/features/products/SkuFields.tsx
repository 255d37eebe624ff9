import { Button, Checkbox, Form, Input, InputNumber } from 'antd';
import { useCan } from '@/api/session';
import { t } from '@/shared/i18n/t';
import styles from './products.module.css';

/** The SKUs of a product; those that were entered before can be retired, not taken out. */
export function SkuFields({ kept }: { kept: number }) {
  const seesCost = useCan('cost.read');
  return (
    <Form.List name="skus">
      {(fields, { add, remove }) => (
        <fieldset className={styles.skus}>
          <legend>{t('products.skus')}</legend>
          {fields.map(({ key, name }) => (
            <div key={key} className={styles.sku}>
              <Form.Item
                name={[name, 'code']}
                rules={[{ required: true, whitespace: true, message: t('products.sku.missing') }]}
              >
                <Input
                  aria-label={t('products.sku.code')}
                  placeholder={t('products.sku.code')}
                  maxLength={64}
                  disabled={name < kept}
                />
              </Form.Item>
              <Form.Item name={[name, 'colour']}>
                <Input aria-label={t('products.colour')} placeholder={t('products.colour')} maxLength={64} />
              </Form.Item>
              <Form.Item name={[name, 'size']}>
                <Input aria-label={t('products.size')} placeholder={t('products.size')} maxLength={64} />
              </Form.Item>
              <Form.Item name={[name, 'price']}>
                <Amount label={t('products.price')} />
              </Form.Item>
              {seesCost && (
                <Form.Item name={[name, 'cost']}>
                  <Amount label={t('products.cost')} />
                </Form.Item>
              )}
              {name < kept ? (
                <Form.Item name={[name, 'retired']} valuePropName="checked">
                  <Checkbox>{t('products.state.retired')}</Checkbox>
                </Form.Item>
              ) : (
                <Button type="text" onClick={() => remove(name)}>
                  {t('common.delete')}
                </Button>
              )}
            </div>
          ))}
          <Button onClick={() => add({ code: '' })}>{t('products.sku.add')}</Button>
        </fieldset>
      )}
    </Form.List>
  );
}

type AmountProps = {
  id?: string;
  label: string;
  value?: number | null;
  onChange?: (value: number | null) => void;
};

function Amount({ label, value = null, ...rest }: AmountProps) {
  return (
    <InputNumber<number>
      aria-label={label}
      placeholder={label}
      min={0}
      max={100_000_000}
      precision={2}
      controls={false}
      value={value}
      {...rest}
    />
  );
}
