import { count } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { stageSeries } from '@/shared/theme/tokens';
import { type Move, pictureOf } from './flows';
import type { Grouping } from './thresholds';
import styles from './try.module.css';
import { groupName } from './words';

type Props = { by: Grouping; moves: Move[]; groups: string[] };

/** Who would go from which group to which; a table says the same to those who cannot see it. */
export function Flows({ by, moves, groups }: Props) {
  const { height, from, to, bands } = pictureOf(moves, groups);
  return (
    <>
      <div className={styles.flows} style={{ height }}>
        <Ends by={by} ends={from} sign="−" />
        <svg
          role="img"
          aria-label={t('rfm.try.moves')}
          viewBox={`0 0 100 ${height}`}
          preserveAspectRatio="none"
        >
          {bands.map(({ from, to, customers, fromY, toY, width }) => (
            <path
              key={`${from} ${to}`}
              d={`M0 ${fromY}C50 ${fromY} 50 ${toY} 100 ${toY}v${width}C50 ${toY + width} 50 ${fromY + width} 0 ${fromY + width}z`}
              style={{ fill: colourOf(by, groups, from), stroke: colourOf(by, groups, from) }}
            >
              <title>
                {t('rfm.try.move', {
                  from: groupName(by, from),
                  to: groupName(by, to),
                  count: customers,
                })}
              </title>
            </path>
          ))}
        </svg>
        <Ends by={by} ends={to} sign="+" />
      </div>
      <table className="visually-hidden">
        <caption>{t('rfm.try.moves')}</caption>
        <tbody>
          {moves.map(({ from, to, customers }) => (
            <tr key={`${from} ${to}`}>
              <th scope="row">{t('rfm.try.fromTo', { from: groupName(by, from), to: groupName(by, to) })}</th>
              <td>{count(customers)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

type EndsProps = { by: Grouping; ends: ReturnType<typeof pictureOf>['from']; sign: '+' | '−' };

function Ends({ by, ends, sign }: EndsProps) {
  return (
    <ul className={styles.ends} aria-hidden="true">
      {ends.map(({ name, customers, y, height }) => (
        <li key={name} style={{ top: y, height }}>
          <span>{groupName(by, name)}</span>
          <b>
            {sign}
            {count(customers)}
          </b>
        </li>
      ))}
    </ul>
  );
}

function colourOf(by: Grouping, groups: string[], name: string): string {
  const place = by === 'stage' ? stageSeries[name as keyof typeof stageSeries] : groups.indexOf(name) % 8;
  return place === undefined ? 'var(--text-3)' : `var(--series-${place})`;
}
