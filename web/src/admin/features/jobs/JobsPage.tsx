import { Segmented, Select } from 'antd';
import { useState } from 'react';
import { $api, inPages } from '@/api/client';
import { useCan } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { DataTable } from '@/shared/ui/DataTable';
import { EmptyState } from '@/shared/ui/EmptyState';
import { FilterBar } from '@/shared/ui/FilterBar';
import { CardsSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { Stat, StatRow } from '@/shared/ui/Stat';
import { oneOf, useFilters } from '@/shared/useFilters';
import { jobColumns } from './columns';
import { Followers } from './Followers';
import { JobDrawer } from './JobDrawer';
import styles from './jobs.module.css';
import { isBusy, parseFilters, states, totalsOf } from './model';
import { kindName } from './words';

const watchMs = 3_000;
const restMs = 30_000;

export function JobsPage() {
  const { filters, isFiltered, set, clear } = useFilters(parseFilters);
  const [open, setOpen] = useState<string>();
  const mayManage = useCan('jobs.manage');
  const query = $api.useInfiniteQuery(
    'get',
    '/v1/jobs',
    { params: { query: filters } },
    {
      ...inPages,
      refetchInterval: ({ state }) => (isBusy(state.data?.pages[0]?.counts ?? []) ? watchMs : restMs),
    },
  );
  const jobs = query.data?.pages.flatMap((page) => page.items) ?? [];
  const counts = query.data?.pages[0]?.counts ?? [];

  return (
    <Page title={t('jobs.title')} lead={t('jobs.intro')}>
      {query.data ? (
        <Totals totals={totalsOf(counts)} onOpen={(state) => set({ state })} />
      ) : (
        query.isPending && <CardsSkeleton cards={states.length} />
      )}
      <FilterBar onClear={isFiltered ? clear : undefined}>
        <Segmented
          className={styles.states ?? ''}
          aria-label={t('jobs.state')}
          value={filters.state ?? ''}
          onChange={(state) => set({ state: oneOf(state, states) })}
          options={[
            { value: '', label: t('common.all') },
            ...states.map((state) => ({ value: state, label: t(`jobs.state.${state}`) })),
          ]}
        />
        <Select
          allowClear
          aria-label={t('jobs.kind')}
          placeholder={t('jobs.kind.all')}
          value={filters.kind ?? null}
          onChange={(kind) => set({ kind: kind ?? undefined })}
          options={[
            ...new Set([...counts.map(({ kind }) => kind), ...(filters.kind ? [filters.kind] : [])]),
          ].map((kind) => ({ value: kind, label: kindName(kind) }))}
          style={{ width: 200 }}
        />
      </FilterBar>
      <Panel flush>
        <DataTable
          label={t('jobs.title')}
          columns={jobColumns()}
          rows={jobs}
          rowKey={(job) => job.id}
          rowLabel={(job) => kindName(job.kind)}
          query={query}
          empty={<EmptyState>{isFiltered ? t('jobs.noneFound') : t('jobs.empty')}</EmptyState>}
          onOpen={(job) => setOpen(job.id)}
        />
      </Panel>
      {mayManage && <Followers />}
      <JobDrawer job={jobs.find((job) => job.id === open)} onClose={() => setOpen(undefined)} />
    </Page>
  );
}

type TotalsProps = {
  totals: ReturnType<typeof totalsOf>;
  onOpen: (state: (typeof states)[number]) => void;
};

function Totals({ totals, onOpen }: TotalsProps) {
  return (
    <StatRow>
      {states.map((state) => (
        <Stat
          key={state}
          label={t(`jobs.state.${state}`)}
          figure={String(totals[state])}
          unit={t('jobs.unit')}
          note={t(`jobs.state.${state}.note`)}
          onOpen={() => onOpen(state)}
        />
      ))}
    </StatRow>
  );
}
