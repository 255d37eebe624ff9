import { count, dayText, percent } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import { StageDot } from '@/shared/ui/StageDot';
import styles from './lifecycle.module.css';
import { flowOf, type Lifecycle, type StageMove, stages } from './model';
import map from './rfm.module.css';

type Props = { lifecycle: Lifecycle; onOpen: (move: StageMove) => void };

/** From a stage (row) to another (column): how many, and which part of those who left; each leads to the names. */
export function StageMatrix({ lifecycle, onOpen }: Props) {
  const { moves, from, to } = lifecycle;
  return (
    <Panel title={t('rfm.moves')} note={t('rfm.moves.note', { from: dayText(from), to: dayText(to) })}>
      {moves.length === 0 ? (
        <p className={map.note}>{t('rfm.moves.none')}</p>
      ) : (
        <table className={styles.matrix}>
          <thead>
            <tr>
              <td />
              {stages.slice(1).map((stage) => (
                <th key={stage} scope="col">
                  {t('rfm.moves.to', { stage: t(`ui.stage.${stage}`) })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {stages.map((from) => (
              <tr key={from}>
                <th scope="row">
                  <StageDot stage={from} />
                </th>
                {stages.slice(1).map((to) => (
                  <td key={to}>
                    <Cell moves={moves} move={{ from, to }} onOpen={onOpen} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

type CellProps = { moves: Lifecycle['moves']; move: StageMove; onOpen: (move: StageMove) => void };

function Cell({ moves, move, onOpen }: CellProps) {
  const flow = flowOf(moves, move.from, move.to);
  if (!flow) return <span className={styles.none} />;
  const words = t('rfm.moves.cell', {
    from: t(`ui.stage.${move.from}`),
    to: t(`ui.stage.${move.to}`),
    count: flow.customers,
    share: percent(flow.share, 0),
  });
  return (
    <button
      type="button"
      className={`${map.cell} ${map[`step${Math.max(1, Math.ceil(flow.share * 5))}`]}`}
      aria-label={words}
      title={words}
      onClick={() => onOpen(move)}
    >
      <b>{count(flow.customers)}</b>
      <small>{percent(flow.share, 0)}</small>
    </button>
  );
}
