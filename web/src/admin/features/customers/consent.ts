import type { components } from '@/api/schema.gen';

export type State = components['schemas']['PrivacyState'];
export type ConsentText = components['schemas']['PrivacyText'];

export const channels = ['sms', 'wechat', 'wecom', 'email', 'phone'] as const;
/** Purposes that are agreed to for each channel; the others are agreed to once. */
export const byChannel = ['marketing', 'service'] as const;
export const once = ['membership', 'profiling'] as const;

export type Channel = (typeof channels)[number] | '';
export type Purpose = (typeof byChannel)[number] | (typeof once)[number];
export type Place = { purpose: Purpose; channel: Channel };

/** Where a customer stands on one purpose and channel; undefined is silence, which is no consent. */
export function stateAt(states: State[], { purpose, channel }: Place): State | undefined {
  return states.find((state) => state.purpose === purpose && state.channel === channel);
}

/** The text to agree to: the latest for the channel, else the latest for every channel. */
export function textFor(texts: ConsentText[], { purpose, channel }: Place): ConsentText | undefined {
  const latest = (of: string) =>
    texts
      .filter((text) => text.purpose === purpose && text.channel === of)
      .sort((a, b) => b.version - a.version)[0];
  return latest(channel) ?? latest('');
}
