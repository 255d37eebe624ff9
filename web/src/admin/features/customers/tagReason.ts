/** The identifier of the rule that put a tag, which its reason begins with, and what else it says. */
export function ruleIn(reason: string): { id: string | undefined; words: string } {
  const [, id, words] = /^(tgr_\w+) (.*)$/s.exec(reason) ?? [];
  return { id, words: words ?? reason };
}
