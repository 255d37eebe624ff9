import { t, tMaybe } from '@/shared/i18n/t';

/** The words for a channel; one that the shop named itself stands for itself. */
export function channelName(channel: string): string {
  return tMaybe(`orders.channel.${channel}`) ?? channel;
}

export const nameOf = (customer: { name: string }) => customer.name || t('orders.nameless');
