import { percent } from '@/shared/format';
import { rich, t } from '@/shared/i18n/t';
import { Money } from '@/shared/ui/Money';
import { Panel } from '@/shared/ui/Panel';
import { Delta } from '@/shared/ui/Stat';
import { channelName } from './channel';
import styles from './dashboard.module.css';
import { type Board, changeOf, type Figures } from './model';

type Factor = 'buyers' | 'frequency' | 'basket';
type RateKey = 'units_per_transaction' | 'retention_rate' | 'refund_rate' | 'concentration';
const rates: RateKey[] = ['units_per_transaction', 'retention_rate', 'refund_rate', 'concentration'];

/** What moved sales against the period before, in a sentence, and the quieter figures. */
export function Changed({ board }: { board: Board }) {
  const { now, previous } = board;
  return (
    <Panel title={t('dashboard.changed')} note={t('dashboard.changed.note')}>
      <p className={styles.sentence}>{sentence(board)}</p>
      <dl className={styles.quiet}>
        {rates.map((key) => (
          <Quiet key={key} name={key} now={now} previous={previous} />
        ))}
      </dl>
    </Panel>
  );
}

function Quiet({ name, now, previous }: { name: RateKey; now: Figures; previous: Figures }) {
  const value = now[name];
  if (value === null) return null;
  // The concentration is that of all time: it has no period before.
  const change = name === 'concentration' ? undefined : changeOf(value, previous[name]);
  return (
    <div className={styles.pair}>
      <dt>{t(`dashboard.quiet.${name}`)}</dt>
      <dd>
        <b>{name === 'units_per_transaction' ? value.toFixed(2) : percent(value)}</b>
        {change !== undefined && <Delta ratio={change} />}
      </dd>
    </div>
  );
}

function sentence({ change, now, previous }: Board) {
  if (now.sales_fen === 0 && previous.sales_fen === 0) return t('dashboard.changed.nothing');
  if (previous.sales_fen === 0) return t('dashboard.changed.first');
  const { sales_fen: sales, factor, shop, shop_fen, channel, channel_fen } = change;
  return (
    <>
      <span>
        {rich(sales < 0 ? 'dashboard.changed.less' : 'dashboard.changed.more', {
          amount: <Amount fen={sales} />,
        })}
      </span>
      {factor ? reason(factor, sales, now, previous) : t('dashboard.changed.end')}
      {shop && shop_fen !== 0 && (
        <span>
          {rich(shop_fen < 0 ? 'dashboard.changed.shopLess' : 'dashboard.changed.shopMore', {
            shop: <b>{shop}</b>,
            amount: <Amount fen={shop_fen} />,
          })}
        </span>
      )}
      {channel && channel_fen !== 0 && (
        <span>
          {rich(channel_fen < 0 ? 'dashboard.changed.channelLess' : 'dashboard.changed.channelMore', {
            channel: <b>{channelName(channel)}</b>,
            amount: <Amount fen={channel_fen} />,
          })}
        </span>
      )}
    </>
  );
}

/** The factor that moved most; it can have pulled the other way than sales went. */
function reason(factor: Factor, sales: number, now: Figures, previous: Figures): string {
  const grew = factorGrew(factor, now, previous);
  const direction = grew ? 'up' : 'down';
  return grew === sales > 0
    ? t(`dashboard.changed.${factor}.${direction}`)
    : t(`dashboard.changed.though.${factor}.${direction}`);
}

function Amount({ fen }: { fen: number }) {
  return (
    <b>
      <Money fen={Math.abs(fen)} short />
    </b>
  );
}

function factorGrew(factor: Factor, now: Figures, previous: Figures): boolean {
  if (factor === 'buyers') return now.buyers > previous.buyers;
  if (factor === 'basket') return (now.aov_fen ?? 0) > (previous.aov_fen ?? 0);
  return now.orders * previous.buyers > previous.orders * now.buyers;
}
