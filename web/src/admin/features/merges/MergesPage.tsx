import { Button, Tabs } from 'antd';
import { useState } from 'react';
import { $api, inPages } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { TableSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { oneOf, useFilters } from '@/shared/useFilters';
import { DoneMerges } from './DoneMerges';
import styles from './merges.module.css';
import { SuggestionCard } from './SuggestionCard';

const tabs = ['open', 'done'] as const;
const parse = (raw: Record<string, unknown>) => ({ tab: oneOf(raw.tab, tabs) });

/** Records that may be one person, for somebody to decide; and what was decided. */
export function MergesPage() {
  const { filters, set } = useFilters<{ tab: (typeof tabs)[number] | undefined }>(parse);
  const tab = filters.tab ?? 'open';
  return (
    <Page title={t('merges.title')} lead={t('merges.lead')}>
      <Tabs
        className={styles.tabs ?? ''}
        activeKey={tab}
        onChange={(key) => set({ tab: key === 'done' ? 'done' : undefined })}
        items={tabs.map((key) => ({ key, label: t(`merges.tab.${key}`) }))}
      />
      {tab === 'open' ? <Queue /> : <DoneMerges />}
    </Page>
  );
}

/** The queue, the likeliest first. One pair is open at a time: the first until another is chosen. */
function Queue() {
  const [chosen, setChosen] = useState<string | null>();
  const query = $api.useInfiniteQuery('get', '/v1/merges', { params: { query: { limit: 20 } } }, inPages);
  const suggestions = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (suggestions.length === 0) {
    return (
      <Panel flush>
        {query.error ? (
          <ErrorState error={query.error} onRetry={query.refetch} />
        ) : query.isPending ? (
          <TableSkeleton rows={4} />
        ) : (
          <EmptyState drawing="person">{t('merges.intro')}</EmptyState>
        )}
      </Panel>
    );
  }
  const open = chosen === undefined ? suggestions[0]?.id : chosen;
  return (
    <>
      {suggestions.map((suggestion) => (
        <SuggestionCard
          key={suggestion.id}
          suggestion={suggestion}
          open={suggestion.id === open}
          onToggle={() => setChosen(suggestion.id === open ? null : suggestion.id)}
          onDecided={() => setChosen(undefined)}
        />
      ))}
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
