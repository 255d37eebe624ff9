import { count } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Stat, StatRow } from '@/shared/ui/Stat';
import { type Counts, countsOf, type Kind } from './model';

/** What became of the rows, or of a trial what would. */
export function CountCards({ kind, counts }: { kind: Kind; counts: Counts }) {
  return (
    <StatRow>
      {countsOf(kind, counts).map(({ key, value }) => (
        <Stat key={key} label={t(`imports.count.${key}`)} figure={count(value)} />
      ))}
    </StatRow>
  );
}
