import { expect, test } from 'vitest';
import {
  type AttributeValue,
  attributeText,
  byPack,
  type Definition,
  type Figures,
  formOf,
  nextSteps,
  type Pack,
  type Profile,
  settingsOf,
} from './record';

const definition = (code: string, kind: string, more: Partial<Definition> = {}): Definition => ({
  id: `atr_${code}`,
  code,
  kind,
  name: code,
  group: 'preferences',
  options: [],
  active: true,
  position: 0,
  version: 1,
  ...more,
});
const value = (code: string, kind: string, more: Partial<AttributeValue>): AttributeValue => ({
  code,
  kind,
  name: code,
  group: 'preferences',
  source: 'clerk',
  set_at: '2026-11-24T00:00:00Z',
  ...more,
});

test('values in words', () => {
  const m = { code: 'm', name: '中码', name_en: 'M' };
  const l = { code: 'l', name: '大码' };
  expect(attributeText(value('size', 'choice', { choices: [m, l] }))).toBe('中码、大码');
  expect(attributeText(value('late', 'bool', { bool: false }))).toBe('否');
  expect(attributeText(value('height', 'number', { number: 165.5 }))).toBe('165.5');
});

test('attributes are shown by pack, the own ones last', () => {
  const packs = [{ code: 'clothing', name: '服装' }] as Pack[];
  const definitions = [definition('own', 'text'), definition('clothing.fit', 'text', { pack: 'clothing' })];
  const groups = byPack([{ code: 'own' }, { code: 'clothing.fit' }], definitions, packs);
  expect(groups.map((group) => group.name)).toEqual(['服装', '其他']);
});

test('only what was changed is sent, and what was emptied is cleared', () => {
  const definitions = [
    definition('style', 'choice', { multiple: true }),
    definition('fit', 'choice'),
    definition('shoe', 'number'),
    definition('colour', 'text'),
    definition('late', 'bool'),
  ];
  const before = formOf(
    [
      value('style', 'choice', { choices: [{ code: 'retro', name: '复古' }] }),
      value('fit', 'choice', { choices: [{ code: 'petite', name: '小码' }] }),
      value('shoe', 'number', { number: 37 }),
    ],
    definitions,
  );
  expect(before).toEqual({ style: ['retro'], fit: 'petite', shoe: 37 });
  const after = { style: [], fit: 'large', shoe: 37, colour: ' ', late: false };
  expect(settingsOf(before, after, definitions)).toEqual([
    { code: 'style' },
    { code: 'fit', choices: ['large'] },
    { code: 'colour', text: '' },
    { code: 'late', bool: false },
  ]);
});

const profile = (next_on?: string) =>
  ({
    life_dates: next_on ? [{ id: 'lfd_1', kind: 'birthday', next_on }] : [],
  }) as unknown as Profile;
const figures = (more: Partial<Figures>) =>
  ({
    order_count: 6,
    stage: 'active',
    last_order_on: '2026-10-01',
    interval_days: 27,
    ...more,
  }) as unknown as Figures;

test('a birthday that comes soon is told, one that is far is not', () => {
  expect(nextSteps(profile('2026-11-29'), undefined, '2026-11-24')).toEqual([
    { key: 'lfd_1', text: '5 天后生日', urgent: true },
  ]);
  expect(nextSteps(profile('2027-03-22'), undefined, '2026-11-24')).toEqual([]);
  expect(nextSteps(profile('2026-11-24'), undefined, '2026-11-24')[0]?.text).toContain('今天');
});

test('who is later than usual comes first', () => {
  const steps = nextSteps(
    profile('2026-12-20'),
    figures({ next_stage: 'dormant', next_stage_in_days: 60 }),
    '2026-11-24',
  );
  expect(steps.map((step) => step.key)).toEqual(['late', 'lfd_1', 'stage']);
  expect(steps[0]?.text).toContain('54');
});

test('who never bought and who is lost are told apart', () => {
  expect(nextSteps(profile(), figures({ order_count: 0, stage: 'lead' }))[0]?.key).toBe('lead');
  expect(nextSteps(profile(), figures({ stage: 'lost' }), '2026-11-24')[0]?.key).toBe('lost');
});
