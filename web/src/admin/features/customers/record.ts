import type { components } from '@/api/schema.gen';
import { daysBetween, shopToday } from '@/shared/days';
import { count, dayText } from '@/shared/format';
import { nameIn, t, tMaybe } from '@/shared/i18n/t';
import { relativeDay } from './days';
import { word } from './words';

type Schemas = components['schemas'];
export type Profile = Schemas['CustomerProfile'];
export type Figures = Schemas['SegmentFigures'];
export type LifeDate = Schemas['CustomerLifeDate'];
export type AttributeValue = Schemas['CustomerAttributeValue'];
export type Definition = Schemas['CustomerDefinition'];
export type Setting = Schemas['CustomerAttributeSetting'];
export type Pack = Schemas['CustomerPack'];

/** The value of an attribute in words. */
export function attributeText(a: AttributeValue): string {
  if (a.choices) return a.choices.map(nameIn).join(t('customers.comma'));
  if (a.number !== undefined) return count(a.number);
  if (a.bool !== undefined) return a.bool ? t('common.yes') : t('common.no');
  if (a.day) return dayText(a.day);
  return a.text ?? '';
}

/** Attributes by the pack they came with, in the order of the packs; the shop's own last. */
export function byPack<T extends { code: string }>(
  attributes: T[],
  definitions: Definition[],
  packs: Pack[],
): { name: string; attributes: T[] }[] {
  const packOf = new Map(definitions.map((d) => [d.code, d.pack]));
  const groups = packs.map((pack) => ({
    name: nameIn(pack),
    attributes: attributes.filter((a) => packOf.get(a.code) === pack.code),
  }));
  const known = new Set(packs.map((pack) => pack.code));
  const own = attributes.filter((a) => !known.has(packOf.get(a.code) ?? ''));
  return [...groups, { name: t('customers.ownAttributes'), attributes: own }].filter(
    (group) => group.attributes.length > 0,
  );
}

/** What a form of attributes holds, by code. */
export type AttributeForm = Record<string, string | number | boolean | string[] | null | undefined>;

/** The values as a form shows them. */
export function formOf(values: AttributeValue[], definitions: Definition[]): AttributeForm {
  const form: AttributeForm = {};
  for (const d of definitions) {
    const value = values.find((v) => v.code === d.code);
    if (!value) continue;
    const codes = value.choices?.map((choice) => choice.code);
    form[d.code] = codes
      ? d.multiple
        ? codes
        : codes[0]
      : (value.number ?? value.bool ?? value.day ?? value.text);
  }
  return form;
}

/** The settings for what was changed in a form; what was emptied is cleared. */
export function settingsOf(
  before: AttributeForm,
  after: AttributeForm,
  definitions: Definition[],
): Setting[] {
  return definitions
    .filter((d) => JSON.stringify(filled(before[d.code])) !== JSON.stringify(filled(after[d.code])))
    .map((d) => ({ code: d.code, ...settingOf(d, filled(after[d.code])) }));
}

function filled(value: AttributeForm[string]): AttributeForm[string] {
  if (value === '' || value === undefined || (Array.isArray(value) && value.length === 0)) return null;
  return value;
}

function settingOf(d: Definition, value: AttributeForm[string]): Omit<Setting, 'code'> {
  if (value === null || value === undefined) return {};
  switch (d.kind) {
    case 'choice':
      return { choices: Array.isArray(value) ? value : [String(value)] };
    case 'number':
      return { number: Number(value) };
    case 'bool':
      return { bool: value === true };
    case 'day':
      return { day: String(value) };
    default:
      return { text: String(value).trim() };
  }
}

/** A piece of advice: what to do with this customer next. */
export type Step = { key: string; text: string; urgent: boolean };

const soonDays = 30;
const urgentDays = 7;
const lateFactor = 1.5;

/** What the numbers and dates of a customer suggest, the most urgent first. */
export function nextSteps(profile: Profile, f: Figures | undefined, today = shopToday()): Step[] {
  const steps: Step[] = [...dateSteps(profile, today), ...(f ? stageSteps(f, today) : [])];
  return steps.sort((a, b) => Number(b.urgent) - Number(a.urgent));
}

function dateSteps(profile: Profile, today: string): Step[] {
  return profile.life_dates.flatMap((d) => {
    const days = d.next_on ? daysBetween(today, d.next_on) : undefined;
    if (days === undefined || days > soonDays) return [];
    const kind = word('date', d.kind);
    const what = d.label ? t('customers.labelled', { what: kind, label: d.label }) : kind;
    const text = t('customers.step.date', { what, when: relativeDay(d.next_on ?? today, today) });
    return [{ key: d.id, text, urgent: days <= urgentDays }];
  });
}

function stageSteps(f: Figures, today: string): Step[] {
  if (f.order_count === 0) return [{ key: 'lead', text: t('customers.step.lead'), urgent: false }];
  const steps: Step[] = [];
  const since = f.last_order_on ? daysBetween(f.last_order_on, today) : 0;
  const usual = f.interval_days ?? 0;
  const fading = f.stage === 'new' || f.stage === 'active';
  if (fading && usual > 0 && since > usual * lateFactor) {
    steps.push({ key: 'late', text: t('customers.step.late', { usual, since }), urgent: true });
  }
  const days = f.next_stage_in_days;
  if (f.next_stage && days !== undefined) {
    const stage = tMaybe(`ui.stage.${f.next_stage}`) ?? f.next_stage;
    steps.push({
      key: 'stage',
      text: t('customers.step.stage', { count: days, stage }),
      urgent: days <= soonDays,
    });
  }
  if (f.stage === 'lost')
    steps.push({ key: 'lost', text: t('customers.step.lost', { count: since }), urgent: false });
  return steps;
}
