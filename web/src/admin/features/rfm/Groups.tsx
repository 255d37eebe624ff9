import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { $api } from '@/api/client';
import { money } from '@/shared/format';
import { rich, t } from '@/shared/i18n/t';
import { Money } from '@/shared/ui/Money';
import { Panel } from '@/shared/ui/Panel';
import { type Overview, type Share, shareOf, type Thresholds, thresholdKeys } from './model';
import styles from './rfm.module.css';
import { ThresholdsPanel } from './ThresholdsPanel';
import { groupingOf } from './thresholds';
import { people, shareText } from './words';

type Cut = 'value' | 'quadrant' | 'type';
const filterOf = { value: 'value_group', quadrant: 'quadrant', type: 'customer_type' } as const;

/** The thresholds that are moved here; those of the stages are moved beside these. */
const keys = thresholdKeys.filter((key) => groupingOf[key] !== 'stage');

/** The groups of the handbook by the thresholds in force, with what each brings. */
export function Groups({ overview }: { overview: Overview }) {
  const { settings } = overview;
  const { window_days, value_purchases, value_fen } = settings.thresholds;
  return (
    <>
      <Pareto />
      <Panel title={t('rfm.value')} note={t('rfm.value.note')}>
        <Shares cut="value" shares={overview.value_groups} rules={ruleParams(settings.thresholds)} />
      </Panel>
      <div className={styles.halves}>
        <Panel
          title={t('rfm.quadrants')}
          note={t('rfm.quadrants.note', {
            window: window_days,
            times: value_purchases,
            money: money(value_fen),
          })}
        >
          <Shares cut="quadrant" shares={overview.quadrants} />
        </Panel>
        <Panel title={t('rfm.types')} note={t('rfm.types.note')}>
          <Shares cut="type" shares={overview.customer_types} />
        </Panel>
      </div>
      <ThresholdsPanel
        overview={overview}
        keys={keys}
        shares={{ value_group: overview.value_groups, quadrant: overview.quadrants }}
      />
    </>
  );
}

/** Whether a few carry the shop. */
function Pareto() {
  const share = $api.useQuery('get', '/v1/kpis').data?.now.concentration;
  if (share === null || share === undefined) return null;
  return (
    <Panel>
      <p className={styles.pareto}>
        <span>{rich('rfm.pareto', { share: <b key="share">{shareText(share)}</b> })}</span>
        <small>{t('rfm.pareto.note')}</small>
      </p>
      <Bar share={share} />
    </Panel>
  );
}

type SharesProps = { cut: Cut; shares: Share[]; rules?: Record<string, string | number> };

function Shares({ cut, shares, rules }: SharesProps) {
  return (
    <ul className={styles.shares}>
      {shares.map((share) => (
        <li key={share.name}>
          <span className={styles.shareName}>
            <Name cut={cut} share={share}>
              {t(`rfm.${cut}.${share.name}` as 'rfm.value.vip')}
            </Name>
            {rules && <small>{t(`rfm.rule.${share.name}` as 'rfm.rule.vip', rules)}</small>}
          </span>
          <span className={styles.shareFigures}>
            <span>{people(share.customers)}</span>
            <Money fen={share.paid_fen} short />
            <b>{shareText(shareOf(share))}</b>
          </span>
          <Bar share={shareOf(share)} />
        </li>
      ))}
    </ul>
  );
}

function Name({ cut, share, children }: { cut: Cut; share: Share; children: ReactNode }) {
  if (share.customers === 0) return <b>{children}</b>;
  return (
    <Link to="/customers" search={{ [filterOf[cut]]: share.name } as never}>
      <b>{children}</b>
    </Link>
  );
}

function Bar({ share }: { share: number }) {
  return (
    <span className={styles.track} aria-hidden="true">
      <span className={styles.fill} style={{ width: `${Math.min(share, 1) * 100}%` }} />
    </span>
  );
}

function ruleParams(of: Thresholds): Record<string, string | number> {
  return {
    window: of.window_days,
    vipDays: of.vip_days,
    vipTimes: of.vip_purchases,
    vipMoney: money(of.vip_fen),
    activeDays: of.active_days,
    activeTimes: of.active_purchases,
    potential: money(of.potential_fen),
  };
}
