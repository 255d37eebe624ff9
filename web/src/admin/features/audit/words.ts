import { tMaybe } from '@/shared/i18n/t';

/** What was done, in words; an action without words stands for itself. */
export function actionName(action: string): string {
  return tMaybe(`audit.action.${action}`) ?? action;
}

/** What a value is called. */
export function fieldName(field: string): string {
  return tMaybe(`audit.field.${field}`) ?? field;
}

const prefixes = [
  'stf',
  'shp',
  'key',
  'cus',
  'ord',
  'job',
  'ses',
  'imp',
  'mrg',
  'tag',
  'tgr',
  'fact',
] as const;

/** What kind of thing an identifier names. */
export function subjectKind(subject: string): string | undefined {
  const prefix = prefixes.find((known) => subject.startsWith(`${known}_`));
  return tMaybe(`audit.subject.${prefix ?? subject}`);
}
