import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { $api } from '@/api/client';
import { count } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { type DataColumn, DataTable } from '@/shared/ui/DataTable';
import { TableSkeleton } from '@/shared/ui/Loading';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { TagPill } from '@/shared/ui/TagPill';
import { TimeAgo } from '@/shared/ui/TimeAgo';
import styles from './jobs.module.css';
import type { Follower, Parked } from './model';
import { followerName } from './words';

const askEveryMs = 10_000;

/** Who keeps figures up to date with the log, how far behind, and the facts that could not be taken. */
export function Followers() {
  const query = $api.useQuery('get', '/v1/followers', {}, { refetchInterval: askEveryMs });
  return (
    <>
      <Panel title={t('jobs.followers')} note={t('jobs.followers.note')}>
        <QueryState query={query} skeleton={<TableSkeleton rows={2} />}>
          {({ items }) => (
            <ul className={styles.followers}>
              {items.map((follower) => (
                <Lag key={follower.name} follower={follower} />
              ))}
            </ul>
          )}
        </QueryState>
      </Panel>
      {query.data && query.data.parked.length > 0 && (
        <Panel title={t('jobs.parked')} note={t('jobs.parked.note')} flush>
          <DataTable
            label={t('jobs.parked')}
            columns={parkedColumns()}
            rows={query.data.parked}
            rowKey={({ follower, pos }) => `${follower} ${pos}`}
            query={query}
            empty={null}
          />
        </Panel>
      )}
    </>
  );
}

function Lag({ follower }: { follower: Follower }) {
  return (
    <li className={styles.follower}>
      <span className={styles.kind}>
        <span>{followerName(follower.name)}</span>
        <code>{follower.name}</code>
      </span>
      <span className={styles.lag}>
        {follower.behind === 0 ? (
          <TagPill tone="good">{t('jobs.followers.current')}</TagPill>
        ) : (
          <TagPill tone="warn">{t('jobs.followers.behind', { count: follower.behind })}</TagPill>
        )}
        {follower.parked > 0 && (
          <TagPill tone="bad">{t('jobs.followers.parked', { count: follower.parked })}</TagPill>
        )}
        <span className={styles.small}>{t('jobs.followers.pos', { pos: count(follower.pos) })}</span>
      </span>
    </li>
  );
}

function parkedColumns(): DataColumn<Parked>[] {
  return [
    {
      key: 'kind',
      title: t('jobs.parked.fact'),
      width: 200,
      render: (parked) => (
        <span className={styles.kind}>
          <code>{parked.kind}</code>
          <span className={styles.small}>{parked.subject ?? `#${parked.pos}`}</span>
        </span>
      ),
    },
    {
      key: 'follower',
      title: t('jobs.parked.follower'),
      width: 150,
      render: (parked) => followerName(parked.follower),
    },
    {
      key: 'error',
      title: t('jobs.parked.error'),
      width: 340,
      render: (parked) => <span className={styles.error}>{parked.error}</span>,
    },
    {
      key: 'at',
      title: t('jobs.parked.at'),
      width: 120,
      render: (parked) => <TimeAgo at={parked.parked_at} />,
    },
    {
      key: 'act',
      title: t('jobs.actions'),
      width: 90,
      align: 'end',
      render: (parked) => <RetryParked parked={parked} />,
    },
  ];
}

function RetryParked({ parked: { follower, pos, kind } }: { parked: Parked }) {
  const cache = useQueryClient();
  const { message } = App.useApp();
  const retry = $api.useMutation('post', '/v1/followers/{name}/parked/{pos}/retry', {
    onSuccess: () => void message.success(t('jobs.parked.retried')),
    onSettled: () => cache.invalidateQueries({ queryKey: ['get', '/v1/followers'] }),
  });
  return (
    <Button
      type="link"
      size="small"
      loading={retry.isPending}
      onClick={() => retry.mutate({ params: { path: { name: follower, pos } } })}
      aria-label={t('jobs.act.of', { act: t('jobs.act.retry'), kind })}
    >
      {t('jobs.act.retry')}
    </Button>
  );
}
