import { money } from '@/shared/format';
import { currentLanguage, nameIn, t, tMaybe } from '@/shared/i18n/t';
import type { Field, Fields, Op, Row, Rule, Test } from './model';

export const sentenceIn = (one: { sentence: string; sentence_en: string }) =>
  (currentLanguage() === 'en' && one.sentence_en) || one.sentence;

export const textIn = (one: { text: string; text_en: string }) =>
  (currentLanguage() === 'en' && one.text_en) || one.text;

/** The words for a comparison; numbers and sets say "all" and "any" differently. */
export const opName = (op: Op) => t(`segments.op.${op}`);

export const unitName = (field: Field) => (field.unit ? (tMaybe(`segments.unit.${field.unit}`) ?? '') : '');

export const groupName = (group: Field['group']) => t(`segments.fields.${group}`);

/** Hundredths of a percent as a ratio. */
export const ratio = (bp: number) => bp / 10_000;

export const shareOf = (row: Pick<Row, 'members' | 'of'>) => (row.of ? row.members / row.of : 0);

/** What a test compared, in the words and units of its field. */
export function shownValue(fields: Fields | undefined, test: Test | undefined, value: string): string {
  const field = fields?.fields.find(({ code }) => code === test?.field);
  if (!field) return value;
  if (field.unit === 'fen') return money(Math.round(Number(value)));
  if (field.unit) return `${value} ${unitName(field)}`;
  const option = field.options?.find(({ code }) => code === value);
  if (option) return nameIn(option);
  return (field.refers && fields?.names[field.refers]?.[value]) ?? value;
}

/** The test that stands at a path of a rule, such as `all[0].not`. */
export function testAt(rule: Rule, path: string): Rule | undefined {
  let at: Rule | undefined = rule;
  for (const step of path === '' ? [] : path.split('.')) {
    const [, name = step, index] = /^(all|any)\[(\d+)\]$/.exec(step) ?? [];
    at = name === 'not' ? at?.not : at?.[name as 'all' | 'any']?.[Number(index)];
  }
  return at;
}
