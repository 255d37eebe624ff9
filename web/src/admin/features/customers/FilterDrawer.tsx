import { Button, DatePicker, Drawer, InputNumber, Select, Space } from 'antd';
import dayjs from 'dayjs';
import { type ReactNode, useState } from 'react';
import { $api } from '@/api/client';
import { useSession } from '@/api/session';
import { shopToday } from '@/shared/days';
import { t } from '@/shared/i18n/t';
import styles from './customers.module.css';
import { type CustomerFilters, customerTypes, quadrants, rfmGroups, valueGroups } from './filters';
import { tagOptions } from './tagOptions';
import { birthdayWords, groupName } from './words';

type Props = {
  filters: CustomerFilters;
  set: (change: CustomerFilters) => void;
  onClose: () => void;
};

const nothing: CustomerFilters = {
  cell: undefined,
  rfm_group: undefined,
  value_group: undefined,
  quadrant: undefined,
  customer_type: undefined,
  shop_id: undefined,
  tag: undefined,
  segment: undefined,
  min_paid_fen: undefined,
  max_paid_fen: undefined,
  last_order_from: undefined,
  last_order_to: undefined,
  birthday_days: undefined,
  quality_below: undefined,
};

/** The ways to narrow the list; each takes effect at once. */
export function FilterDrawer({ filters, set: change, onClose }: Props) {
  const shops = useSession().data?.shops ?? [];
  const tags = $api.useQuery('get', '/v1/tags');
  const segments = $api.useQuery('get', '/v1/segments');
  // Whatever is chosen here is about the list of customers, not about the names behind a figure.
  const set = (next: CustomerFilters) =>
    change({ ...next, figure: undefined, from: undefined, to: undefined, channel: undefined });
  const options = <T extends string>(of: Parameters<typeof groupName>[1], values: readonly T[]) =>
    values.map((value) => ({ value, label: groupName(value, of) }));

  return (
    <Drawer
      open
      title={t('common.filter')}
      size={360}
      onClose={onClose}
      footer={
        <div className={styles.drawerFoot}>
          <Button onClick={() => set(nothing)}>{t('common.clearFilters')}</Button>
          <Button type="primary" onClick={onClose}>
            {t('customers.filter.done')}
          </Button>
        </div>
      }
    >
      <div className={styles.fields}>
        <Labelled label={t('customers.segment')}>
          <Select
            allowClear
            value={filters.segment}
            placeholder={t('customers.filter.any')}
            showSearch={{ optionFilterProp: 'label' }}
            loading={segments.isPending}
            options={(segments.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(segment) => set({ segment })}
          />
        </Labelled>
        <Labelled label={t('customers.rfm')}>
          <Select
            allowClear
            value={filters.rfm_group}
            placeholder={t('customers.filter.any')}
            options={options('group', rfmGroups)}
            onChange={(rfm_group) => set({ rfm_group, cell: undefined })}
          />
        </Labelled>
        <Labelled label={t('customers.valueGroup')}>
          <Select
            allowClear
            value={filters.value_group}
            placeholder={t('customers.filter.any')}
            options={options('value', valueGroups)}
            onChange={(value_group) => set({ value_group })}
          />
        </Labelled>
        <Labelled label={t('customers.quadrant')}>
          <Select
            allowClear
            value={filters.quadrant}
            placeholder={t('customers.filter.any')}
            options={options('quadrant', quadrants)}
            onChange={(quadrant) => set({ quadrant })}
          />
        </Labelled>
        <Labelled label={t('customers.type')}>
          <Select
            allowClear
            value={filters.customer_type}
            placeholder={t('customers.filter.any')}
            options={options('type', customerTypes)}
            onChange={(customer_type) => set({ customer_type })}
          />
        </Labelled>
        <Labelled label={t('customers.homeShop')}>
          <Select
            allowClear
            value={filters.shop_id}
            placeholder={t('customers.filter.any')}
            showSearch={{ optionFilterProp: 'label' }}
            options={shops.map((shop) => ({ value: shop.id, label: shop.name }))}
            onChange={(shop_id) => set({ shop_id })}
          />
        </Labelled>
        <Labelled label={t('customers.tag')}>
          <Select
            allowClear
            value={filters.tag}
            placeholder={t('customers.filter.any')}
            showSearch={{ optionFilterProp: 'label' }}
            loading={tags.isPending}
            options={tagOptions(tags.data?.items ?? [])}
            onChange={(tag) => set({ tag })}
          />
        </Labelled>
        <Labelled label={t('customers.spend')}>
          <Space.Compact block>
            <Amount
              key={`min ${filters.min_paid_fen}`}
              label={t('customers.filter.min')}
              fen={filters.min_paid_fen}
              onChange={(fen) => set({ min_paid_fen: fen })}
            />
            <Amount
              key={`max ${filters.max_paid_fen}`}
              label={t('customers.filter.max')}
              fen={filters.max_paid_fen}
              onChange={(fen) => set({ max_paid_fen: fen })}
            />
          </Space.Compact>
        </Labelled>
        <Labelled label={t('customers.lastOrder')}>
          <DatePicker.RangePicker
            allowEmpty={[true, true]}
            value={[dayOf(filters.last_order_from), dayOf(filters.last_order_to)]}
            presets={[30, 90, 180].map((days) => ({
              label: t('customers.filter.lastDays', { days }),
              value: [dayjs(shopToday()).subtract(days - 1, 'day'), dayjs(shopToday())],
            }))}
            onChange={(range) =>
              set({
                last_order_from: range?.[0]?.format('YYYY-MM-DD'),
                last_order_to: range?.[1]?.format('YYYY-MM-DD'),
              })
            }
          />
        </Labelled>
        <Labelled label={t('customers.filter.birthday')}>
          <Select
            allowClear
            value={filters.birthday_days}
            placeholder={t('customers.filter.any')}
            options={['1', '7', '30'].map((value) => ({ value, label: birthdayWords(value) }))}
            onChange={(birthday_days) => set({ birthday_days })}
          />
        </Labelled>
        <Labelled label={t('customers.filter.quality')}>
          <Select
            allowClear
            value={filters.quality_below}
            placeholder={t('customers.filter.any')}
            options={['50', '80'].map((value) => ({
              value,
              label: t('customers.by.quality', { score: Number(value) }),
            }))}
            onChange={(quality_below) => set({ quality_below })}
          />
        </Labelled>
      </div>
    </Drawer>
  );
}

const dayOf = (text: string | undefined) => (text ? dayjs(text) : null);

function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child.
    <label className={styles.field}>
      <span>{label}</span>
      {children}
    </label>
  );
}

type AmountProps = {
  label: string;
  fen: string | undefined;
  onChange: (fen: string | undefined) => void;
};

/** An amount in yuan, taken over when it is left or Enter is pressed. */
function Amount({ label, fen, onChange }: AmountProps) {
  const [yuan, setYuan] = useState(fen === undefined ? null : Number(fen) / 100);
  const take = () => onChange(yuan === null ? undefined : String(yuan * 100));
  return (
    <InputNumber
      className={styles.amount ?? ''}
      min={0}
      max={100_000_000}
      precision={0}
      controls={false}
      changeOnWheel={false}
      placeholder={label}
      aria-label={label}
      value={yuan}
      onChange={setYuan}
      onBlur={take}
      onPressEnter={take}
    />
  );
}
