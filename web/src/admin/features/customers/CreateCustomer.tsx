import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Alert, App, Button, Drawer, Form, Input, Segmented, Select } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { useCurrentShop } from '@/shared/shop';
import { Failure } from '@/shared/ui/Failure';
import { PersonCell } from '@/shared/ui/PersonCell';
import { useSubmit } from '@/shared/useSubmit';
import { atPhone, createBody, customerIn, type NewCustomer } from './create';
import styles from './customers.module.css';
import { nameOf, word } from './words';

type Props = {
  /** A number that was searched for and found nobody. */
  phone?: string | undefined;
  onClose: () => void;
};

/** Adds a customer by hand. One who is known already is offered instead. */
export function CreateCustomer({ phone, onClose }: Props) {
  const [form] = Form.useForm<NewCustomer>();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const session = useSession().data;
  const shop = useCurrentShop();
  const [known, setKnown] = useState<string>();
  const create = $api.useMutation('post', '/v1/customers', { meta: { quiet: true } });

  const open = async (id: string) => {
    onClose();
    await navigate({ to: '/customers/$id', params: { id } });
  };
  const send = async (values: NewCustomer) => {
    setKnown(undefined);
    try {
      const made = await create.mutateAsync({ body: createBody(values) });
      void message.success(t('customers.created', { name: nameOf(made) }));
      void cache.invalidateQueries({ queryKey: ['get', '/v1/customers'] });
      await open(made.id);
    } catch (error) {
      setKnown(customerIn(error));
      throw atPhone(error);
    }
  };
  const { submit, waiting, failure } = useSubmit<NewCustomer>(form, send);

  return (
    <Drawer
      open
      title={t('customers.create')}
      size={420}
      onClose={onClose}
      mask={{ closable: false }}
      footer={
        <div className={styles.drawerFoot}>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="primary" loading={waiting} onClick={form.submit}>
            {t('customers.create')}
          </Button>
        </div>
      }
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ phone, gender: '', shop_id: shop ?? (session?.all_shops ? '' : undefined) }}
        onFinish={submit}
      >
        <Form.Item
          name="phone"
          label={t('customers.phone')}
          extra={t('customers.phone.hint')}
          dependencies={['name']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_rule, value?: string) =>
                value?.trim() || (getFieldValue('name') as string | undefined)?.trim()
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('customers.create.empty'))),
            }),
          ]}
        >
          <Input type="tel" maxLength={32} autoComplete="off" autoFocus />
        </Form.Item>
        {known && <Known id={known} onOpen={() => open(known)} />}
        <Form.Item name="name" label={t('customers.name')}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        <Form.Item name="gender" label={t('customers.gender')}>
          <Segmented
            options={(['', 'female', 'male', 'other'] as const).map((value) => ({
              value,
              label: word('gender', value || 'unknown'),
            }))}
          />
        </Form.Item>
        <Form.Item name="shop_id" label={t('customers.homeShop')}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={[
              ...(session?.all_shops ? [{ value: '', label: t('customers.noShop') }] : []),
              ...(session?.shops ?? [])
                .filter((one) => one.open)
                .map((one) => ({ value: one.id, label: one.name })),
            ]}
          />
        </Form.Item>
        <Failure error={failure} />
        <button type="submit" hidden />
      </Form>
    </Drawer>
  );
}

/** The customer whom the number finds. */
function Known({ id, onOpen }: { id: string; onOpen: () => void }) {
  const found = $api.useQuery('get', '/v1/customers/{id}', { params: { path: { id } } });
  return (
    <Alert
      type="warning"
      className={styles.gap ?? ''}
      title={t('customers.known')}
      description={
        <div className={styles.known}>
          {found.data ? <PersonCell name={nameOf(found.data)} line={found.data.phone} /> : <span>…</span>}
          <Button type="primary" size="small" onClick={onOpen}>
            {t('customers.known.open')}
          </Button>
        </div>
      }
    />
  );
}
