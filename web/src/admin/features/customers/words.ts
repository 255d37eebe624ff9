import { t, tMaybe } from '@/shared/i18n/t';

/** The words for a term of the server: the kind of an identity, a source, a channel. A term without words stands for itself. */
export function word(of: string, term: string | undefined): string {
  if (!term) return '';
  return tMaybe(`customers.${of}.${term}`) ?? term;
}

/** The name of one of the eight RFM groups; nothing for who never bought. */
export const groupName = (group: string | undefined): string =>
  group ? (tMaybe(`rfm.group.${group}`) ?? group) : '';

export const birthdayWords = (days: string | undefined): string =>
  days === '1' ? t('customers.by.birthday.today') : t('customers.by.birthday', { days: Number(days) });

/** The name of a customer, or what stands for it while there is none. */
export const nameOf = (customer: { name: string }) => customer.name || t('customers.nameless');
