import { useBlocker } from '@tanstack/react-router';
import { App } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import { ApiError, fieldMessage } from '@/api/problem';
import { t } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import { Live } from './Live';
import { type Fields, finishedRule, type Group, newGroup, nodeOf, pathsOf, type Rule } from './model';
import { RuleTree } from './RuleTree';
import { Sentence } from './Sentence';
import styles from './segments.module.css';
import { useLive } from './useLive';

/** A rule while it is edited: its tree, what it says so far, whom that admits and what is wrong with it. */
export function useRule(start: Rule | undefined) {
  const [root, setRoot] = useState<Group>(() => (start ? nodeOf(start) : newGroup('all', [])));
  const rule = useMemo(() => finishedRule(root), [root]);
  const live = useLive(rule);
  const faults = useMemo(() => faultsOf(root, live.error), [root, live.error]);
  return { root, setRoot, rule, live, faults };
}

type Props = {
  editing: ReturnType<typeof useRule>;
  fields: Fields;
  title: string;
  /** Called with the new tree, which is to be set. */
  onChange: (root: Group) => void;
  /** Above the rule: what it is for. */
  head: ReactNode;
  /** Below the rule. */
  foot?: ReactNode;
};

/** The editor of a rule as tree and as sentence, beside it whom it admits. */
export function RuleEditor({ editing, fields, title, onChange, head, foot }: Props) {
  const { root, rule, live, faults } = editing;
  return (
    <div className={styles.editor}>
      <div className={styles.column}>
        {head}
        <Panel title={title}>
          <RuleTree root={root} fields={fields} faults={faults} onChange={onChange} />
        </Panel>
        <Sentence
          sentence={live.data?.sentence}
          english={live.data?.sentence_en}
          onRule={(next) => onChange(nodeOf(next))}
        />
        {foot}
      </div>
      <div className={styles.side}>
        <Live live={live} empty={!rule} />
      </div>
    </div>
  );
}

/** Asks before a page is left on which something was changed and not saved. */
export function useGuard(changed: boolean, waiting: boolean) {
  const { modal } = App.useApp();
  useBlocker({
    shouldBlockFn: async () => {
      if (!changed || waiting) return false;
      return !(await modal.confirm({
        title: t('segments.leave'),
        content: t('segments.leave.hint'),
        okText: t('segments.leave.ok'),
      }));
    },
    enableBeforeUnload: changed,
  });
}

/** What the server says of each test, by the key of its node. */
function faultsOf(root: Group, error: unknown): Map<number, string[]> {
  const faults = new Map<number, string[]>();
  if (!(error instanceof ApiError)) return faults;
  const fields = error.fields.map((one) => ({ ...one, path: one.path.replace(/^(body\.)?(rule\.?)?/, '') }));
  for (const [key, path] of pathsOf(root)) {
    const own = fields.filter((one) => {
      const rest = one.path.startsWith(path) ? one.path.slice(path.length).replace(/^\./, '') : undefined;
      return rest !== undefined && !/^(all|any)\[|^not(\.|$)/.test(rest);
    });
    if (own.length > 0) faults.set(key, own.map(fieldMessage));
  }
  return faults;
}
