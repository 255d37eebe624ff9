import { App, Button, Popconfirm } from 'antd';
import { $api, inPages } from '@/api/client';
import { useCan, useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { TableSkeleton } from '@/shared/ui/Loading';
import { useShopNames } from '@/shared/ui/ShopSelect';
import { TagPill } from '@/shared/ui/TagPill';
import { TimeAgo } from '@/shared/ui/TimeAgo';
import { useCustomerChanged } from './changed';
import { NoteBody } from './NoteBody';
import type { Note } from './timeline';
import styles from './timeline.module.css';
import { word } from './words';

/** The notes alone, latest first. Their author takes them away, or who answers for the records. */
export function Notes({ customer }: { customer: string }) {
  const query = $api.useInfiniteQuery(
    'get',
    '/v1/customers/{id}/notes',
    { params: { path: { id: customer } } },
    inPages,
  );
  const notes = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (query.error && notes.length === 0) return <ErrorState error={query.error} onRetry={query.refetch} />;
  if (query.isPending) return <TableSkeleton rows={3} />;
  if (notes.length === 0) return <EmptyState>{t('customers.notes.none')}</EmptyState>;
  return (
    <>
      <ul className={styles.notes}>
        {notes.map((note) => (
          <NoteRow key={note.id} note={note} customer={customer} />
        ))}
      </ul>
      {query.hasNextPage && (
        <div className={styles.more}>
          <Button loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {t('common.loadMore')}
          </Button>
        </div>
      )}
    </>
  );
}

function NoteRow({ note, customer }: { note: Note; customer: string }) {
  const { message } = App.useApp();
  const shopNames = useShopNames();
  const changed = useCustomerChanged();
  const mine = useSession().data?.staff?.id === note.author_id;
  const answers = useCan('customers.merge');
  const mayWrite = useCan('customers.write');
  const remove = $api.useMutation('delete', '/v1/customers/{id}/notes/{note_id}');
  const takeAway = async () => {
    await remove.mutateAsync({ params: { path: { id: customer, note_id: note.id } } });
    changed();
    void message.success(t('customers.note.removed'));
  };
  const aside = [
    note.author_name,
    note.shop_id && shopNames([note.shop_id])[0],
    word('origin', note.touchpoint),
  ];
  return (
    <li>
      <div className={styles.title}>
        <TagPill>{word('note', note.kind)}</TagPill>
        {note.sensitive && <TagPill tone="warn">{t('customers.note.sensitive')}</TagPill>}
        <span className={styles.grow} />
        <span className={styles.when}>
          <TimeAgo at={note.created_at} />
        </span>
      </div>
      <NoteBody note={note} customer={customer} />
      <div className={styles.title}>
        <p className={styles.aside}>{aside.filter(Boolean).join(' · ')}</p>
        <span className={styles.grow} />
        {mayWrite && (mine || answers) && (
          <Popconfirm
            title={t('customers.note.remove')}
            okText={t('common.delete')}
            cancelText={t('common.cancel')}
            onConfirm={takeAway}
          >
            <Button type="link" size="small">
              {t('common.delete')}
            </Button>
          </Popconfirm>
        )}
      </div>
    </li>
  );
}
