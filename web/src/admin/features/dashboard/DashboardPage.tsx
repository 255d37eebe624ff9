import { useNavigate } from '@tanstack/react-router';
import { Alert, Button, DatePicker, Segmented, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { $api } from '@/api/client';
import { useCan, useSession } from '@/api/session';
import { dayIn } from '@/shared/days';
import { dayText, shopNow, shopTimeZone } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { useCurrentShop } from '@/shared/shop';
import { EmptyState } from '@/shared/ui/EmptyState';
import { CardsSkeleton, ChartSkeleton } from '@/shared/ui/Loading';
import { Page } from '@/shared/ui/Page';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { useFilters } from '@/shared/useFilters';
import { BehindDrawer } from './BehindDrawer';
import { Changed } from './Changed';
import { Cohorts } from './Cohorts';
import { channelName } from './channel';
import styles from './dashboard.module.css';
import { ExportMenu } from './ExportMenu';
import { Returned } from './Greeting';
import {
  type Behind,
  type Board,
  type DashboardFilters,
  daytimeOf,
  given,
  hourIn,
  lastDays,
  type Period,
  parseFilters,
  periodOf,
  spanOf,
  spans,
} from './model';
import { RfmTreemap } from './RfmTreemap';
import { Stats } from './Stats';
import { Todo } from './Todo';
import { Trend } from './Trend';

const askAgainMs = 3_000;

export function DashboardPage() {
  const { filters, set } = useFilters(parseFilters);
  const shop = useCurrentShop();
  const name = useSession().data?.staff?.name;
  const [figure, setFigure] = useState<Behind>();
  const now = shopNow();
  const today = dayIn(shopTimeZone(), now);
  const period = periodOf(filters, today);
  const cut = given({ shop_id: shop, channel: filters.channel });
  const board = $api.useQuery(
    'get',
    '/v1/kpis',
    { params: { query: { ...period, ...cut } } },
    {
      placeholderData: (before) => before,
      // The figures follow an import in the background.
      refetchInterval: ({ state }) => (state.data && !state.data.last_on ? askAgainMs : false),
    },
  );
  const hello = t(`dashboard.hello.${daytimeOf(hourIn(shopTimeZone(), now))}`);
  const empty = board.data !== undefined && !board.data.last_on && !filters.channel;

  return (
    <Page
      title={name ? t('dashboard.greeting', { hello, name }) : hello}
      lead={
        empty ? t('dashboard.lead.empty') : <Returned today={today} shop={shop} channel={filters.channel} />
      }
      actions={
        !empty && (
          <>
            <Choice
              filters={filters}
              period={period}
              today={today}
              channels={board.data?.channels ?? []}
              set={set}
            />
            <ExportMenu period={period} cut={cut} />
          </>
        )
      }
    >
      {empty ? (
        <Nothing />
      ) : (
        <>
          <QueryState query={board} skeleton={<Skeleton />}>
            {(data) => (
              <>
                <Elsewhere board={data} set={set} />
                <Stats board={data} onOpen={setFigure} />
                <div className={styles.wide}>
                  <Trend days={data.days} />
                  <Todo today={today} />
                </div>
                <div className={styles.three}>
                  <RfmTreemap />
                  <Changed board={data} />
                  <Cohorts shop={shop} channel={filters.channel} />
                </div>
              </>
            )}
          </QueryState>
          <BehindDrawer
            figure={figure}
            period={period}
            lastDays={spanOf(filters)}
            shop={shop}
            channel={filters.channel}
            onChange={setFigure}
          />
        </>
      )}
    </Page>
  );
}

type ChoiceProps = {
  filters: DashboardFilters;
  period: Period;
  today: string;
  channels: string[];
  set: (change: Partial<DashboardFilters>) => unknown;
};

/** Which days, and which channel. */
function Choice({ filters, period, today, channels, set }: ChoiceProps) {
  return (
    <>
      {(channels.length > 1 || filters.channel) && (
        <Select
          allowClear
          aria-label={t('dashboard.channel')}
          placeholder={t('dashboard.channel.all')}
          value={filters.channel ?? null}
          onChange={(channel) => set({ channel: channel ?? undefined })}
          options={channels.map((channel) => ({ value: channel, label: channelName(channel) }))}
          style={{ width: 124 }}
        />
      )}
      <Segmented
        aria-label={t('dashboard.range')}
        value={spanOf(filters) ?? 0}
        onChange={(span) => set({ days: String(span), from: undefined, to: undefined })}
        options={spans.map((span) => ({ value: span, label: t('dashboard.range.days', { days: span }) }))}
      />
      <DatePicker.RangePicker
        aria-label={t('dashboard.range.custom')}
        className={styles.range ?? ''}
        allowClear={false}
        value={[dayjs(period.from), dayjs(period.to)]}
        maxDate={dayjs(today)}
        onChange={(days) => {
          const [from, to] = days ?? [];
          if (from && to) {
            set({ days: undefined, from: from.format('YYYY-MM-DD'), to: to.format('YYYY-MM-DD') });
          }
        }}
      />
    </>
  );
}

/** Says so when the chosen days hold no sales, and leads to those that do. */
function Elsewhere({ board, set }: { board: Board; set: ChoiceProps['set'] }) {
  const { now, last_on: last } = board;
  if (now.sales_fen !== 0 || !last) return null;
  return (
    <Alert
      type="info"
      showIcon
      title={t('dashboard.elsewhere', { day: dayText(last) })}
      action={
        <Button onClick={() => set({ days: undefined, ...lastDays(90, last) })}>
          {t('dashboard.elsewhere.show')}
        </Button>
      }
    />
  );
}

function Nothing() {
  const mayImport = useCan('imports.run');
  const navigate = useNavigate();
  return (
    <Panel>
      <EmptyState
        drawing="chart"
        sample={mayImport}
        action={
          mayImport && (
            <Button type="primary" onClick={() => navigate({ to: '/imports' })}>
              {t('dashboard.import')}
            </Button>
          )
        }
      >
        {t('dashboard.intro')}
      </EmptyState>
    </Panel>
  );
}

function Skeleton() {
  return (
    <>
      <CardsSkeleton />
      <Panel>
        <ChartSkeleton />
      </Panel>
    </>
  );
}
