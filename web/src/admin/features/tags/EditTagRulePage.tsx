import { PlusOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { App, Button, Form, Radio, Select, Slider } from 'antd';
import { useState } from 'react';
import { tagOptions } from '@/admin/features/customers/tagOptions';
import type { Fields, Rule } from '@/admin/features/segments/model';
import { RuleEditor, useGuard, useRule } from '@/admin/features/segments/RuleEditor';
import { NotFound } from '@/admin/shell/NotFound';
import { $api, ifMatch } from '@/api/client';
import { useCan } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { CardsSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { oneOf, useFilters } from '@/shared/useFilters';
import type { Tag, TagRule } from './model';
import { TagForm } from './TagForm';
import styles from './tags.module.css';

/** Who has bought maternity wear is a mother: the rule that an empty page proposes. */
const example: { tag: string; rule: Rule } = {
  tag: '宝妈',
  rule: {
    field: 'orders.count',
    op: 'gte',
    number: 1,
    within: { days: 180 },
    where: { categories: ['孕妇装'] },
  },
};

const parseStart = (raw: Record<string, unknown>) => ({ example: oneOf(raw.example, ['true'] as const) });

/** A new rule that gives a tag. */
export function NewTagRulePage() {
  const { filters } = useFilters(parseStart);
  return (
    <Loaded title={t('tags.rule.create')}>
      {(all) => {
        const proposed = all.tags.find(({ name, archived }) => name === example.tag && !archived);
        const start = filters.example && { rule: example.rule, tag_id: proposed?.id };
        return <Editor {...all} start={start || {}} proposed={filters.example ? example.tag : ''} />;
      }}
    </Loaded>
  );
}

/** A rule that is there. */
export function EditTagRulePage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  return (
    <Loaded title={t('tags.rule.edit')}>
      {(all) => {
        const row = all.rules.find((rule) => rule.id === id);
        return row ? <Editor key={row.version} {...all} start={row} row={row} /> : <NotFound />;
      }}
    </Loaded>
  );
}

type All = { fields: Fields; tags: Tag[]; rules: TagRule[] };

function Loaded({ title, children }: { title: string; children: (all: All) => React.ReactNode }) {
  const fields = $api.useQuery('get', '/v1/segments/fields');
  const tags = $api.useQuery('get', '/v1/tags');
  const rules = $api.useQuery('get', '/v1/tag_rules');
  const head = { title, skeleton: <CardsSkeleton cards={2} /> };
  return (
    <QueryState query={fields} {...head}>
      {(one) => (
        <QueryState query={tags} {...head}>
          {(two) => (
            <QueryState query={rules} {...head}>
              {(three) => children({ fields: one, tags: two.items, rules: three.items })}
            </QueryState>
          )}
        </QueryState>
      )}
    </QueryState>
  );
}

type Start = { rule?: Rule; tag_id?: string | undefined; mode?: TagRule['mode']; confidence?: number };

type EditorProps = All & { start: Start; row?: TagRule; proposed?: string };

function Editor({ fields, tags, rules, start, row, proposed = '' }: EditorProps) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { message } = App.useApp();
  const editing = useRule(start.rule);
  const [gift, setGift] = useState<Gift>({
    tag: start.tag_id,
    mode: start.mode ?? 'keep',
    confidence: start.confidence ?? 100,
  });
  const [changed, setChanged] = useState(false);
  const create = $api.useMutation('post', '/v1/tag_rules');
  const change = $api.useMutation('patch', '/v1/tag_rules/{id}');
  const waiting = create.isPending || change.isPending;
  const { rule, live } = editing;

  useGuard(changed, waiting);

  const save = async () => {
    const { tag, mode, confidence } = gift;
    if (!rule || !tag) return;
    await (row
      ? change.mutateAsync({
          params: { path: { id: row.id }, header: ifMatch(row.version) },
          body: { rule, mode, confidence },
        })
      : create.mutateAsync({ body: { tag_id: tag, rule, mode, confidence } }));
    setChanged(false);
    await cache.invalidateQueries();
    message.success(t('tags.rule.saved'));
    await navigate({ to: '/tags', search: { tab: 'rules' }, ignoreBlocker: true });
  };

  return (
    <Page
      title={t(row ? 'tags.rule.edit' : 'tags.rule.create')}
      lead={t('tags.rule.edit.lead')}
      back={
        <Link to="/tags" search={{ tab: 'rules' }}>
          {t('tags.tab.rules')}
        </Link>
      }
      actions={
        <Button
          type="primary"
          loading={waiting}
          disabled={!rule || !gift.tag || Boolean(live.error)}
          onClick={() => void save()}
        >
          {t('tags.rule.save')}
        </Button>
      }
    >
      <RuleEditor
        editing={editing}
        fields={fields}
        title={t('segments.rule')}
        onChange={(root) => {
          editing.setRoot(root);
          setChanged(true);
        }}
        head={
          <GiftFields
            gift={gift}
            tags={tags}
            rules={rules}
            fixed={row !== undefined}
            proposed={proposed}
            onChange={(part) => {
              setGift((before) => ({ ...before, ...part }));
              setChanged(true);
            }}
          />
        }
      />
    </Page>
  );
}

/** What the rule gives, and how. */
type Gift = { tag: string | undefined; mode: TagRule['mode']; confidence: number };

type GiftProps = {
  gift: Gift;
  tags: Tag[];
  rules: TagRule[];
  /** The tag of a rule stays the same. */
  fixed: boolean;
  /** The name of a tag that may have to be made first. */
  proposed: string;
  onChange: (part: Partial<Gift>) => void;
};

const modes = ['keep', 'add'] as const;

function GiftFields({ gift, tags, rules, fixed, proposed, onChange }: GiftProps) {
  const [creating, setCreating] = useState(false);
  const mayTag = useCan('tags.manage');
  const taken = new Set(rules.filter(({ active }) => active).map(({ tag_id }) => tag_id));
  const offered = tags.filter(({ id }) => id === gift.tag || !taken.has(id));
  return (
    <Panel title={t('tags.rule.gift')}>
      <Form layout="vertical" component="div" className={styles.gift ?? ''}>
        <Form.Item label={t('customers.tag')} htmlFor="rule-tag" extra={!fixed && t('tags.rule.tag.note')}>
          <div className={styles.pick}>
            <Select
              id="rule-tag"
              value={gift.tag}
              disabled={fixed}
              placeholder={t('tags.rule.tag.choose')}
              showSearch={{ optionFilterProp: 'label' }}
              options={tagOptions(offered)}
              onChange={(tag: string) => onChange({ tag })}
            />
            {!fixed && mayTag && (
              <Button icon={<PlusOutlined aria-hidden />} onClick={() => setCreating(true)}>
                {t('tags.create')}
              </Button>
            )}
          </div>
        </Form.Item>
        <Form.Item label={t('tags.rule.mode')}>
          <Radio.Group
            className={styles.choices ?? ''}
            aria-label={t('tags.rule.mode')}
            value={gift.mode}
            onChange={({ target }) => onChange({ mode: target.value })}
          >
            {modes.map((mode) => (
              <Radio key={mode} value={mode}>
                <b>{t(`tags.mode.${mode}`)}</b>{' '}
                <span className={styles.quiet}>{t(`tags.mode.hint.${mode}`)}</span>
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        <Form.Item label={t('tags.rule.sure', { percent: gift.confidence })}>
          <Slider
            ariaLabelForHandle={t('tags.confidence')}
            min={10}
            max={100}
            step={10}
            value={gift.confidence}
            tooltip={{ formatter: (value) => `${value}%` }}
            onChange={(confidence) => onChange({ confidence })}
          />
        </Form.Item>
      </Form>
      {creating && (
        <TagForm
          name={gift.tag ? '' : proposed}
          onDone={(tag) => onChange({ tag: tag.id })}
          onClose={() => setCreating(false)}
        />
      )}
    </Panel>
  );
}
