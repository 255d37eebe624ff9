import { Alert, App, Button, Form, Input, Segmented, Select } from 'antd';
import { useState } from 'react';
import { $api, ifMatch } from '@/api/client';
import { ApiError } from '@/api/problem';
import type { components } from '@/api/schema.gen';
import { useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import { useCustomerChanged } from './changed';
import styles from './profile.module.css';
import type { Profile } from './record';
import { nameOf, word } from './words';

type Basics = components['schemas']['CustomerBasics'];
const channels = ['', 'sms', 'wechat', 'wecom', 'email', 'phone'] as const;
const genders = ['', 'female', 'male', 'other'] as const;

/** Changes the basic record. What somebody else changed meanwhile is shown before it can be overwritten. */
export function EditBasics({ profile, onClose }: { profile: Profile; onClose: () => void }) {
  const [base, setBase] = useState(profile);
  const [theirs, setTheirs] = useState<Profile>();
  const { message } = App.useApp();
  const changed = useCustomerChanged();
  const session = useSession().data;
  const params = { path: { id: profile.id } };
  const fetchNow = $api.useQuery('get', '/v1/customers/{id}', { params }, { enabled: false });
  const change = $api.useMutation('patch', '/v1/customers/{id}', { meta: { quiet: true } });

  const send = async (values: Basics) => {
    try {
      changed(
        await change.mutateAsync({ params: { ...params, header: ifMatch(base.version) }, body: values }),
      );
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 412)) throw error;
      setTheirs((await fetchNow.refetch({ throwOnError: true })).data);
      return;
    }
    void message.success(t('common.saved'));
    onClose();
  };
  const shops = session?.shops ?? [];

  return (
    <FormModal<Basics>
      title={t('customers.edit')}
      action={t('common.save')}
      initial={{
        name: profile.name,
        gender: genders.find((one) => one === profile.gender) ?? '',
        preferred_channel: channels.find((one) => one === profile.preferred_channel) ?? '',
        shop_id: profile.shop_id ?? '',
      }}
      send={send}
      onClose={onClose}
      unmarked
    >
      {theirs && (
        <Alert
          className={styles.gap ?? ''}
          type="warning"
          showIcon
          role="alert"
          title={t('customers.conflict')}
          description={
            <div className={styles.conflict}>
              <span>
                {[nameOf(theirs), word('gender', theirs.gender), shopName(theirs)]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
              <Button
                size="small"
                onClick={() => {
                  setBase(theirs);
                  setTheirs(undefined);
                }}
              >
                {t('customers.conflict.mine')}
              </Button>
              <Button size="small" onClick={onClose}>
                {t('customers.conflict.theirs')}
              </Button>
            </div>
          }
        />
      )}
      <Form.Item name="name" label={t('customers.name')}>
        <Input maxLength={100} autoComplete="off" autoFocus />
      </Form.Item>
      <Form.Item name="gender" label={t('customers.gender')}>
        <Segmented options={genders.map((value) => ({ value, label: word('gender', value || 'unknown') }))} />
      </Form.Item>
      <Form.Item name="preferred_channel" label={t('customers.preferredChannel')}>
        <Select
          options={channels.map((value) => ({
            value,
            label: value ? word('channel', value) : t('customers.unknown'),
          }))}
        />
      </Form.Item>
      <Form.Item name="shop_id" label={t('customers.homeShop')} extra={t('customers.homeShop.hint')}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={[
            ...(session?.all_shops || !profile.shop_id ? [{ value: '', label: t('customers.noShop') }] : []),
            ...shops
              .filter((shop) => shop.open || shop.id === profile.shop_id)
              .map((shop) => ({ value: shop.id, label: shop.name })),
          ]}
        />
      </Form.Item>
    </FormModal>
  );

  function shopName(of: Profile): string | undefined {
    return shops.find((shop) => shop.id === of.shop_id)?.name;
  }
}
