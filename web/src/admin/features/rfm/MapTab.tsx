import { Segmented } from 'antd';
import { count, money, moneyShort } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import { ClassicTreemap } from './ClassicTreemap';
import {
  amountOf,
  type Bounds,
  frequencyBounds,
  isEmpty,
  type Overview,
  type RfmFilters,
  recencyBounds,
  type Score,
  type Shade,
  type Square,
  scores,
  shades,
  squaresOf,
  stepOf,
} from './model';
import styles from './rfm.module.css';

type Props = {
  overview: Overview;
  filters: RfmFilters;
  set: (change: Partial<RfmFilters>) => unknown;
};

/** The map by recency and frequency, and the eight groups that are read off it. */
export function MapTab({ overview, filters, set }: Props) {
  const by = filters.by ?? 'money';
  const rows = squaresOf(overview.cells, filters.m);
  const most = Math.max(...rows.flat().map((square) => amountOf(square, by)));
  const { recency_days, frequency } = overview.edges;
  return (
    <div className={styles.halves}>
      <Panel title={t('rfm.map')} note={t('rfm.map.note')}>
        <div className={styles.switches}>
          <Segmented
            aria-label={t('rfm.map.by')}
            value={by}
            onChange={(next) => set({ by: next === 'money' ? undefined : next })}
            options={shades.map((shade) => ({ value: shade, label: t(`rfm.map.${shade}`) }))}
          />
          <Segmented
            aria-label={t('rfm.map.m')}
            value={filters.m ?? ''}
            onChange={(m) => set({ m: m || undefined })}
            options={[
              { value: '', label: t('rfm.map.m.all') },
              ...scores.map((score) => ({ value: String(score), label: t('rfm.map.m.score', { score }) })),
            ]}
          />
        </div>
        <table className={styles.map}>
          <caption className="visually-hidden">{t('rfm.map')}</caption>
          <tbody>
            {rows.map((row) => (
              <tr key={row[0]?.r}>
                <th scope="row">
                  <b>{t('rfm.map.r', { score: row[0]?.r ?? 0 })}</b>
                  <small>{daysText(recencyBounds(recency_days, row[0]?.r as Score))}</small>
                </th>
                {row.map((square) => (
                  <td key={square.f}>
                    <Cell
                      square={square}
                      by={by}
                      step={stepOf(amountOf(square, by), most)}
                      onOpen={() =>
                        set({ cell: `${square.r}${square.f}${filters.m ?? firstM(overview, square)}` })
                      }
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td className={styles.corner}>{t('rfm.map.frequency')}</td>
              {scores.map((f) => (
                <th key={f} scope="col">
                  <b>{t('rfm.map.f', { score: f })}</b>
                  <small>{timesText(frequencyBounds(frequency, f))}</small>
                </th>
              ))}
            </tr>
          </tfoot>
        </table>
        <p className={styles.legend}>
          {t('rfm.map.few')}
          {[1, 2, 3, 4, 5].map((step) => (
            <span key={step} className={`${styles.swatch} ${styles[`step${step}`]}`} />
          ))}
          {t('rfm.map.many')}
        </p>
      </Panel>
      <ClassicTreemap overview={overview} onOpen={(group) => set({ group })} />
    </div>
  );
}

/** A square opens at its best-paying cell. */
function firstM(overview: Overview, { r, f }: Square): string {
  return overview.cells.find(({ cell }) => cell.startsWith(`${r}${f}`))?.cell.slice(2) ?? '5';
}

type CellProps = { square: Square; by: Shade; step: number; onOpen: () => void };

function Cell({ square, by, step, onOpen }: CellProps) {
  const { r, f, customers, paidFen } = square;
  if (customers === 0) return <span className={`${styles.cell} ${styles.step0}`} />;
  const words = t('rfm.map.cell', { r, f, count: customers, amount: money(paidFen) });
  return (
    <button
      type="button"
      className={`${styles.cell} ${styles[`step${step}`]}`}
      aria-label={words}
      title={words}
      onClick={onOpen}
    >
      <b>{by === 'money' ? moneyShort(paidFen) : count(customers)}</b>
      <small>{by === 'money' ? <People customers={customers} /> : moneyShort(paidFen)}</small>
    </button>
  );
}

/** A phone has room for the number only. */
function People({ customers }: { customers: number }) {
  return (
    <>
      <span className={styles.long}>{t('rfm.map.people', { count: customers })}</span>
      <span className={styles.short}>{count(customers)}</span>
    </>
  );
}

function daysText({ from, to }: Bounds): string {
  if (isEmpty({ from, to })) return '–';
  if (from === undefined) return t('rfm.map.days.first', { to: to ?? 0 });
  if (to === undefined) return t('rfm.map.days.last', { from: from - 1 });
  return t('rfm.map.days', { from, to });
}

function timesText({ from, to }: Bounds): string {
  if (isEmpty({ from, to })) return '–';
  if (to === undefined) return t('rfm.map.times.last', { from: from ?? 0 });
  if (from === to || (from === undefined && to === 1)) return t('rfm.map.times.one', { to });
  if (from === undefined) return t('rfm.map.times.first', { to });
  return t('rfm.map.times', { from, to });
}
