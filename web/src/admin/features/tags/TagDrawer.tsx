import { EditOutlined, FilterOutlined, InboxOutlined, UndoOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { App, Button, Drawer } from 'antd';
import { useState } from 'react';
import { type Listed, useColumns } from '@/admin/features/customers/columns';
import { nameOf, word } from '@/admin/features/customers/words';
import { sentenceIn } from '@/admin/features/segments/words';
import { $api, ifMatch, inPages } from '@/api/client';
import { useCan } from '@/api/session';
import { count, date } from '@/shared/format';
import { nameIn, t } from '@/shared/i18n/t';
import { DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { sources, type Tag, type TagRule } from './model';
import { TagForm } from './TagForm';
import styles from './tags.module.css';

type Props = { tag: Tag | undefined; rule: TagRule | undefined; onClose: () => void };

/** One tag: where it comes from, who carries it, and what can be done with them. */
export function TagDrawer({ tag, rule, onClose }: Props) {
  return (
    <Drawer open={tag !== undefined} onClose={onClose} size={680} title={tag && nameIn(tag)} destroyOnHidden>
      {tag && (
        <div className={styles.drawer}>
          <Acts tag={tag} />
          {tag.description && <p>{tag.description}</p>}
          {rule && (
            <p className={styles.quiet}>
              {t(rule.active ? 'tags.byRule' : 'tags.byPausedRule')}{' '}
              <Link to="/tags" search={{ tab: 'rules' }}>
                {sentenceIn(rule)}
              </Link>
            </p>
          )}
          <Provenance tag={tag} />
          <Carriers id={tag.id} />
        </div>
      )}
    </Drawer>
  );
}

function Acts({ tag }: { tag: Tag }) {
  const [editing, setEditing] = useState(false);
  const navigate = useNavigate();
  const archive = useArchive();
  const mayTag = useCan('tags.manage');
  const maySegment = useCan('segments.manage');
  const rule = JSON.stringify({ field: 'tag', op: 'any', choices: [tag.id] });
  return (
    <div className={styles.acts}>
      {maySegment && (
        <Button
          type="primary"
          icon={<FilterOutlined aria-hidden />}
          onClick={() => void navigate({ to: '/segments/new', search: { name: nameIn(tag), rule } })}
        >
          {t('tags.asSegment')}
        </Button>
      )}
      {mayTag && (
        <Button icon={<EditOutlined aria-hidden />} onClick={() => setEditing(true)}>
          {t('common.edit')}
        </Button>
      )}
      {mayTag && (
        <Button
          icon={tag.archived ? <UndoOutlined aria-hidden /> : <InboxOutlined aria-hidden />}
          onClick={() => void archive(tag)}
        >
          {t(tag.archived ? 'tags.restore' : 'tags.archive')}
        </Button>
      )}
      {editing && <TagForm tag={tag} onClose={() => setEditing(false)} />}
    </div>
  );
}

/** Archives a tag or brings it back, and says so with the way back. */
function useArchive() {
  const cache = useQueryClient();
  const { message } = App.useApp();
  const change = $api.useMutation('patch', '/v1/tags/{id}');
  const archive = async (tag: Tag) => {
    const saved = await change.mutateAsync({
      params: { path: { id: tag.id }, header: ifMatch(tag.version) },
      body: { archived: !tag.archived },
    });
    await cache.invalidateQueries({ queryKey: ['get', '/v1/tags'] });
    const key = `archive ${tag.id}`;
    const back = () => {
      message.destroy(key);
      void archive(saved);
    };
    message.open({
      key,
      type: 'success',
      duration: 8,
      content: (
        <>
          {t(saved.archived ? 'tags.archivedNow' : 'tags.restored', { name: nameIn(saved) })}
          <Button type="link" size="small" onClick={back}>
            {t('common.undo')}
          </Button>
        </>
      ),
    });
  };
  return archive;
}

function Provenance({ tag }: { tag: Tag }) {
  const rows = sources.flatMap((source) => tag.sources?.filter((one) => one.source === source) ?? []);
  if (rows.length === 0) return null;
  return (
    <table className={styles.table} aria-label={t('tags.provenance')}>
      <thead>
        <tr>
          <th scope="col">{t('tags.source')}</th>
          <th scope="col">{t('tags.customers')}</th>
          <th scope="col">{t('tags.confidence')}</th>
          <th scope="col">{t('tags.ends')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((one) => (
          <tr key={one.source}>
            <th scope="row">
              <span className={`${styles.dot} ${styles[one.source]}`} aria-hidden="true" />
              {word('source', one.source)}
            </th>
            <td>{count(one.customers)}</td>
            <td>{one.confidence}%</td>
            <td>
              {one.ends_at
                ? t('tags.ending', { count: one.ending, day: date(one.ends_at) })
                : t('customers.tag.stays')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const shownColumns = ['person', 'stage', 'spend', 'last_order'];

function Carriers({ id }: { id: string }) {
  const navigate = useNavigate();
  const columns = useColumns()
    .filter(({ key }) => shownColumns.includes(key))
    .map((column) => ({ ...column, sortable: false }));
  const customers = $api.useInfiniteQuery(
    'get',
    '/v1/customers',
    { params: { query: { tag: id, sort: 'spend' } } },
    inPages,
  );
  return (
    <DataTable<Listed>
      label={t('tags.carriers')}
      columns={columns}
      rows={customers.data?.pages.flatMap((page) => page.items) ?? []}
      rowKey={(row) => row.id}
      rowLabel={nameOf}
      query={customers}
      empty={<EmptyState drawing="person">{t('tags.nobody')}</EmptyState>}
      onOpen={(row) => void navigate({ to: '/customers/$id', params: { id: row.id } })}
    />
  );
}
