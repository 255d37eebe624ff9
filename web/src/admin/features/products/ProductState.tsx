import { t } from '@/shared/i18n/t';
import { TagPill, type Tone } from '@/shared/ui/TagPill';
import type { Product } from './model';

const tones: Record<Product['state'], Tone> = { active: 'good', stub: 'warn', retired: 'plain' };

export function ProductState({ state }: { state: Product['state'] }) {
  return <TagPill tone={tones[state]}>{t(`products.state.${state}`)}</TagPill>;
}
