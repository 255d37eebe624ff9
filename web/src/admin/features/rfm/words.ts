import { money, percent } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { type ThresholdKey, unitOf } from './model';
import type { Grouping } from './thresholds';

/** `15%`, and `0.4%` where whole percents would say nothing. */
export const shareText = (ratio: number) => percent(ratio, ratio < 0.1 ? 1 : 0);

/** A threshold with its unit. */
export function thresholdText(key: ThresholdKey, value: number): string {
  const unit = unitOf(key);
  if (unit === 'money') return money(value);
  return t(`rfm.unit.${unit}`, { count: value });
}

export const people = (customers: number) => t('rfm.map.people', { count: customers });

export const nameOf = (customer: { name: string }) => customer.name || t('rfm.nameless');

const wordsOf = { value_group: 'rfm.value', quadrant: 'rfm.quadrant', stage: 'ui.stage' } as const;

/** A group of a kind; who never bought is in none. */
export const groupName = (by: Grouping, name: string) =>
  t(name ? (`${wordsOf[by]}.${name}` as 'rfm.value.vip') : 'rfm.value.lead');
