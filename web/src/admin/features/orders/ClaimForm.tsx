import { useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Segmented } from 'antd';
import { $api } from '@/api/client';
import { useCan } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import { CustomerSelect } from './CustomerSelect';
import { atPhone, type Claim, claimBody, type Order } from './model';

/** Gives an anonymous order its customer: by the number she says, or by her profile. */
export function ClaimForm({ order, onClose }: { order: Order; onClose: () => void }) {
  const cache = useQueryClient();
  const { message } = App.useApp();
  const seesCustomers = useCan('customers.read');
  const claim = $api.useMutation('post', '/v1/orders/{id}/claim', { meta: { quiet: true } });

  const send = async (values: Claim) => {
    try {
      await claim.mutateAsync({ params: { path: { id: order.id } }, body: claimBody(values) });
    } catch (error) {
      throw atPhone(error);
    }
    await Promise.all(
      ['/v1/orders', '/v1/orders/{id}', '/v1/customers'].map((path) =>
        cache.invalidateQueries({ queryKey: ['get', path] }),
      ),
    );
    void message.success(t('orders.claim.done'));
    onClose();
  };

  return (
    <FormModal<Claim>
      title={t('orders.claim')}
      action={t('orders.claim')}
      lead={t('orders.claim.lead', { number: order.order_no })}
      initial={{ how: 'phone' }}
      send={send}
      onClose={onClose}
    >
      <Form.Item name="how" label={t('orders.claim.how')} required hidden={!seesCustomers}>
        <Segmented
          options={[
            { value: 'phone', label: t('orders.claim.phone') },
            { value: 'customer', label: t('orders.claim.customer') },
          ]}
        />
      </Form.Item>
      <Form.Item noStyle shouldUpdate={(before: Claim, after: Claim) => before.how !== after.how}>
        {({ getFieldValue }) => (getFieldValue('how') === 'customer' ? <ByCustomer /> : <ByPhone />)}
      </Form.Item>
    </FormModal>
  );
}

function ByPhone() {
  return (
    <>
      <Form.Item
        name="phone"
        label={t('orders.claim.phone')}
        extra={t('orders.claim.phone.hint')}
        rules={[{ required: true, whitespace: true, message: t('orders.claim.phone.missing') }]}
      >
        <Input type="tel" maxLength={24} autoComplete="off" autoFocus />
      </Form.Item>
      <Form.Item name="name" label={t('orders.claim.name')} extra={t('orders.claim.name.hint')}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
    </>
  );
}

function ByCustomer() {
  return (
    <Form.Item
      name="customer_id"
      label={t('orders.customer')}
      rules={[{ required: true, message: t('orders.claim.customer.missing') }]}
    >
      <CustomerSelect />
    </Form.Item>
  );
}
