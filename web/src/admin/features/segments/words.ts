import { currentLanguage, t, tMaybe } from '@/shared/i18n/t';
import type { Field, Op, Row } from './model';

type Named = { name: string; name_en: string };

/** What has two names, in the language of the page. */
export const nameIn = (named: Named) => (currentLanguage() === 'en' && named.name_en) || named.name;

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
