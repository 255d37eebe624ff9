import { FieldTimeOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Popover } from 'antd';
import { useEffect, useState } from 'react';
import { $api } from '@/api/client';
import { useCan, useSession } from '@/api/session';
import { dateTime, shopNow } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import styles from './DemoClock.module.css';

const steps = [
  { hours: 1, label: 'shell.clock.hour' },
  { hours: 24, label: 'shell.clock.day' },
  { hours: 7 * 24, label: 'shell.clock.week' },
] as const;

/** The clock of a demo: what time it is in the shop, and the way forward. Elsewhere there is none. */
export function DemoClock() {
  const { data: session } = useSession();
  const mayMove = useCan('clock.move');
  if (!session?.demo || !mayMove) return null;
  return (
    <Popover trigger="click" placement="bottomLeft" title={t('shell.clock.title')} content={<Forward />}>
      <Button
        type="text"
        className={styles.button ?? ''}
        icon={<FieldTimeOutlined aria-hidden />}
        aria-label={t('shell.clock')}
      >
        <span className={styles.word}>{t('shell.clock')}</span>
      </Button>
    </Popover>
  );
}

function Forward() {
  const cache = useQueryClient();
  const move = $api.useMutation('post', '/v1/clock/move', { onSuccess: () => cache.invalidateQueries() });
  useEveryHalfMinute();
  return (
    <div className={styles.panel}>
      <p className={styles.now}>
        {t('shell.clock.now')} <time>{dateTime(shopNow())}</time>
      </p>
      <div className={styles.steps}>
        {steps.map(({ hours, label }) => (
          <Button
            key={hours}
            loading={move.isPending && move.variables.body.hours === hours}
            disabled={move.isPending}
            onClick={() => move.mutate({ body: { hours } })}
          >
            {t(label)}
          </Button>
        ))}
      </div>
      <p className={styles.hint}>{t('shell.clock.hint')}</p>
    </div>
  );
}

function useEveryHalfMinute(): void {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
}
