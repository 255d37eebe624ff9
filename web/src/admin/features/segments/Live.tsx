import { Link } from '@tanstack/react-router';
import { Skeleton } from 'antd';
import { nameOf } from '@/admin/features/customers/words';
import type { components } from '@/api/schema.gen';
import { count, moneyShort, percent } from '@/shared/format';
import { rich, t } from '@/shared/i18n/t';
import { Failure } from '@/shared/ui/Failure';
import { Panel } from '@/shared/ui/Panel';
import styles from './segments.module.css';
import type { useLive } from './useLive';
import { ratio } from './words';

type Preview = components['schemas']['SegmentPreview'];

const channels = ['wecom', 'sms', 'wechat', 'email', 'phone'] as const;

/** How many, how many of them can be reached, and some of them, while the rule is edited. */
export function Live({ live, empty }: { live: ReturnType<typeof useLive>; empty: boolean }) {
  const { data, error, isFetching } = live;
  if (empty) {
    return (
      <Panel title={t('segments.live')}>
        <p className={styles.quiet}>{t('segments.live.empty')}</p>
      </Panel>
    );
  }
  return (
    <>
      <Panel title={t('segments.live')} className={isFetching ? styles.stale : undefined}>
        {data ? (
          <Count preview={data} />
        ) : (
          !error && <Skeleton active paragraph={{ rows: 4 }} title={false} />
        )}
        <Failure error={error} />
      </Panel>
      {data && data.sample.length > 0 && (
        <Panel title={t('segments.sample')} note={t('segments.sample.note', { count: data.sample.length })}>
          <ul className={styles.sample}>
            {data.sample.map((one) => (
              <li key={one.id}>
                <Link to="/customers/$id" params={{ id: one.id }}>
                  {nameOf(one)}
                </Link>
                <span>{moneyShort(one.paid_fen)}</span>
                <span>
                  {one.last_days === undefined
                    ? t('segments.sample.never')
                    : t('segments.sample.days', { count: one.last_days })}
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

function Count({ preview }: { preview: Preview }) {
  return (
    <div aria-live="polite">
      <p className={styles.big}>
        {count(preview.count)} <small>{t('segments.people')}</small>
      </p>
      <p className={styles.quiet}>
        {rich('segments.live.share', {
          share: percent(preview.of ? preview.count / preview.of : 0),
          paid: moneyShort(preview.paid_fen),
          paidShare: percent(ratio(preview.share_of_paid_bp)),
        })}
      </p>
      <dl className={styles.reach}>
        {channels.map((channel) => (
          <div key={channel}>
            <dt>{t(`segments.reach.${channel}`)}</dt>
            <dd>{count(preview.reach[channel])}</dd>
            <span className={styles.track} aria-hidden="true">
              <span
                style={{ width: `${preview.count ? (100 * preview.reach[channel]) / preview.count : 0}%` }}
              />
            </span>
          </div>
        ))}
      </dl>
    </div>
  );
}
