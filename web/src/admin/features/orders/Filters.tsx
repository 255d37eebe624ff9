import { DatePicker, InputNumber, Select, Space } from 'antd';
import dayjs from 'dayjs';
import { useCan, useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { FilterBar } from '@/shared/ui/FilterBar';
import { CustomerSelect } from './CustomerSelect';
import { channels, type OrderFilters } from './model';
import styles from './orders.module.css';
import { channelName } from './words';

type Props = {
  filters: OrderFilters;
  set: (change: OrderFilters) => void;
  onClear: (() => void) | undefined;
};

export function Filters({ filters, set, onClear }: Props) {
  const shops = useSession().data?.shops ?? [];
  const seesCustomers = useCan('customers.read');
  const words = new Set([...channels, ...(filters.channel ? [filters.channel] : [])]);
  return (
    <FilterBar
      search={{
        value: filters.order_no ?? '',
        placeholder: t('orders.number.search'),
        onChange: (text) => set({ order_no: text.trim() || undefined }),
      }}
      onClear={onClear}
    >
      <Select
        className={styles.narrow ?? ''}
        allowClear
        aria-label={t('orders.shop')}
        placeholder={t('orders.shop.all')}
        value={filters.shop_id ?? null}
        onChange={(shop_id: string | null) => set({ shop_id: shop_id ?? undefined })}
        options={shops.map((shop) => ({ value: shop.id, label: shop.name }))}
      />
      <Select
        className={styles.narrow ?? ''}
        allowClear
        aria-label={t('orders.channel')}
        placeholder={t('orders.channel.all')}
        value={filters.channel ?? null}
        onChange={(channel: string | null) => set({ channel: channel ?? undefined })}
        options={[...words].map((value) => ({ value, label: channelName(value) }))}
      />
      <DatePicker.RangePicker
        className={styles.days ?? ''}
        aria-label={t('orders.days')}
        allowEmpty={[true, true]}
        value={[filters.from ? dayjs(filters.from) : null, filters.to ? dayjs(filters.to) : null]}
        onChange={(days) =>
          set({ from: days?.[0]?.format('YYYY-MM-DD'), to: days?.[1]?.format('YYYY-MM-DD') })
        }
      />
      <Space.Compact className={styles.amounts ?? ''}>
        <Amount
          label={t('orders.least')}
          fen={filters.least_fen}
          onChange={(least_fen) => set({ least_fen })}
        />
        <Amount label={t('orders.most')} fen={filters.most_fen} onChange={(most_fen) => set({ most_fen })} />
      </Space.Compact>
      {seesCustomers && (
        <CustomerSelect
          className={styles.customer}
          value={filters.customer_id}
          onChange={(customer_id) => set({ customer_id, anonymous: undefined })}
        />
      )}
    </FilterBar>
  );
}

type AmountProps = {
  label: string;
  fen: string | undefined;
  onChange: (fen: string | undefined) => void;
};

function Amount({ label, fen, onChange }: AmountProps) {
  return (
    <InputNumber
      min={0}
      max={100_000_000}
      precision={2}
      controls={false}
      changeOnWheel={false}
      aria-label={label}
      placeholder={label}
      value={fen === undefined ? null : Number(fen) / 100}
      onChange={(yuan) => onChange(yuan === null ? undefined : String(Math.round(Number(yuan) * 100)))}
    />
  );
}
