import { Link } from '@tanstack/react-router';
import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { $api, inPages } from '@/api/client';
import { t, tMaybe } from '@/shared/i18n/t';
import { type DataColumn, DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { FormModal } from '@/shared/ui/FormModal';
import { Panel } from '@/shared/ui/Panel';
import { PersonCell } from '@/shared/ui/PersonCell';
import { TagPill } from '@/shared/ui/TagPill';
import { TimeAgo } from '@/shared/ui/TimeAgo';
import { useMergesChanged } from './changed';
import styles from './merges.module.css';
import type { MergeRecord } from './model';

/** The merges that stand, the latest first, each with its way back. */
export function DoneMerges() {
  const [undoing, setUndoing] = useState<MergeRecord>();
  const query = $api.useInfiniteQuery('get', '/v1/merges/done', {}, inPages);
  return (
    <Panel flush>
      <DataTable<MergeRecord>
        label={t('merges.tab.done')}
        columns={columns(setUndoing)}
        rows={query.data?.pages.flatMap((page) => page.items) ?? []}
        rowKey={(merge) => merge.id}
        query={query}
        empty={<EmptyState drawing="person">{t('merges.done.none')}</EmptyState>}
      />
      {undoing && <Unmerge merge={undoing} onClose={() => setUndoing(undefined)} />}
    </Panel>
  );
}

const nameOf = (person: { name: string }) => person.name || t('merges.nameless');

function columns(undo: (merge: MergeRecord) => void): DataColumn<MergeRecord>[] {
  return [
    {
      key: 'survivor',
      title: t('merges.survivor'),
      width: 200,
      render: (merge) => (
        <Link className={styles.person} to="/customers/$id" params={{ id: merge.survivor.id }}>
          <PersonCell name={nameOf(merge.survivor)} line={merge.survivor.phone ?? t('merges.noPhone')} />
        </Link>
      ),
    },
    {
      key: 'merged',
      title: t('merges.into'),
      width: 160,
      render: (merge) => <PersonCell name={nameOf(merge.merged)} />,
    },
    {
      key: 'why',
      title: t('merges.why'),
      width: 240,
      render: (merge) => (
        <span className={styles.reason}>
          {merge.automatic && <TagPill>{t('merges.automatic')}</TagPill>}
          {tMaybe(`merges.reason.${merge.reason}`) ?? (merge.reason || '—')}
        </span>
      ),
    },
    {
      key: 'when',
      title: t('merges.when'),
      width: 180,
      render: (merge) => (
        <span className={styles.reason}>
          <TimeAgo at={merge.merged_at} />
          {merge.merged_by_name && <span className={styles.muted}>{merge.merged_by_name}</span>}
        </span>
      ),
    },
    {
      key: 'act',
      title: t('merges.actions'),
      width: 110,
      align: 'end',
      render: (merge) => (
        <Button type="link" size="small" onClick={() => undo(merge)}>
          {t('merges.unmerge')}
        </Button>
      ),
    },
  ];
}

function Unmerge({ merge, onClose }: { merge: MergeRecord; onClose: () => void }) {
  const { message } = App.useApp();
  const changed = useMergesChanged();
  const unmerge = $api.useMutation('post', '/v1/merges/{id}/unmerge', { meta: { quiet: true } });
  return (
    <FormModal<{ reason: string }>
      title={t('merges.unmerge.title')}
      action={t('merges.unmerge')}
      lead={t('merges.unmerge.text', { name: nameOf(merge.merged) })}
      send={async ({ reason }) => {
        await unmerge.mutateAsync({ params: { path: { id: merge.id } }, body: { reason: reason.trim() } });
        await changed();
        onClose();
        void message.success(t('merges.unmerged'));
      }}
      onClose={onClose}
    >
      <Form.Item
        name="reason"
        label={t('merges.unmerge.reason')}
        extra={t('merges.unmerge.reason.hint')}
        rules={[{ required: true, whitespace: true, min: 2, message: t('errors.reason.required') }]}
      >
        <Input maxLength={500} autoComplete="off" autoFocus />
      </Form.Item>
    </FormModal>
  );
}
