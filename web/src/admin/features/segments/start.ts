import type { Rule } from './model';

/** Where a new segment begins with a name and a rule. */
export const beginWith = (name: string, rule: Rule) => ({
  to: '/segments/new' as const,
  search: { name, rule: JSON.stringify(rule) } as never,
});
