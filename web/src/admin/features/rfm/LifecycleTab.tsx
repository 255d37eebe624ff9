import { useNavigate } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { $api } from '@/api/client';
import { addDays, shopToday } from '@/shared/days';
import { countFigure, percent } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { CardsSkeleton } from '@/shared/ui/Loading';
import { QueryState } from '@/shared/ui/QueryState';
import type { Stage } from '@/shared/ui/StageDot';
import { Stat, StatRow } from '@/shared/ui/Stat';
import { Dwell } from './Dwell';
import { MovedDrawer } from './MovedDrawer';
import { type Lifecycle, moveOf, type Overview, type RfmFilters, spans, thresholdKeys } from './model';
import styles from './rfm.module.css';
import { StageMatrix } from './StageMatrix';
import { ThresholdsPanel } from './ThresholdsPanel';
import { groupingOf } from './thresholds';

const keys = thresholdKeys.filter((key) => groupingOf[key] === 'stage');

type Props = {
  overview: Overview;
  filters: RfmFilters;
  set: (change: Partial<RfmFilters>) => unknown;
};

/** Where customers stand in their lives with the shop, how they moved, and how long they stayed. */
export function LifecycleTab({ overview, filters, set }: Props) {
  const days = filters.days ?? '90';
  const from = addDays(shopToday(), -Number(days));
  const lifecycle = $api.useQuery(
    'get',
    '/v1/lifecycle',
    { params: { query: { from } } },
    { placeholderData: (before) => before },
  );
  return (
    <QueryState query={lifecycle} skeleton={<CardsSkeleton cards={5} />}>
      {(data) => (
        <>
          <Stages lifecycle={data} />
          <Segmented
            className={styles.start ?? ''}
            aria-label={t('rfm.moves.period')}
            value={days}
            onChange={(next) => set({ days: next === '90' ? undefined : next })}
            options={spans.map((value) => ({ value, label: t('rfm.moves.days', { days: Number(value) }) }))}
          />
          <div className={styles.halves}>
            <StageMatrix lifecycle={data} onOpen={(move) => set({ move: `${move.from}-${move.to}` })} />
            <Dwell lifecycle={data} />
          </div>
          <ThresholdsPanel overview={overview} keys={keys} shares={{ stage: data.stages }} />
          <MovedDrawer
            move={moveOf(filters.move)}
            days={Number(days)}
            onClose={() => set({ move: undefined })}
          />
        </>
      )}
    </QueryState>
  );
}

function Stages({ lifecycle }: { lifecycle: Lifecycle }) {
  const navigate = useNavigate();
  const all = lifecycle.stages.reduce((sum, stage) => sum + stage.customers, 0);
  return (
    <section aria-label={t('rfm.stages')} className={styles.stages}>
      <StatRow>
        {lifecycle.stages.map((stage) => (
          <Stat
            key={stage.name}
            label={t(`ui.stage.${stage.name as Stage}`)}
            figure={countFigure(stage.customers)}
            note={t('rfm.stages.share', { share: percent(all === 0 ? 0 : stage.customers / all, 0) })}
            onOpen={() => void navigate({ to: '/customers', search: { stage: stage.name } as never })}
          />
        ))}
      </StatRow>
      <p className={styles.note}>
        {t('rfm.stages.note', { dormant: lifecycle.dormant_days, lost: lifecycle.lost_days })}
      </p>
    </section>
  );
}
