import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { type Ref, useEffect, useState } from 'react';
import { $api } from '@/api/client';
import { useSession } from '@/api/session';
import { shopNow, shopTimeZone, weekdayTime } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import styles from './clock.module.css';
import { type Clock, linesOf, steps, type Told, wayOf } from './model';

type Props = {
  clock: Clock | undefined;
  /** The first step, on which who opens the panel stands. */
  first: Ref<HTMLButtonElement>;
  /** Somebody follows a link of the panel. */
  onLeave: () => void;
  onEscape: () => void;
};

/** The date of the demo, the steps forward, and what happened on the way. */
export function ClockPanel({ clock, first, onLeave, onEscape }: Props) {
  const cache = useQueryClient();
  const move = $api.useMutation('post', '/v1/clock/move', { onSuccess: () => cache.invalidateQueries() });
  useEveryHalfMinute();
  const life = clock?.life;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a key that works wherever one stands in the panel.
    <div className={styles.panel} onKeyDown={({ key }) => key === 'Escape' && onEscape()}>
      <p className={styles.now}>
        {t('demo.clock.now')} <time>{weekdayTime(life?.moving ? life.told.until : shopNow())}</time>
      </p>
      <fieldset className={styles.steps}>
        <legend className="visually-hidden">{t('demo.clock.steps')}</legend>
        {steps.map(({ hours, label }, at) => (
          <Button
            key={hours}
            ref={at === 0 ? first : null}
            loading={move.isPending && move.variables.body.hours === hours}
            disabled={move.isPending}
            onClick={() => move.mutate({ body: { hours } })}
          >
            <span aria-hidden>+ </span>
            {t(label)}
          </Button>
        ))}
      </fieldset>
      {life?.moving && <Way life={life} />}
      <div aria-live="polite">{life && !life.moving && <What told={life.told} onLeave={onLeave} />}</div>
      <p className={styles.hint}>{t('demo.clock.hint')}</p>
    </div>
  );
}

function Way({ life }: { life: NonNullable<Clock['life']> }) {
  const percent = Math.round(wayOf(life) * 100);
  const label = t('demo.clock.moving', { day: weekdayTime(life.moving_to) });
  return (
    <div>
      <p className={styles.now}>{label}</p>
      <div
        className={styles.track}
        role="progressbar"
        aria-label={label}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span style={{ width: `${percent}%` }} />
      </div>
      <Lines told={life.told} />
    </div>
  );
}

function What({ told, onLeave }: { told: Told; onLeave: () => void }) {
  if (told.from === told.until) return null;
  return (
    <section className={styles.told} aria-label={t('demo.clock')}>
      <p className={styles.now}>
        {t('demo.clock.told', { from: weekdayTime(told.from), until: weekdayTime(told.until) })}
      </p>
      <Lines told={told} onLeave={onLeave} />
      <p>
        {t('demo.see')}{' '}
        <Link to="/dashboard" onClick={onLeave}>
          {t('dashboard.title')}
        </Link>
        {' · '}
        <Link to="/rfm" onClick={onLeave}>
          {t('rfm.title')}
        </Link>
        {' · '}
        <Link to="/rfm" search={{ tab: 'lifecycle' } as never} onClick={onLeave}>
          {t('rfm.tab.lifecycle')}
        </Link>
      </p>
    </section>
  );
}

/** What happened; with links once it is over. */
function Lines({ told, onLeave }: { told: Told; onLeave?: () => void }) {
  const permissions = useSession().data?.permissions ?? [];
  const lines = linesOf(told, shopTimeZone());
  if (lines.length === 0) return onLeave ? <p>{t('demo.clock.quiet')}</p> : null;
  return (
    <ul className={styles.lines}>
      {lines.map(({ key, text, to, search, permission }) => (
        <li key={key}>
          {to && onLeave && permission && permissions.includes(permission) ? (
            <Link to={to} search={search as never} onClick={onLeave}>
              {text}
            </Link>
          ) : (
            text
          )}
        </li>
      ))}
    </ul>
  );
}

function useEveryHalfMinute(): void {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
}
