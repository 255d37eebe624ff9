import { EditOutlined, InboxOutlined, UndoOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { App, Button, Tabs } from 'antd';
import { useMemo } from 'react';
import { $api } from '@/api/client';
import { useCan } from '@/api/session';
import { LineChart } from '@/shared/chart/LineChart';
import { count, percent, shortDay } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { CardsSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { Stat, StatRow } from '@/shared/ui/Stat';
import { oneOf, textOf, useFilters } from '@/shared/useFilters';
import { Changes } from './Changes';
import { Compare } from './Compare';
import { Members } from './Members';
import type { Row } from './model';
import { PutAway } from './PutAway';
import { Why } from './Why';
import { ratio, sentenceIn, shareOf } from './words';

const tabs = ['members', 'changes', 'why', 'compare'] as const;

export type SegmentFilters = {
  tab: (typeof tabs)[number] | undefined;
  as_of: string | undefined;
  customer: string | undefined;
  with: string | undefined;
};

const parseFilters = (raw: Record<string, unknown>): SegmentFilters => ({
  tab: oneOf(raw.tab, tabs),
  as_of: textOf(raw.as_of),
  customer: textOf(raw.customer),
  with: textOf(raw.with),
});

/** One segment: who is in it, who came and went and why. */
export function SegmentPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const segment = $api.useQuery(
    'get',
    '/v1/segments/{id}',
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => (state.data?.settling ? 1000 : false) },
  );
  return (
    <QueryState query={segment} title={t('segments.title')} skeleton={<CardsSkeleton cards={4} />}>
      {(row) => <Body row={row} />}
    </QueryState>
  );
}

function Body({ row }: { row: Row }) {
  const { filters, set } = useFilters(parseFilters);
  const tab = filters.tab ?? 'members';
  return (
    <Page title={row.name} lead={sentenceIn(row)} actions={<Actions row={row} />}>
      <PutAway fields={row.put_away} />
      <StatRow>
        <Stat
          label={t('segments.members')}
          figure={row.settling ? t('segments.settling') : count(row.members)}
          note={t('segments.ofAll', { share: percent(shareOf(row)) })}
        />
        <Stat label={t('segments.paidShare')} figure={percent(ratio(row.share_of_paid_bp))} />
        <Stat
          label={t('segments.entered7')}
          figure={count(row.entered_7d)}
          note={t('segments.moved7.note')}
        />
        <Stat label={t('segments.left7')} figure={count(row.left_7d)} note={t('segments.moved7.note')} />
      </StatRow>
      <Trend id={row.id} />
      <Tabs
        activeKey={tab}
        onChange={(next) => set({ tab: oneOf(next, tabs) })}
        items={tabs.map((key) => ({ key, label: t(`segments.tab.${key}`) }))}
        tabBarStyle={{ marginBottom: 0 }}
      />
      {tab === 'members' && <Members id={row.id} filters={filters} set={set} />}
      {tab === 'changes' && <Changes id={row.id} />}
      {tab === 'why' && <Why row={row} filters={filters} set={set} />}
      {tab === 'compare' && <Compare row={row} filters={filters} set={set} />}
    </Page>
  );
}

function Actions({ row }: { row: Row }) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { message } = App.useApp();
  const mayManage = useCan('segments.manage');
  const archive = $api.useMutation('post', '/v1/segments/{id}/archive');
  const restore = $api.useMutation('post', '/v1/segments/{id}/restore');
  if (!mayManage) return null;
  const run = async (action: typeof archive | typeof restore, said: string) => {
    await action.mutateAsync({ params: { path: { id: row.id } } });
    await cache.invalidateQueries();
    message.success(said);
  };
  if (row.archived) {
    return (
      <Button icon={<UndoOutlined aria-hidden />} onClick={() => void run(restore, t('segments.restored'))}>
        {t('segments.restore')}
      </Button>
    );
  }
  return (
    <>
      <Button
        icon={<InboxOutlined aria-hidden />}
        onClick={() => void run(archive, t('segments.archivedNow'))}
      >
        {t('segments.archive')}
      </Button>
      <Button
        type="primary"
        icon={<EditOutlined aria-hidden />}
        onClick={() => void navigate({ to: '/segments/$id/edit', params: { id: row.id } })}
      >
        {t('segments.edit')}
      </Button>
    </>
  );
}

function Trend({ id }: { id: string }) {
  const trend = $api.useQuery('get', '/v1/segments/{id}/trend', { params: { path: { id } } });
  const days = trend.data?.days;
  const series = useMemo(
    () => [{ name: t('segments.members'), values: (days ?? []).map((day) => day.members), area: true }],
    [days],
  );
  const names = useMemo(() => (days ?? []).map((day) => shortDay(day.on)), [days]);
  if (!days) return null;
  if (days.length < 2) return <Panel title={t('segments.trend')} note={t('segments.trend.new')} />;
  return (
    <Panel title={t('segments.trend')} note={t('segments.trend.note')}>
      <LineChart
        label={t('segments.trend')}
        axisName={t('segments.day')}
        names={names}
        series={series}
        height={200}
        format={count}
      />
    </Panel>
  );
}
