import { Select } from 'antd';
import { $api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { count, moneyShort, percent } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { TableSkeleton } from '@/shared/ui/Loading';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import type { Row } from './model';
import type { SegmentFilters } from './SegmentPage';
import styles from './segments.module.css';

type Part = components['schemas']['SegmentPart'];
type Props = { row: Row; filters: SegmentFilters; set: (change: Partial<SegmentFilters>) => unknown };

/** Two segments side by side: how they overlap and how they differ. */
export function Compare({ row, filters, set }: Props) {
  const segments = $api.useQuery('get', '/v1/segments', { params: { query: {} } });
  const others = (segments.data?.items ?? []).filter((one) => one.id !== row.id);
  const other = others.find((one) => one.id === filters.with);
  return (
    <Panel title={t('segments.tab.compare')}>
      <Select
        className={styles.person ?? ''}
        aria-label={t('segments.compare.with')}
        placeholder={t('segments.compare.with')}
        value={filters.with}
        options={others.map((one) => ({ value: one.id, label: one.name }))}
        onChange={(next: string) => set({ with: next })}
      />
      {other && <Side a={row} b={other} />}
    </Panel>
  );
}

function Side({ a, b }: { a: Row; b: Row }) {
  const comparison = $api.useQuery('get', '/v1/segments/compare', {
    params: { query: { a: a.id, b: b.id } },
  });
  return (
    <QueryState query={comparison} skeleton={<TableSkeleton />}>
      {(parts) => (
        <>
          <Overlap
            a={parts.a.customers}
            b={parts.b.customers}
            both={parts.both.customers}
            names={[a.name, b.name]}
          />
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('segments.compare.figure')}</th>
                <th scope="col">{a.name}</th>
                <th scope="col">{b.name}</th>
                <th scope="col">{t('segments.compare.both')}</th>
              </tr>
            </thead>
            <tbody>
              {figures.map(([name, show]) => (
                <tr key={name}>
                  <th scope="row">{t(`segments.compare.${name}`)}</th>
                  {[parts.a, parts.b, parts.both].map((part, i) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the three columns stay
                    <td key={i}>{show(part)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </QueryState>
  );
}

const figures: ['customers' | 'orders' | 'paid' | 'average' | 'active', (part: Part) => string][] = [
  ['customers', (part) => count(part.customers)],
  ['orders', (part) => count(part.orders)],
  ['paid', (part) => moneyShort(part.paid_fen)],
  ['average', (part) => moneyShort(part.average_order_fen)],
  ['active', (part) => percent(part.customers ? (part.stages.active ?? 0) / part.customers : 0)],
];

/** Two circles that overlap by who is in both. */
function Overlap({ a, b, both, names }: { a: number; b: number; both: number; names: [string, string] }) {
  const most = Math.max(a, b, 1);
  const radius = (n: number) => 14 + 46 * Math.sqrt(n / most);
  const [ra, rb] = [radius(a), radius(b)];
  const share = both / Math.max(Math.min(a, b), 1);
  const gap = ra + rb - share * 2 * Math.min(ra, rb);
  const x = 120 - gap / 2;
  // How many are in each part, and where it begins and ends.
  const parts: [string, number, number, number][] = [
    ['a', a - both, x - ra, Math.min(x + ra, x + gap - rb)],
    ['both', both, x + gap - rb, x + ra],
    ['b', b - both, Math.max(x + ra, x + gap - rb), x + gap + rb],
  ];
  return (
    <svg
      className={styles.overlap}
      viewBox="0 0 240 130"
      role="img"
      aria-label={t('segments.compare.picture', { a: names[0], b: names[1], countA: a, countB: b, both })}
    >
      <circle cx={x} cy="65" r={ra} fill="var(--series-0)" opacity="0.35" />
      <circle cx={x + gap} cy="65" r={rb} fill="var(--series-1)" opacity="0.35" />
      {parts.map(([key, n, from, to]) => (
        <text key={key} x={(from + to) / 2} y="69" textAnchor="middle">
          {n > 0 && count(n)}
        </text>
      ))}
    </svg>
  );
}
