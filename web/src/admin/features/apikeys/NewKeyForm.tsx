import { useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Form, type FormInstance, Input, Radio, Select } from 'antd';
import { $api } from '@/api/client';
import { useSession } from '@/api/session';
import { shopNow } from '@/shared/format';
import { t, tMaybe } from '@/shared/i18n/t';
import { permissionName } from '@/shared/permission';
import { FormModal } from '@/shared/ui/FormModal';
import { ShopSelect } from '@/shared/ui/ShopSelect';
import styles from './apikeys.module.css';
import { groupsOf, type KeyAnswers, lifetimes, newKeyFrom, type Preset, presets } from './model';

type Props = { onClose: () => void; onCreated: (name: string, secret: string) => void };

export function NewKeyForm({ onClose, onCreated }: Props) {
  const cache = useQueryClient();
  const seesAll = useSession().data?.all_shops ?? false;
  const create = $api.useMutation('post', '/v1/api_keys', { meta: { quiet: true } });

  const send = async (answers: KeyAnswers) => {
    const created = await create.mutateAsync({ body: newKeyFrom(answers, shopNow()) });
    await cache.invalidateQueries({ queryKey: ['get', '/v1/api_keys'] });
    onCreated(created.name, created.secret);
  };

  return (
    <FormModal<KeyAnswers>
      title={t('apikeys.create')}
      action={t('apikeys.create')}
      lead={t('apikeys.create.lead')}
      initial={{
        permissions: [...presets.till],
        reach: seesAll ? 'all' : 'some',
        shops: [],
        lifetime: '365',
      }}
      send={send}
      onClose={onClose}
      width={620}
    >
      <Form.Item
        name="name"
        label={t('apikeys.name')}
        rules={[{ required: true, whitespace: true, message: t('apikeys.name.missing') }]}
      >
        <Input autoFocus maxLength={80} autoComplete="off" placeholder={t('apikeys.name.hint')} />
      </Form.Item>
      <Permissions />
      <Form.Item name="reach" label={t('apikeys.shops')}>
        <Radio.Group
          options={[
            { value: 'all', label: t('apikeys.shops.all'), disabled: !seesAll },
            { value: 'some', label: t('apikeys.shops.some') },
          ]}
        />
      </Form.Item>
      <Reach />
      <Form.Item name="lifetime" label={t('apikeys.lifetime')} extra={t('apikeys.lifetime.hint')}>
        <Select options={lifetimes.map((value) => ({ value, label: t(`apikeys.lifetime.${value}`) }))} />
      </Form.Item>
    </FormModal>
  );
}

function Permissions() {
  const form = Form.useFormInstance() as FormInstance<KeyAnswers>;
  const roles = $api.useQuery('get', '/v1/roles');
  const mine = useSession().data?.permissions ?? [];
  const given = (roles.data?.key_permissions ?? []).filter((permission) => mine.includes(permission));
  const choose = (preset: Preset) =>
    form.setFieldValue(
      'permissions',
      presets[preset].filter((permission) => given.includes(permission)),
    );

  return (
    <>
      <div className={styles.presets}>
        {t('apikeys.preset')}
        {(Object.keys(presets) as Preset[]).map((preset) => (
          <Button key={preset} size="small" onClick={() => choose(preset)}>
            {t(`apikeys.preset.${preset}`)}
          </Button>
        ))}
      </div>
      <Form.Item
        name="permissions"
        label={t('apikeys.permissions')}
        rules={[{ required: true, type: 'array', min: 1, message: t('apikeys.permissions.missing') }]}
      >
        <Checkbox.Group className={styles.permissions ?? ''}>
          {groupsOf(given).map(({ domain, permissions }) => (
            <fieldset key={domain} className={styles.group}>
              <legend>{tMaybe(`apikeys.domain.${domain}`) ?? domain}</legend>
              {permissions.map((permission) => (
                <Checkbox key={permission} value={permission}>
                  {permissionName(permission)}
                </Checkbox>
              ))}
            </fieldset>
          ))}
        </Checkbox.Group>
      </Form.Item>
    </>
  );
}

function Reach() {
  const reach = Form.useWatch<KeyAnswers['reach']>('reach');
  if (reach !== 'some') return null;
  return (
    <Form.Item
      name="shops"
      label={t('apikeys.shops.which')}
      rules={[{ required: true, type: 'array', min: 1, message: t('apikeys.shops.missing') }]}
    >
      <ShopSelect />
    </Form.Item>
  );
}
