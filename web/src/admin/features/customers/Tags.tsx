import { PlusOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { App, Button, DatePicker, Form, Input, Popover, Select, Slider } from 'antd';
import type dayjs from 'dayjs';
import { useState } from 'react';
import { sentenceIn } from '@/admin/features/segments/words';
import { $api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useCan } from '@/api/session';
import { shopToday } from '@/shared/days';
import { dateTime } from '@/shared/format';
import { nameIn, t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import { Panel } from '@/shared/ui/Panel';
import { TagPill, type Tone } from '@/shared/ui/TagPill';
import { TimeAgo } from '@/shared/ui/TimeAgo';
import { useCustomerChanged } from './changed';
import styles from './profile.module.css';
import type { Profile } from './record';
import { tagOptions } from './tagOptions';
import { ruleIn } from './tagReason';
import { word } from './words';

type Tagging = components['schemas']['CustomerTagging'];

const axes: [axis: string, tone: Tone][] = [
  ['demography', 'info'],
  ['preference', 'brand'],
  ['lifecycle', 'accent'],
];

/** The tags on a customer, by axis. Each opens to where it came from; what is done can be undone. */
export function Tags({ profile }: { profile: Profile }) {
  const [adding, setAdding] = useState(false);
  const mayWrite = useCan('customers.write');
  const undoable = useUndoable(profile.id);
  return (
    <Panel
      title={t('customers.tags')}
      extra={
        mayWrite && (
          <Button
            className={styles.extra ?? ''}
            type="link"
            size="small"
            icon={<PlusOutlined aria-hidden />}
            onClick={() => setAdding(true)}
          >
            {t('customers.tag.add')}
          </Button>
        )
      }
    >
      {profile.tag_details.length === 0 && <p className={styles.quiet}>{t('customers.tags.none')}</p>}
      {axes.map(([axis, tone]) => {
        const tags = profile.tag_details.filter((tag) => tag.axis === axis);
        return (
          tags.length > 0 && (
            <div key={axis} className={styles.axis}>
              <span className={styles.groupName}>{word('axis', axis)}</span>
              <span className={styles.pills}>
                {tags.map((tag) => (
                  <Tag key={tag.id} tag={tag} tone={tone} customer={profile.id} said={undoable} />
                ))}
              </span>
            </div>
          )
        );
      })}
      {adding && <AddTag profile={profile} said={undoable} onClose={() => setAdding(false)} />}
    </Panel>
  );
}

/** Says what was done with a tag, with the way back. */
type Said = (words: string, tag: string) => void;

function useUndoable(customer: string): Said {
  const { message } = App.useApp();
  const changed = useCustomerChanged();
  const undo = $api.useMutation('post', '/v1/customers/{id}/tags/{tag_id}/undo');
  return (words, tag) => {
    const key = `tag ${tag}`;
    const back = async () => {
      message.destroy(key);
      changed(await undo.mutateAsync({ params: { path: { id: customer, tag_id: tag } } }));
    };
    void message.open({
      key,
      type: 'success',
      duration: 8,
      content: (
        <>
          {words}
          <Button type="link" size="small" onClick={() => void back()}>
            {t('common.undo')}
          </Button>
        </>
      ),
    });
  };
}

type TagProps = { tag: Tagging; tone: Tone; customer: string; said: Said };

function Tag({ tag, tone, customer, said }: TagProps) {
  const [open, setOpen] = useState(false);
  const mayWrite = useCan('customers.write');
  const changed = useCustomerChanged();
  const remove = $api.useMutation('delete', '/v1/customers/{id}/tags/{tag_id}');
  const takeOff = async () => {
    const done = await remove.mutateAsync({ params: { path: { id: customer, tag_id: tag.tag_id } } });
    setOpen(false);
    changed(done);
    said(t('customers.tag.removed', { name: nameIn(tag) }), tag.tag_id);
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      title={nameIn(tag)}
      content={
        <div className={styles.card}>
          <dl className={styles.pairs}>
            <Fact label={t('customers.tag.source')}>{word('source', tag.source)}</Fact>
            <Fact label={t('customers.tag.confidence')}>{tag.confidence}%</Fact>
            <Fact label={t('customers.tag.added')}>
              {tag.added_by_name && `${tag.added_by_name} · `}
              <TimeAgo at={tag.added_at} />
            </Fact>
            <Fact label={t('customers.tag.expires')}>
              {tag.expires_at ? dateTime(tag.expires_at) : t('customers.tag.stays')}
            </Fact>
            {tag.reason && <Reason reason={tag.reason} />}
          </dl>
          {mayWrite && (
            <Button size="small" danger loading={remove.isPending} onClick={() => void takeOff()}>
              {t('customers.tag.remove')}
            </Button>
          )}
        </div>
      }
    >
      <button type="button" className={styles.pillButton}>
        <TagPill tone={tone} title={nameIn(tag)}>
          {nameIn(tag)}
          {tag.confidence < 100 && <small className={styles.confidence}>{tag.confidence}%</small>}
        </TagPill>
      </button>
    </Popover>
  );
}

/** Why she has a tag; of a rule, the rule as it is now. */
function Reason({ reason }: { reason: string }) {
  const { id, words } = ruleIn(reason);
  const rules = $api.useQuery('get', '/v1/tag_rules', undefined, { enabled: id !== undefined });
  if (!id) return <Fact label={t('customers.reason')}>{words}</Fact>;
  const rule = rules.data?.items.find((one) => one.id === id);
  return (
    <Fact label={t('customers.tag.rule')}>
      <Link to="/tags" search={{ tab: 'rules' }}>
        {rule ? sentenceIn(rule) : words}
      </Link>
    </Fact>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className={styles.pair}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

type Values = { tag: string; confidence: number; until?: dayjs.Dayjs; reason?: string };

function AddTag({ profile, said, onClose }: { profile: Profile; said: Said; onClose: () => void }) {
  const changed = useCustomerChanged();
  const library = $api.useQuery('get', '/v1/tags');
  const put = $api.useMutation('post', '/v1/customers/{id}/tags', { meta: { quiet: true } });
  const has = new Set(profile.tag_details.map((tag) => tag.tag_id));
  const offered = (library.data?.items ?? []).filter((tag) => !has.has(tag.id));

  const send = async ({ tag, confidence, until, reason }: Values) => {
    const done = await put.mutateAsync({
      params: { path: { id: profile.id } },
      body: {
        tag_id: tag,
        source: 'clerk',
        confidence,
        ...(until && { expires_at: until.endOf('day').toISOString() }),
        ...(reason?.trim() && { reason: reason.trim() }),
      },
    });
    changed(done);
    onClose();
    const made = offered.find(({ id }) => id === tag);
    said(t('customers.tag.put', { name: made ? nameIn(made) : '' }), tag);
  };

  return (
    <FormModal<Values>
      title={t('customers.tag.add')}
      action={t('customers.tag.add')}
      initial={{ confidence: 100 }}
      send={send}
      onClose={onClose}
    >
      <Form.Item
        name="tag"
        label={t('customers.tag')}
        rules={[{ required: true, message: t('customers.tag.missing') }]}
      >
        <Select
          autoFocus
          showSearch={{ optionFilterProp: 'label' }}
          loading={library.isPending}
          options={tagOptions(offered)}
        />
      </Form.Item>
      <Form.Item name="confidence" label={t('customers.tag.confidence')} required>
        <Slider min={10} max={100} step={10} tooltip={{ formatter: (value) => `${value}%` }} />
      </Form.Item>
      <Form.Item name="until" label={t('customers.tag.expires')} extra={t('customers.tag.expires.hint')}>
        <DatePicker
          className={styles.full ?? ''}
          disabledDate={(day) => day.format('YYYY-MM-DD') <= shopToday()}
        />
      </Form.Item>
      <Form.Item name="reason" label={t('customers.reason')}>
        <Input maxLength={500} autoComplete="off" />
      </Form.Item>
    </FormModal>
  );
}
