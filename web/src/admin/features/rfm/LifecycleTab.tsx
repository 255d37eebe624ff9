import { $api } from '@/api/client';
import { count, countFigure, date, percent } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { CardsSkeleton } from '@/shared/ui/Loading';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import { type Stage, StageDot } from '@/shared/ui/StageDot';
import { Stat, StatRow } from '@/shared/ui/Stat';
import { flowOf, type Lifecycle, type Overview, thresholdKeys } from './model';
import styles from './rfm.module.css';
import { ThresholdsPanel } from './ThresholdsPanel';
import { groupingOf } from './thresholds';

const stages: Stage[] = ['lead', 'new', 'active', 'dormant', 'lost'];
const keys = thresholdKeys.filter((key) => groupingOf[key] === 'stage');

/** Where customers stand in their lives with the shop, how they moved, and how long they stayed. */
export function LifecycleTab({ overview }: { overview: Overview }) {
  const lifecycle = $api.useQuery('get', '/v1/lifecycle');
  return (
    <QueryState query={lifecycle} skeleton={<CardsSkeleton cards={5} />}>
      {(data) => (
        <>
          <Stages lifecycle={data} />
          <div className={styles.halves}>
            <Moves lifecycle={data} />
            <Dwell lifecycle={data} />
          </div>
          <ThresholdsPanel overview={overview} keys={keys} shares={{ stage: data.stages }} />
        </>
      )}
    </QueryState>
  );
}

function Stages({ lifecycle }: { lifecycle: Lifecycle }) {
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
          />
        ))}
      </StatRow>
      <p className={styles.note}>
        {t('rfm.stages.note', { dormant: lifecycle.dormant_days, lost: lifecycle.lost_days })}
      </p>
    </section>
  );
}

/** From a stage (row) to another (column): how many, and which part of those who left. */
function Moves({ lifecycle }: { lifecycle: Lifecycle }) {
  const { moves, from, to } = lifecycle;
  return (
    <Panel
      title={t('rfm.moves')}
      note={t('rfm.moves.note', { from: date(`${from}T12:00:00`), to: date(`${to}T12:00:00`) })}
    >
      {moves.length === 0 ? (
        <p className={styles.note}>{t('rfm.moves.none')}</p>
      ) : (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('rfm.moves.from')}</th>
                {stages.slice(1).map((stage) => (
                  <th key={stage} scope="col">
                    {t('rfm.moves.to', { stage: t(`ui.stage.${stage}`) })}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {stages.map((stage) => (
                <tr key={stage}>
                  <th scope="row">
                    <StageDot stage={stage} />
                  </th>
                  {stages.slice(1).map((next) => (
                    <Flow key={next} moves={moves} from={stage} to={next} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Flow({ moves, from, to }: { moves: Lifecycle['moves']; from: Stage; to: Stage }) {
  const flow = flowOf(moves, from, to);
  if (!flow) return <td className={styles.faint}>–</td>;
  return (
    <td>
      <span className={styles.flow} style={{ '--share': `${flow.share * 100}%` } as React.CSSProperties}>
        {count(flow.customers)} <small>{percent(flow.share, 0)}</small>
      </span>
    </td>
  );
}

function Dwell({ lifecycle }: { lifecycle: Lifecycle }) {
  return (
    <Panel title={t('rfm.dwell')} note={t('rfm.dwell.note')}>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('rfm.dwell.stage')}</th>
              <th scope="col">{t('rfm.dwell.left')}</th>
              <th scope="col">{t('rfm.dwell.median')}</th>
              <th scope="col">{t('rfm.dwell.long')}</th>
            </tr>
          </thead>
          <tbody>
            {lifecycle.dwell.map((dwell) => (
              <tr key={dwell.stage}>
                <th scope="row">
                  <StageDot stage={dwell.stage as Stage} />
                </th>
                <td>{t('rfm.dwell.times', { count: dwell.left })}</td>
                <td>{t('rfm.unit.days', { count: dwell.median_days })}</td>
                <td>{t('rfm.unit.days', { count: dwell.long_days })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
