import { fieldMessage } from '@/api/problem';
import { t, tMaybe } from '@/shared/i18n/t';
import type { Tone } from '@/shared/ui/TagPill';
import type { Fault, State } from './model';

export const fieldName = (field: string) => tMaybe(`imports.field.${field}`) ?? field;

export function faultText(fault: Fault): string {
  return tMaybe(`imports.fault.${fault.code}`) ?? fieldMessage({ path: fault.field ?? '', ...fault });
}

/** Why an import failed. */
export const failureText = (code: string) => tMaybe(`errors.${code}`) ?? t('errors.unknown');

export const stateTone: Record<State, Tone> = {
  uploaded: 'info',
  previewed: 'info',
  running: 'accent',
  done: 'good',
  cancelled: 'warn',
  failed: 'bad',
  undoing: 'accent',
  undone: 'plain',
};

export function bytes(n: number): string {
  if (n >= 1 << 20) return `${(n / (1 << 20)).toFixed(1)} MB`;
  return `${Math.max(1, Math.round(n / 1024))} KB`;
}
