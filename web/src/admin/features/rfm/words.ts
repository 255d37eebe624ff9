import { money, percent } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { type ThresholdKey, unitOf } from './model';

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
