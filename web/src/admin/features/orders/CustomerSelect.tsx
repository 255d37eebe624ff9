import { Select } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { nameOf } from './words';

type Props = {
  id?: string;
  value?: string | undefined;
  onChange?: (id: string | undefined) => void;
  className?: string | undefined;
};

const typingPauseMs = 300;
const offered = 10;

/** One customer, found by name or the end of her number. */
export function CustomerSelect({ value, onChange, ...rest }: Props) {
  const [q, setQ] = useState('');
  const found = $api.useQuery(
    'get',
    '/v1/customers',
    { params: { query: { q, limit: offered } } },
    { enabled: q !== '' },
  );
  const chosen = $api.useQuery(
    'get',
    '/v1/customers/{id}',
    { params: { path: { id: value ?? '' } } },
    { enabled: value !== undefined },
  );
  const people = q === '' ? [] : (found.data?.items ?? []);
  const options = people.map((person) => ({
    value: person.id,
    label: [nameOf(person), person.phone].filter(Boolean).join(' · '),
  }));
  if (value && !people.some((person) => person.id === value)) {
    options.unshift({ value, label: chosen.data ? nameOf(chosen.data) : '…' });
  }
  return (
    <Select
      allowClear
      aria-label={t('orders.customer')}
      placeholder={t('orders.customer.find')}
      value={value ?? null}
      loading={found.isFetching}
      showSearch={{ filterOption: false, onSearch: useRested(setQ) }}
      notFoundContent={q === '' ? t('orders.customer.find') : t('orders.customer.none')}
      options={options}
      onChange={(id: string | null) => onChange?.(id ?? undefined)}
      {...rest}
    />
  );
}

/** Hands text on when typing rests. */
function useRested(hand: (text: string) => void): (text: string) => void {
  const [timer, setTimer] = useState<ReturnType<typeof setTimeout>>();
  return (text) => {
    clearTimeout(timer);
    setTimer(setTimeout(() => hand(text.trim()), typingPauseMs));
  };
}
