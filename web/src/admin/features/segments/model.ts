import type { components } from '@/api/schema.gen';

export type Rule = components['schemas']['SegmentRule'];
export type Test = components['schemas']['SegmentTest'];
export type Field = components['schemas']['SegmentField'];
export type Fields = components['schemas']['SegmentFields'];
export type Row = components['schemas']['SegmentRow'];
export type Strategy = components['schemas']['SegmentStrategy'];
export type Window = components['schemas']['SegmentWindow'];
export type Where = components['schemas']['SegmentWhere'];
export type Op = NonNullable<Test['op']>;

/** A place in the editor: one test, or a group of nodes. The key stays while the node is edited. */
export type Node = Leaf | Group;
export type Leaf = { key: number; test: Test };
export type Group = { key: number; join: 'all' | 'any'; not: boolean; items: Node[] };

export const isGroup = (node: Node): node is Group => 'items' in node;

let lastKey = 0;
const newKey = () => ++lastKey;

export const newLeaf = (test: Test): Leaf => ({ key: newKey(), test });
export const newGroup = (join: 'all' | 'any', items: Node[], not = false): Group => ({
  key: newKey(),
  join,
  not,
  items,
});

/** The editor's tree of a rule; its root is a group, so that a test can be added. */
export function nodeOf(rule: Rule): Group {
  const node = read(rule);
  return isGroup(node) ? node : newGroup('all', [node]);
}

function read(rule: Rule): Node {
  if (rule.all) return newGroup('all', rule.all.map(read));
  if (rule.any) return newGroup('any', rule.any.map(read));
  if (rule.not) {
    const node = read(rule.not);
    return isGroup(node) && !node.not ? { ...node, not: true } : newGroup('all', [node], true);
  }
  return newLeaf(rule);
}

/** The rule of the tree, without groups that are empty or hold one node only; undefined if nothing is left. */
export function ruleOf(node: Node): Rule | undefined {
  if (!isGroup(node)) return node.test;
  const items = node.items.map(ruleOf).filter((rule): rule is Rule => rule !== undefined);
  const [first] = items;
  if (!first) return undefined;
  const inner = items.length === 1 ? first : node.join === 'all' ? { all: items } : { any: items };
  return node.not ? { not: inner } : inner;
}

/** The rule that an address holds as JSON; undefined if it is none. The server judges what it says. */
export function ruleFrom(text: string | undefined): Rule | undefined {
  try {
    const rule = JSON.parse(text ?? '');
    nodeOf(rule); // Fails where the rule is none.
    return typeof rule === 'object' ? rule : undefined;
  } catch {
    return undefined;
  }
}

/** The segment in use that was made from a preset; the first by name of several. */
export const madeFrom = (segments: Row[], preset: string): Row | undefined =>
  segments.find((row) => row.preset === preset && !row.archived);

/** Whether two rules, as the server writes them, are the same. */
export const sameRule = (a: Rule, b: Rule): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Where each node stands in the rule, as the server names it: `all[0].any[1]`. */
export function pathsOf(root: Group): Map<number, string> {
  const paths = new Map<number, string>();
  const walk = (node: Node, path: string): void => {
    paths.set(node.key, path);
    if (!isGroup(node)) return;
    const filled = node.items.filter((item) => ruleOf(item) !== undefined);
    const inner = node.not ? join(path, 'not') : path;
    for (const [i, item] of filled.entries()) {
      walk(item, filled.length === 1 ? inner : join(inner, `${node.join}[${i}]`));
    }
  };
  walk(root, '');
  return paths;
}

const join = (path: string, next: string) => (path ? `${path}.${next}` : next);

/** The tree with one node made another; without it where change gives undefined. */
export function replace(root: Group, key: number, change: (node: Node) => Node | undefined): Group {
  const walk = (node: Node): Node | undefined => {
    if (node.key === key) return change(node);
    if (!isGroup(node)) return node;
    const items = node.items.map(walk).filter((item): item is Node => item !== undefined);
    return { ...node, items };
  };
  return walk(root) as Group;
}

/** The tree with a node moved among its neighbours by a step. */
export function move(root: Group, key: number, step: -1 | 1): Group {
  const walk = (group: Group): Group => {
    const at = group.items.findIndex((item) => item.key === key);
    const to = at + step;
    const items = group.items.map((item) => (isGroup(item) ? walk(item) : item));
    if (at < 0 || to < 0 || to >= items.length) return { ...group, items };
    const [moved] = items.splice(at, 1);
    if (moved) items.splice(to, 0, moved);
    return { ...group, items };
  };
  return walk(root);
}

/** A copy with keys of its own. */
export function copyOf(node: Node): Node {
  return isGroup(node) ? { ...node, key: newKey(), items: node.items.map(copyOf) } : newLeaf(node.test);
}

/** How deep groups stand in each other; the server takes eight. */
export const deepest = 8;

const withoutNumber: Op[] = ['known', 'unknown', 'yes', 'no'];
const withChoices: Op[] = ['in', 'not_in', 'contains', 'any', 'all', 'none', 'since', 'until'];

export const takesNumber = (field: Field, op: Op) => field.kind === 'number' && !withoutNumber.includes(op);
export const takesChoices = (op: Op) => withChoices.includes(op);

/** The days of a year that comes again are compared by few words only. */
const dateFields = ['birthday.days', 'wedding.days', 'child_birthday.days'];

export function opsOf(field: Field): Op[] {
  const ops = field.ops as Op[];
  return dateFields.includes(field.code) ? ops.filter((op) => !['gt', 'gte', 'ne'].includes(op)) : ops;
}

/** A test of a field to begin with. */
export function startOf(field: Field): Test {
  return fitting({ field: field.code, op: opsOf(field)[0] }, field);
}

/** The test with what its comparison takes, and nothing else. */
export function fitting(test: Test, field: Field): Test {
  const op = test.op as Op;
  const { number, up_to, choices, ...rest } = test;
  if (takesNumber(field, op)) {
    const from = number ?? 0;
    return { ...rest, number: from, ...(op === 'between' && { up_to: Math.max(up_to ?? from, from) }) };
  }
  return takesChoices(op) ? { ...rest, choices: choices ?? [] } : rest;
}

/** Whether a test says something already; an unfinished one is not sent. */
export function finished(test: Test): boolean {
  return !takesChoices(test.op as Op) || (test.choices?.length ?? 0) > 0;
}

/** The rule without tests that are not finished. */
export function finishedRule(root: Group): Rule | undefined {
  const walk = (node: Node): Node =>
    isGroup(node)
      ? { ...node, items: node.items.filter((item) => isGroup(item) || finished(item.test)).map(walk) }
      : node;
  return ruleOf(walk(root));
}
