import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { $api, ifMatch } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { CardsSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { textOf, useFilters } from '@/shared/useFilters';
import { MadeBefore } from './MadeBefore';
import { type Fields, type Row, type Rule, ruleFrom } from './model';
import { RuleEditor, useGuard, useRule } from './RuleEditor';
import { StrategyFields } from './StrategyFields';
import styles from './segments.module.css';

const parseStart = (raw: Record<string, unknown>) => ({
  name: textOf(raw.name),
  rule: ruleFrom(textOf(raw.rule)),
  preset: textOf(raw.preset),
});

/** A new segment; its address can give a name and a rule to begin with, and the preset that they are from. */
export function NewSegmentPage() {
  const { filters } = useFilters(parseStart);
  const fields = $api.useQuery('get', '/v1/segments/fields');
  return (
    <QueryState query={fields} title={t('segments.new')} skeleton={waiting}>
      {(all) => <Editor fields={all} start={{ ...filters, name: filters.name ?? '' }} />}
    </QueryState>
  );
}

/** A segment that is there. */
export function EditSegmentPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const fields = $api.useQuery('get', '/v1/segments/fields');
  const segment = $api.useQuery('get', '/v1/segments/{id}', { params: { path: { id } } });
  return (
    <QueryState query={segment} title={t('segments.edit')} skeleton={waiting}>
      {(row) => (
        <QueryState query={fields} title={row.name} skeleton={waiting}>
          {(all) => <Editor key={row.version} fields={all} start={row} row={row} />}
        </QueryState>
      )}
    </QueryState>
  );
}

const waiting = <CardsSkeleton cards={2} />;

type EditorProps = {
  fields: Fields;
  start: { name: string; rule: Rule | undefined; preset?: string | undefined };
  row?: Row;
};

function Editor({ fields, start, row }: EditorProps) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { message } = App.useApp();
  const [name, setName] = useState(start.name);
  const editing = useRule(start.rule);
  const [strategy, setStrategy] = useState(row?.strategy ?? {});
  const [changed, setChanged] = useState(false);
  const create = $api.useMutation('post', '/v1/segments');
  const change = $api.useMutation('patch', '/v1/segments/{id}');
  const waiting = create.isPending || change.isPending;
  const { rule, live } = editing;
  const touch =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setChanged(true);
    };

  useGuard(changed, waiting);

  const save = async () => {
    if (!rule) return;
    const saved = row
      ? await change.mutateAsync({
          params: { path: { id: row.id }, header: ifMatch(row.version) },
          body: { name, rule, strategy },
        })
      : await create.mutateAsync({
          body: { name, rule, strategy, ...(start.preset && { preset: start.preset }) },
        });
    setChanged(false);
    await cache.invalidateQueries();
    message.success(t('segments.saved', { name: saved.name }));
    await navigate({ to: '/segments/$id', params: { id: saved.id }, ignoreBlocker: true });
  };

  return (
    <Page
      title={row ? row.name : t('segments.new')}
      lead={t('segments.edit.lead')}
      actions={
        <Button
          type="primary"
          loading={waiting}
          disabled={!rule || name.trim() === '' || Boolean(live.error)}
          onClick={() => void save()}
        >
          {t('segments.save')}
        </Button>
      }
    >
      <RuleEditor
        editing={editing}
        fields={fields}
        title={t('segments.rule')}
        onChange={touch(editing.setRoot)}
        head={
          <>
            {!row && start.preset && <MadeBefore preset={start.preset} />}
            <Panel>
              <label className={styles.name} htmlFor="segment-name">
                <span>{t('segments.name')}</span>
                <Input
                  id="segment-name"
                  maxLength={60}
                  value={name}
                  placeholder={t('segments.name.hint')}
                  onChange={({ target }) => touch(setName)(target.value)}
                />
              </label>
            </Panel>
          </>
        }
        foot={
          <Panel title={t('segments.strategy')} note={t('segments.strategy.note')}>
            <StrategyFields value={strategy} onChange={touch(setStrategy)} />
          </Panel>
        }
      />
    </Page>
  );
}
