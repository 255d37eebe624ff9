import { t } from '@/shared/i18n/t';
import { TagPill, type Tone } from '@/shared/ui/TagPill';
import type { Listed } from './model';

const tones: Record<Listed['state'], Tone> = { paid: 'good', partly_refunded: 'warn', refunded: 'bad' };

export function OrderState({ state }: { state: Listed['state'] }) {
  return <TagPill tone={tones[state]}>{t(`orders.state.${state}`)}</TagPill>;
}
