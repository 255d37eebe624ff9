import { Form, Input, InputNumber, Select } from 'antd';
import { $api } from '@/api/client';
import { t } from '@/shared/i18n/t';
import type { Strategy } from './model';
import styles from './segments.module.css';

type Props = { value: Strategy; onChange: (strategy: Strategy) => void };

/** What the shop wants with the members, which messages and promotions obey. */
export function StrategyFields({ value, onChange }: Props) {
  const staff = $api.useQuery('get', '/v1/staff', { params: { query: { limit: 100 } } });
  const set = (change: { [K in keyof Strategy]?: Strategy[K] | null | undefined }) =>
    onChange(
      Object.fromEntries(
        Object.entries({ ...value, ...change }).filter(
          ([, one]) => one !== null && one !== undefined && one !== '',
        ),
      ) as Strategy,
    );
  return (
    <Form layout="vertical" component="div" className={styles.strategy ?? ''}>
      <Form.Item label={t('segments.strategy.goal')} className={styles.wide ?? ''}>
        <Input.TextArea
          aria-label={t('segments.strategy.goal')}
          autoSize={{ minRows: 2, maxRows: 5 }}
          maxLength={500}
          placeholder={t('segments.strategy.goal.hint')}
          value={value.goal ?? ''}
          onChange={({ target }) => set({ goal: target.value })}
        />
      </Form.Item>
      <Form.Item label={t('segments.strategy.messages')}>
        <InputNumber
          aria-label={t('segments.strategy.messages')}
          min={0}
          max={100}
          precision={0}
          value={value.max_messages_per_30d ?? null}
          onChange={(max_messages_per_30d) => set({ max_messages_per_30d })}
        />
      </Form.Item>
      <Form.Item label={t('segments.strategy.discount')}>
        <InputNumber
          aria-label={t('segments.strategy.discount')}
          min={0}
          max={100}
          precision={0}
          suffix="%"
          value={value.max_discount_percent ?? null}
          onChange={(max_discount_percent) => set({ max_discount_percent })}
        />
      </Form.Item>
      <Form.Item label={t('segments.strategy.budget')}>
        <InputNumber
          aria-label={t('segments.strategy.budget')}
          min={0}
          precision={2}
          suffix={t('segments.unit.fen')}
          value={value.budget_fen === undefined ? null : value.budget_fen / 100}
          onChange={(yuan) => set({ budget_fen: yuan === null ? null : Math.round(Number(yuan) * 100) })}
        />
      </Form.Item>
      <Form.Item label={t('segments.strategy.owner')}>
        <Select
          aria-label={t('segments.strategy.owner')}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          loading={staff.isPending}
          value={value.owner_id}
          options={(staff.data?.items ?? []).map((person) => ({ value: person.id, label: person.name }))}
          onChange={(owner_id: string | undefined) => set({ owner_id })}
        />
      </Form.Item>
    </Form>
  );
}
