import { Link } from '@tanstack/react-router';
import { count, moneyShort } from '@/shared/format';
import { rich, t } from '@/shared/i18n/t';
import { Failure } from '@/shared/ui/Failure';
import { Flows } from './Flows';
import type { Share, Shift, WhatIfAnswer } from './model';
import { shareOf } from './model';
import type { Grouping } from './thresholds';
import styles from './try.module.css';
import type { useWhatIf } from './useWhatIf';
import { groupName, nameOf, shareText } from './words';

type Props = {
  by: Grouping;
  /** The groups as they are. */
  shares: Share[];
  /** What is asked, if a threshold was moved. */
  asked: ReturnType<typeof useWhatIf> | undefined;
};

/** What a draft of thresholds would change: who moves, what each group would be, and some of the names. */
export function WhatIf({ by, shares, asked }: Props) {
  const answer = asked?.data;
  const groups = answer?.groups ?? shares.map(still);
  return (
    <div className={asked?.isFetching ? styles.stale : undefined} aria-busy={asked?.isFetching ?? false}>
      <p className={styles.verdict} aria-live="polite">
        {verdict(asked)}
      </p>
      <Failure error={asked?.error} />
      {answer && answer.moves.length > 0 && (
        <Flows by={by} moves={answer.moves} groups={groups.map(({ name }) => name)} />
      )}
      <Shares by={by} groups={groups} />
      {answer && answer.sample.length > 0 && <Sample by={by} sample={answer.sample} />}
    </div>
  );
}

function verdict(asked: Props['asked']) {
  if (!asked) return t('rfm.try.hint');
  if (!asked.data) return asked.error ? null : t('rfm.try.asking');
  const moved = asked.data.moves.reduce((sum, { customers }) => sum + customers, 0);
  if (moved === 0) return t('rfm.try.nobody');
  return rich('rfm.try.moved', { count: <b key="count">{count(moved)}</b> });
}

/** A group that stays as it is. */
function still(share: Share): Shift {
  return {
    name: share.name,
    customers_before: share.customers,
    customers_after: share.customers,
    paid_fen_before: share.paid_fen,
    paid_fen_after: share.paid_fen,
    share_bp_before: share.revenue_bp,
    share_bp_after: share.revenue_bp,
  };
}

function Shares({ by, groups }: { by: Grouping; groups: Shift[] }) {
  return (
    <table className={styles.shares}>
      <thead>
        <tr>
          <th scope="col">{t('rfm.name')}</th>
          <th scope="col">{t('rfm.customers')}</th>
          <th scope="col">{t('rfm.try.share')}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <tr key={group.name}>
            <th scope="row">{groupName(by, group.name)}</th>
            <td>
              <Change before={count(group.customers_before)} after={count(group.customers_after)} />
            </td>
            <td>
              <Change
                before={shareText(shareOf({ revenue_bp: group.share_bp_before }))}
                after={shareText(shareOf({ revenue_bp: group.share_bp_after }))}
              />
            </td>
            <td className={styles.bars} aria-hidden="true">
              <span style={{ width: `${group.share_bp_before / 100}%` }} />
              <span style={{ width: `${group.share_bp_after / 100}%` }} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Change({ before, after }: { before: string; after: string }) {
  if (before === after) return after;
  return (
    <>
      <span className={styles.before}>{before}</span> → <b>{after}</b>
    </>
  );
}

function Sample({ by, sample }: { by: Grouping; sample: WhatIfAnswer['sample'] }) {
  return (
    <>
      <h3 className={styles.heading}>{t('rfm.try.sample', { count: sample.length })}</h3>
      <ul className={styles.sample}>
        {sample.map((one) => (
          <li key={one.id}>
            <Link to="/customers/$id" params={{ id: one.id }}>
              {nameOf(one)}
            </Link>
            <span>{t('rfm.try.fromTo', { from: groupName(by, one.from), to: groupName(by, one.to) })}</span>
            <span>{moneyShort(one.paid_fen)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
