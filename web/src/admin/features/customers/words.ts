import { t, tMaybe } from '@/shared/i18n/t';

/** The words for a term of the server: the kind of an identity, a source, a channel. A term without words stands for itself. */
export function word(of: string, term: string | undefined): string {
  if (!term) return '';
  return tMaybe(`customers.${of}.${term}`) ?? term;
}

/** The name of a group, as the RFM page has it: one of the eight classical groups, or of another kind; nothing for no group. */
export const groupName = (
  group: string | undefined,
  of: 'group' | 'value' | 'quadrant' | 'type' = 'group',
): string => (group ? (tMaybe(`rfm.${of}.${group}`) ?? group) : '');

export const birthdayWords = (days: string | undefined): string =>
  days === '1' ? t('customers.by.birthday.today') : t('customers.by.birthday', { days: Number(days) });

/** The name of a customer, or what stands for it while there is none. */
export const nameOf = (customer: { name: string }) => customer.name || t('customers.nameless');
