import { ArrowRightOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { PutAway } from '@/admin/features/segments/PutAway';
import { sentenceIn } from '@/admin/features/segments/words';
import { $api, ifMatch } from '@/api/client';
import { useCan } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { ConfirmDanger } from '@/shared/ui/ConfirmDanger';
import { EmptyState } from '@/shared/ui/EmptyState';
import { CardsSkeleton } from '@/shared/ui/Loading';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { TagPill } from '@/shared/ui/TagPill';
import { TimeAgo } from '@/shared/ui/TimeAgo';
import type { Tag, TagRule } from './model';
import styles from './tags.module.css';

/** An undo that is at work: of which rule, and how many had its tag. */
type Undoing = { id: string; name: string; tagged: number };

const watchMs = 1000;

/** The rules that give tags. */
export function Rules({ create }: { create: ReactNode }) {
  const navigate = useNavigate();
  const [undoing, setUndoing] = useState<Undoing>();
  const library = $api.useQuery('get', '/v1/tags', { params: { query: { counts: true } } });
  const rules = $api.useQuery('get', '/v1/tag_rules', undefined, {
    refetchInterval: ({ state }) =>
      undoing || state.data?.items.some(({ settling }) => settling) ? watchMs : false,
  });
  useUndone(undoing, rules.data?.items, () => setUndoing(undefined));
  const tagOf = (rule: TagRule) => library.data?.items.find(({ id }) => id === rule.tag_id);
  return (
    <QueryState query={rules} skeleton={<CardsSkeleton cards={3} />}>
      {({ items }) =>
        items.length === 0 ? (
          <Panel>
            <EmptyState
              drawing="list"
              action={
                create && (
                  <span className={styles.proposed}>
                    {create}
                    <Button
                      onClick={() => void navigate({ to: '/tags/rules/new', search: { example: 'true' } })}
                    >
                      {t('tags.rule.example')}
                    </Button>
                  </span>
                )
              }
            >
              {t('tags.rule.intro')}
            </EmptyState>
          </Panel>
        ) : (
          <ul className={styles.rules}>
            {[...items]
              .sort((a, b) => Number(b.active) - Number(a.active) || b.tagged - a.tagged)
              .map((rule) => (
                <li key={rule.id}>
                  <RuleCard rule={rule} tag={tagOf(rule)} onUndo={setUndoing} />
                </li>
              ))}
          </ul>
        )
      }
    </QueryState>
  );
}

/** Tells how many tags an undo has taken off, once it is through. */
function useUndone(undoing: Undoing | undefined, rules: TagRule[] | undefined, done: () => void) {
  const { message } = App.useApp();
  const cache = useQueryClient();
  const rule = rules?.find(({ id }) => id === undoing?.id);
  const through = rule !== undefined && !rule.active && rule.tagged === 0;
  useEffect(() => {
    if (!undoing || !through) return;
    message.success(t('tags.rule.undone', { count: undoing.tagged, name: undoing.name }));
    void cache.invalidateQueries();
    done();
  }, [undoing, through, message, cache, done]);
}

type CardProps = { rule: TagRule; tag: Tag | undefined; onUndo: (undoing: Undoing) => void };

function RuleCard({ rule, tag, onUndo }: CardProps) {
  const mayRule = useCan('segments.manage');
  const name = tag?.name ?? '…';
  const state = rule.settling ? 'settling' : rule.active ? 'active' : 'paused';
  return (
    <Panel label={t('tags.rule.of', { name })} className={rule.active ? undefined : styles.paused}>
      <div className={styles.ruleBody}>
        <p className={styles.says}>
          <span>{sentenceIn(rule)}</span>
          <ArrowRightOutlined aria-label={t('tags.rule.gives')} />
          <TagPill tone="brand" title={name}>
            {name}
          </TagPill>
        </p>
        <dl className={styles.facts}>
          <Fact label={t('tags.rule.tagged')}>{t('tags.people', { count: rule.tagged })}</Fact>
          <Fact label={t('tags.rule.lastRun')}>
            {rule.last_run_at ? <TimeAgo at={rule.last_run_at} /> : '—'}
          </Fact>
          <Fact label={t('tags.rule.mode')}>{t(`tags.mode.${rule.mode}`)}</Fact>
          <Fact label={t('tags.confidence')}>{rule.confidence}%</Fact>
          <Fact label={t('tags.rule.state')}>
            <span aria-live="polite">{t(`tags.rule.${state}`)}</span>
          </Fact>
        </dl>
        <PutAway fields={rule.put_away} />
        {mayRule && <RuleActs rule={rule} name={name} onUndo={onUndo} />}
      </div>
    </Panel>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

type ActsProps = { rule: TagRule; name: string; onUndo: (undoing: Undoing) => void };

function RuleActs({ rule, name, onUndo }: ActsProps) {
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { message } = App.useApp();
  const change = $api.useMutation('patch', '/v1/tag_rules/{id}');
  const undo = $api.useMutation('post', '/v1/tag_rules/{id}/undo', { meta: { quiet: true } });
  const turn = async () => {
    const active = !rule.active;
    await change.mutateAsync({
      params: { path: { id: rule.id }, header: ifMatch(rule.version) },
      body: { active },
    });
    await cache.invalidateQueries({ queryKey: ['get', '/v1/tag_rules'] });
    message.success(t(active ? 'tags.rule.resumed' : 'tags.rule.pausedNow', { name }));
  };
  const takeOff = async () => {
    await undo.mutateAsync({ params: { path: { id: rule.id } } });
    onUndo({ id: rule.id, name, tagged: rule.tagged });
    await cache.invalidateQueries({ queryKey: ['get', '/v1/tag_rules'] });
  };
  return (
    <div className={styles.acts}>
      <Button size="small" onClick={() => void navigate({ to: '/tags/rules/$id', params: { id: rule.id } })}>
        {t('common.edit')}
      </Button>
      <Button size="small" loading={change.isPending} onClick={() => void turn()}>
        {t(rule.active ? 'tags.rule.pause' : 'tags.rule.resume')}
      </Button>
      {(rule.active || rule.tagged > 0) && (
        <Button size="small" danger onClick={() => setAsking(true)}>
          {t('tags.rule.undo')}
        </Button>
      )}
      <ConfirmDanger
        open={asking}
        title={t('tags.rule.undo.title', { name })}
        action={t('tags.rule.undo.action', { count: rule.tagged })}
        onConfirm={takeOff}
        onClose={() => setAsking(false)}
      >
        {t('tags.rule.undo.body', { count: rule.tagged, name })}
      </ConfirmDanger>
    </div>
  );
}
