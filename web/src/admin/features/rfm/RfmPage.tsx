import { Tabs } from 'antd';
import { $api } from '@/api/client';
import { count, dayText } from '@/shared/format';
import { rich, t } from '@/shared/i18n/t';
import { EmptyState } from '@/shared/ui/EmptyState';
import { CardsSkeleton, ChartSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { useFilters } from '@/shared/useFilters';
import { Groups } from './Groups';
import { LifecycleTab } from './LifecycleTab';
import { MapTab } from './MapTab';
import { type Overview, parseFilters, tabs } from './model';
import { NamesDrawer } from './NamesDrawer';

export function RfmPage() {
  const { filters, set } = useFilters(parseFilters);
  const rfm = $api.useQuery('get', '/v1/rfm');
  return (
    <Page title={t('rfm.title')} lead={leadOf(rfm.data)}>
      <QueryState query={rfm} skeleton={<Skeleton />}>
        {(overview) =>
          overview.buyers === 0 ? (
            <Panel>
              <EmptyState drawing="chart" sample>
                {t('rfm.intro')}
              </EmptyState>
            </Panel>
          ) : (
            <>
              <Tabs
                activeKey={filters.tab ?? 'map'}
                onChange={(tab) => set({ tab: tab === 'map' ? undefined : (tab as (typeof tabs)[number]) })}
                items={tabs.map((tab) => ({ key: tab, label: t(`rfm.tab.${tab}`) }))}
                tabBarStyle={{ marginBottom: 0 }}
              />
              {(filters.tab ?? 'map') === 'map' && <MapTab overview={overview} filters={filters} set={set} />}
              {filters.tab === 'groups' && <Groups overview={overview} />}
              {filters.tab === 'lifecycle' && (
                <LifecycleTab overview={overview} filters={filters} set={set} />
              )}
              <NamesDrawer overview={overview} filters={filters} set={set} />
            </>
          )
        }
      </QueryState>
    </Page>
  );
}

function leadOf(overview: Overview | undefined) {
  if (!overview?.as_of) return t('rfm.lead.waiting');
  return rich('rfm.lead', {
    buyers: <b key="buyers">{count(overview.buyers)}</b>,
    day: dayText(overview.as_of),
  });
}

function Skeleton() {
  return (
    <>
      <CardsSkeleton cards={4} />
      <Panel>
        <ChartSkeleton height={360} />
      </Panel>
    </>
  );
}
