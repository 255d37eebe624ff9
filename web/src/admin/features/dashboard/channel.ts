import { t, tMaybe } from '@/shared/i18n/t';

/** The words for a channel; one that the shop named itself stands for itself. */
export function channelName(channel: string): string {
  if (channel === '') return t('dashboard.channel.none');
  return tMaybe(`dashboard.channel.${channel}`) ?? channel;
}
