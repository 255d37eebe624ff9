import { useQueryClient } from '@tanstack/react-query';
import { useBlocker, useNavigate, useParams } from '@tanstack/react-router';
import { App, Button, Input } from 'antd';
import { useMemo, useState } from 'react';
import { $api, ifMatch } from '@/api/client';
import { ApiError, fieldMessage } from '@/api/problem';
import { t } from '@/shared/i18n/t';
import { CardsSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { Live } from './Live';
import { type Fields, finishedRule, type Group, newGroup, nodeOf, pathsOf, type Row } from './model';
import { RuleTree } from './RuleTree';
import { Sentence } from './Sentence';
import { StrategyFields } from './StrategyFields';
import styles from './segments.module.css';
import { useLive } from './useLive';

/** A new segment. */
export function NewSegmentPage() {
  const fields = $api.useQuery('get', '/v1/segments/fields');
  return (
    <QueryState query={fields} skeleton={<Waiting title={t('segments.new')} />}>
      {(all) => <Editor fields={all} />}
    </QueryState>
  );
}

/** A segment that is there. */
export function EditSegmentPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const fields = $api.useQuery('get', '/v1/segments/fields');
  const segment = $api.useQuery('get', '/v1/segments/{id}', { params: { path: { id } } });
  return (
    <QueryState query={segment} skeleton={<Waiting title={t('segments.edit')} />}>
      {(row) => (
        <QueryState query={fields} skeleton={<Waiting title={row.name} />}>
          {(all) => <Editor key={row.version} fields={all} row={row} />}
        </QueryState>
      )}
    </QueryState>
  );
}

function Waiting({ title }: { title: string }) {
  return (
    <Page title={title}>
      <CardsSkeleton cards={2} />
    </Page>
  );
}

function Editor({ fields, row }: { fields: Fields; row?: Row }) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { modal, message } = App.useApp();
  const [name, setName] = useState(row?.name ?? '');
  const [root, setRoot] = useState<Group>(() => (row ? nodeOf(row.rule) : newGroup('all', [])));
  const [strategy, setStrategy] = useState(row?.strategy ?? {});
  const [changed, setChanged] = useState(false);
  const rule = useMemo(() => finishedRule(root), [root]);
  const live = useLive(rule);
  const create = $api.useMutation('post', '/v1/segments');
  const change = $api.useMutation('patch', '/v1/segments/{id}');
  const waiting = create.isPending || change.isPending;
  const faults = useMemo(() => faultsOf(root, live.error), [root, live.error]);
  const touch =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setChanged(true);
    };

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

  const save = async () => {
    if (!rule) return;
    const saved = row
      ? await change.mutateAsync({
          params: { path: { id: row.id }, header: ifMatch(row.version) },
          body: { name, rule, strategy },
        })
      : await create.mutateAsync({ body: { name, rule, strategy } });
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
      <div className={styles.editor}>
        <div className={styles.column}>
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
          <Panel title={t('segments.rule')}>
            <RuleTree root={root} fields={fields} faults={faults} onChange={touch(setRoot)} />
          </Panel>
          <Sentence
            sentence={live.data?.sentence}
            english={live.data?.sentence_en}
            onRule={(next) => touch(setRoot)(nodeOf(next))}
          />
          <Panel title={t('segments.strategy')} note={t('segments.strategy.note')}>
            <StrategyFields value={strategy} onChange={touch(setStrategy)} />
          </Panel>
        </div>
        <div className={styles.side}>
          <Live live={live} empty={!rule} />
        </div>
      </div>
    </Page>
  );
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
