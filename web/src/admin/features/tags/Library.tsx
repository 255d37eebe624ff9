import { SearchOutlined } from '@ant-design/icons';
import { Input, Segmented } from 'antd';
import type { ReactNode } from 'react';
import { word } from '@/admin/features/customers/words';
import { count, date } from '@/shared/format';
import { nameIn, t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { CardsSkeleton } from '@/shared/ui/Loading';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import {
  axes,
  endingOf,
  partsOf,
  shownTags,
  sources,
  sureness,
  type Tag,
  type TagFilters,
  type TagRule,
} from './model';
import { TagDrawer } from './TagDrawer';
import styles from './tags.module.css';

type Props = {
  tags: { data: { items: Tag[] } | undefined; error: unknown; refetch: () => unknown };
  rules: TagRule[];
  filters: TagFilters;
  set: (change: Partial<TagFilters>) => unknown;
  create: ReactNode;
};

/** The tags by their axes: a bar for each says how many carry it and where they have it from. */
export function Library({ tags, rules, filters, set, create }: Props) {
  return (
    <QueryState query={tags} skeleton={<CardsSkeleton cards={3} />}>
      {({ items }) => {
        const shown = axes.map((axis) => [axis, shownTags(items, axis, filters)] as const);
        const longest = Math.max(...shown.flatMap(([, some]) => some.map(({ customers }) => customers)), 0);
        const none = shown.every(([, some]) => some.length === 0);
        return (
          <>
            {items.length > 0 && <Tools filters={filters} set={set} />}
            {none ? (
              <Panel>
                <EmptyState drawing="list" action={items.length === 0 && create}>
                  {t(items.length === 0 ? 'tags.intro' : filters.q ? 'tags.noneFound' : 'tags.noneArchived')}
                </EmptyState>
              </Panel>
            ) : (
              <div className={styles.axes}>
                {shown.map(([axis, some]) => (
                  <Panel
                    key={axis}
                    title={word('axis', axis)}
                    note={t('tags.axis.note', { count: some.length })}
                  >
                    {some.length === 0 && <p className={styles.quiet}>{t(`tags.axis.none.${axis}`)}</p>}
                    <ul className={styles.tags}>
                      {some.map((tag) => (
                        <li key={tag.id}>
                          <TagRow tag={tag} longest={longest} onOpen={() => set({ tag: tag.id })} />
                        </li>
                      ))}
                    </ul>
                  </Panel>
                ))}
              </div>
            )}
            <TagDrawer
              tag={items.find(({ id }) => id === filters.tag)}
              rule={rules.find(
                ({ tag_id, active, tagged }) => tag_id === filters.tag && (active || tagged > 0),
              )}
              onClose={() => set({ tag: undefined })}
            />
          </>
        );
      }}
    </QueryState>
  );
}

function Tools({ filters, set }: Pick<Props, 'filters' | 'set'>) {
  return (
    <div className={styles.tools}>
      <Segmented
        aria-label={t('tags.shown')}
        value={filters.archived ?? 'false'}
        options={[
          { value: 'false', label: t('tags.inUse') },
          { value: 'true', label: t('tags.archived') },
        ]}
        onChange={(next) => set({ archived: next === 'true' ? 'true' : undefined })}
      />
      <Input
        prefix={<SearchOutlined aria-hidden />}
        className={styles.search ?? ''}
        aria-label={t('tags.search')}
        placeholder={t('tags.search')}
        allowClear
        defaultValue={filters.q}
        onChange={({ target }) => set({ q: target.value || undefined })}
      />
      <ul className={styles.legend} aria-label={t('tags.legend')}>
        {sources.map((source) => (
          <li key={source}>
            <span className={`${styles.dot} ${styles[source]}`} aria-hidden="true" />
            {word('source', source)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function TagRow({ tag, longest, onOpen }: { tag: Tag; longest: number; onOpen: () => void }) {
  const parts = partsOf(tag, longest);
  const words = parts.map(({ source, customers }) =>
    t('tags.part', { source: word('source', source), count: customers }),
  );
  return (
    <button
      type="button"
      className={styles.row}
      aria-label={[t('tags.row', { name: nameIn(tag), count: tag.customers }), ...words].join(
        t('tags.comma'),
      )}
      onClick={onOpen}
    >
      <span className={styles.rowHead}>
        <b title={tag.description ?? nameIn(tag)}>{nameIn(tag)}</b>
        <span>{count(tag.customers)}</span>
      </span>
      <Bar parts={parts} title={words.join(t('tags.comma'))} />
      <Sure tag={tag} />
    </button>
  );
}

function Bar({ parts, title }: { parts: ReturnType<typeof partsOf>; title: string }) {
  return (
    <span className={styles.bar} title={title} aria-hidden="true">
      {parts.map(({ source, share }) => (
        <span key={source} className={styles[source]} style={{ width: `${100 * share}%` }} />
      ))}
    </span>
  );
}

/** How sure the tag is, and when it ends, where there is something to say. */
function Sure({ tag }: { tag: Tag }) {
  const sure = sureness(tag);
  const ending = endingOf(tag);
  const words = [
    sure !== undefined && sure < 100 && t('tags.sure', { percent: sure }),
    ending.first && t('tags.ending', { count: ending.customers, day: date(ending.first) }),
  ].filter(Boolean);
  return words.length > 0 && <small className={styles.quiet}>{words.join(' · ')}</small>;
}
