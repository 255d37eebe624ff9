import { moneyFigure, moneyShort, percent } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Stat, StatRow } from '@/shared/ui/Stat';
import { averages, type Behind, type Board, changeOf, memberSales, rates, thinned } from './model';

/** The six figures of the business; each opens the names behind it. */
export function Stats({ board, onOpen }: { board: Board; onOpen: (figure: Behind) => void }) {
  const { now, previous, days } = board;
  const buyers = thinned(days.map((day) => day.buyers));
  return (
    <StatRow>
      <Stat
        label={t('dashboard.stat.members')}
        figure={moneyFigure(memberSales(now))}
        change={changeOf(memberSales(now), memberSales(previous))}
        trend={thinned(days.map(memberSales))}
        onOpen={() => onOpen('buyers')}
      />
      <Stat
        label={t('dashboard.stat.repurchase')}
        {...rateFigure(now.repurchase_rate)}
        change={changeOf(now.repurchase_rate, previous.repurchase_rate)}
        trend={rates(days, 'repurchase_rate')}
        onOpen={() => onOpen('repeat_buyers')}
      />
      <Stat
        label={t('dashboard.stat.aov')}
        figure={now.aov_fen === null ? '–' : moneyFigure(Math.round(now.aov_fen))}
        change={changeOf(now.aov_fen, previous.aov_fen)}
        trend={averages(days).slice(-30)}
        onOpen={() => onOpen('buyers')}
      />
      <Stat
        label={t('dashboard.stat.active')}
        {...rateFigure(now.active_rate)}
        change={changeOf(now.active_rate, previous.active_rate)}
        trend={buyers}
        onOpen={() => onOpen('active')}
      />
      <Stat
        label={t('dashboard.stat.returning', { fresh: moneyShort(now.new_fen) })}
        figure={moneyFigure(now.returning_fen)}
        change={changeOf(now.returning_fen, previous.returning_fen)}
        trend={thinned(days.map((day) => day.returning_fen))}
        onOpen={() => onOpen('returning_buyers')}
      />
      <Stat
        label={t('dashboard.stat.churn')}
        {...rateFigure(now.churn_rate)}
        change={changeOf(now.churn_rate, previous.churn_rate)}
        trend={rates(days, 'churn_rate')}
        good="down"
        onOpen={() => onOpen('churned')}
      />
    </StatRow>
  );
}

/** `38.6` and a small `%`; a dash when there is nothing to divide by. */
function rateFigure(rate: number | null): { figure: string; unit?: string } {
  if (rate === null) return { figure: '–' };
  return { figure: percent(rate).replace('%', '').trim(), unit: '%' };
}
