import type { Rule, Test } from './model';

/** Where a new segment begins with a name and a rule, and the preset that both are from. */
export const beginWith = (name: string, rule: Rule, preset?: string) => ({
  to: '/segments/new' as const,
  search: { ...(name && { name }), rule: JSON.stringify(rule), ...(preset && { preset }) } as never,
});

/** The rule that every test holds; none of no tests. */
export function allOf(tests: Rule[]): Rule | undefined {
  return tests.length > 1 ? { all: tests } : tests[0];
}

/** That what has names is one of them. */
export const oneIs = (field: string, choice: string): Test => ({ field, op: 'in', choices: [choice] });

/** That somebody went from one stage of her life with the shop to another in the last so many days. */
export const hasMoved = (from: string, to: string, days: number): Test => ({
  field: 'stage_moves',
  op: 'gte',
  number: 1,
  within: { days },
  where: { from_stages: [from], to_stages: [to] },
});

/** That somebody is in a cell of the RFM map, such as 543. */
export const inCell = (cell: string): Rule[] =>
  ['r', 'f', 'm'].map((score, i) => ({ field: `rfm.${score}`, op: 'eq', number: Number(cell[i]) }));
