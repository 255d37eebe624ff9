import { expect, test } from 'vitest';
import {
  copyOf,
  type Field,
  finishedRule,
  fitting,
  isGroup,
  type Leaf,
  madeFrom,
  move,
  newGroup,
  newLeaf,
  nodeOf,
  opsOf,
  pathsOf,
  type Row,
  type Rule,
  replace,
  ruleFrom,
  ruleOf,
  sameRule,
} from './model';
import { testAt } from './words';

const recent: Rule = { field: 'orders.last_days', op: 'lte', number: 30 };
const often: Rule = { field: 'orders.count', op: 'gte', number: 5, within: { days: 180 } };
const tagged: Rule = { field: 'tag', op: 'any', choices: ['tag_1'] };

test.each<[string, Rule]>([
  ['a test', recent],
  ['all', { all: [recent, often] }],
  ['any within all', { all: [recent, { any: [often, tagged] }] }],
  ['not a test', { not: recent }],
  ['not a group', { all: [recent, { not: { any: [often, tagged] } }] }],
  ['not not', { not: { not: recent } }],
  ['deep', { any: [{ all: [{ any: [{ all: [recent, often] }, tagged] }, often] }, tagged] }],
])('%s comes back as it was', (_, rule) => {
  expect(ruleOf(nodeOf(rule))).toEqual(rule);
});

test('empty groups vanish and groups of one are what they hold', () => {
  expect(ruleOf(newGroup('all', []))).toBeUndefined();
  expect(ruleOf(newGroup('any', [newGroup('all', []), newLeaf(recent)]))).toEqual(recent);
});

test('paths are those of the rule that is sent', () => {
  const root = nodeOf({ all: [recent, { not: { any: [often, tagged] } }] });
  const [first, group] = root.items;
  const paths = pathsOf(root);
  expect(paths.get(first?.key ?? 0)).toBe('all[0]');
  if (!group || !isGroup(group)) throw new Error('no group');
  expect(paths.get(group.items[1]?.key ?? 0)).toBe('all[1].not.any[1]');
  const single = nodeOf(recent);
  expect(pathsOf(single).get(single.items[0]?.key ?? 0)).toBe('');
});

test('nodes are replaced, removed and moved', () => {
  const root = nodeOf({ all: [recent, { any: [often, tagged] }] });
  const [first, second] = root.items;
  const gone = replace(root, first?.key ?? 0, () => undefined);
  expect(ruleOf(gone)).toEqual({ any: [often, tagged] });
  const other = replace(root, first?.key ?? 0, (node) => ({ ...(node as Leaf), test: tagged }));
  expect(ruleOf(other)).toEqual({ all: [tagged, { any: [often, tagged] }] });
  expect(ruleOf(move(root, second?.key ?? 0, -1))).toEqual({ all: [{ any: [often, tagged] }, recent] });
  expect(move(root, first?.key ?? 0, -1)).toEqual(root);
});

test('a copy has keys of its own', () => {
  const root = nodeOf({ all: [recent, often] });
  const copy = copyOf(root);
  const keys = new Set([...pathsOf(root).keys(), ...pathsOf(copy as typeof root).keys()]);
  expect(keys.size).toBe(6);
  expect(ruleOf(copy)).toEqual(ruleOf(root));
});

const days: Field = {
  code: 'birthday.days',
  name: '',
  name_en: '',
  group: 'dates',
  kind: 'number',
  ops: ['gte', 'lte', 'between'],
};

test('a comparison takes what it needs and drops the rest', () => {
  expect(fitting({ field: 'birthday.days', op: 'between', number: 7 }, days)).toEqual({
    field: 'birthday.days',
    op: 'between',
    number: 7,
    up_to: 7,
  });
  expect(fitting({ field: 'birthday.days', op: 'lte', number: 7, up_to: 9, choices: ['x'] }, days)).toEqual({
    field: 'birthday.days',
    op: 'lte',
    number: 7,
  });
  expect(opsOf(days)).toEqual(['lte', 'between']);
});

test('a test is found by its path', () => {
  const rule: Rule = { all: [recent, { not: { any: [often, tagged] } }] };
  expect(testAt(rule, 'all[1].not.any[1]')).toEqual(tagged);
  expect(testAt(recent, '')).toEqual(recent);
});

test('unfinished tests are not sent', () => {
  const root = nodeOf({ all: [recent, { field: 'tag', op: 'any', choices: [] }] });
  expect(finishedRule(root)).toEqual(recent);
});

test('an address holds a rule as JSON, or none', () => {
  expect(ruleFrom(JSON.stringify(tagged))).toEqual(tagged);
  for (const text of [undefined, '', '7', 'null', '{"all":', '{"all":7}', '{"any":[null]}'])
    expect(ruleFrom(text)).toBeUndefined();
});

test('the segment that was made from a preset is found, unless it was put away', () => {
  const row = (name: string, preset: string, archived = false) => ({ name, preset, archived }) as Row;
  const rows = [row('own', ''), row('old', 'vip', true), row('first', 'vip'), row('second', 'vip')];
  expect(madeFrom(rows, 'vip')?.name).toBe('first');
  expect(madeFrom(rows, 'dormant')).toBeUndefined();
});

test('a rule that came back from the editor unchanged is the same', () => {
  const rule: Rule = { all: [recent, { not: { any: [often, tagged] } }] };
  expect(sameRule(ruleOf(nodeOf(rule)) as Rule, rule)).toBe(true);
  expect(sameRule({ ...recent, number: 31 }, recent)).toBe(false);
});
