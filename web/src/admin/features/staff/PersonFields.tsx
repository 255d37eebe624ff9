import { Form, Input, Select } from 'antd';
import { $api } from '@/api/client';
import { useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { type Role, roleName } from '@/shared/role';
import { ShopSelect } from '@/shared/ui/ShopSelect';
import { rolesToGive, seesAllShops } from './model';
import styles from './staff.module.css';

/** The questions about a person. Role and shops of oneself are for others to change. */
export function PersonFields({ self = false, current }: { self?: boolean; current?: Role }) {
  const views = $api.useQuery('get', '/v1/roles').data?.roles ?? [];
  const mine = useSession().data?.staff?.role;
  const role = Form.useWatch<Role | undefined>('role') ?? current;
  const given = rolesToGive(views, mine);
  const choices = current && !given.includes(current) ? [current, ...given] : given;
  const allShops = seesAllShops(views, role);

  return (
    <>
      <Form.Item
        name="name"
        label={t('staff.name')}
        rules={[{ required: true, whitespace: true, message: t('staff.name.missing') }]}
      >
        <Input autoFocus autoComplete="off" maxLength={80} />
      </Form.Item>
      <Form.Item name="login" label={t('staff.login')} extra={t('staff.login.hint')}>
        <Input autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={64} />
      </Form.Item>
      <Form.Item
        name="role"
        label={t('staff.role')}
        rules={[{ required: true, message: t('staff.role.missing') }]}
      >
        <Select
          disabled={self}
          options={choices.map((choice) => ({ value: choice, label: roleName(choice) }))}
          optionRender={({ value }) => (
            <span className={styles.role}>
              <span>{roleName(String(value))}</span>
              <small>{t(`staff.role.${value as Role}`)}</small>
            </span>
          )}
        />
      </Form.Item>
      <Form.Item
        name="shops"
        label={t('staff.shops')}
        extra={allShops ? t('staff.shops.allHint') : t('staff.shops.hint')}
        rules={[{ required: !allShops, type: 'array', min: 1, message: t('staff.shops.missing') }]}
      >
        <ShopSelect disabled={self} />
      </Form.Item>
      <div className={styles.pair}>
        <Form.Item name="phone" label={t('staff.phone')}>
          <Input autoComplete="off" inputMode="tel" maxLength={64} />
        </Form.Item>
        <Form.Item name="email" label={t('staff.email')}>
          <Input autoComplete="off" inputMode="email" maxLength={254} />
        </Form.Item>
      </div>
    </>
  );
}
