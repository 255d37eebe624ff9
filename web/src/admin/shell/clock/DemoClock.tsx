import { FieldTimeOutlined, LoadingOutlined } from '@ant-design/icons';
import { Button, Popover } from 'antd';
import { useRef, useState } from 'react';
import { useCan, useSession } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { ClockPanel } from './ClockPanel';
import styles from './clock.module.css';
import { useClock } from './useClock';

/** The clock of a demo: what time it is in the shop, and the way forward. Elsewhere there is none. */
export function DemoClock() {
  const { data: session } = useSession();
  const mayMove = useCan('clock.move');
  return session?.demo && mayMove ? <Clock /> : null;
}

function Clock() {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const clock = useClock();
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      afterOpenChange={(opened) => opened && first.current?.focus()}
      title={t('demo.clock.title')}
      content={
        <ClockPanel
          clock={clock.data}
          first={first}
          onLeave={() => setOpen(false)}
          onEscape={() => {
            setOpen(false);
            button.current?.focus();
          }}
        />
      }
    >
      <Button
        ref={button}
        type="text"
        className={styles.button ?? ''}
        icon={clock.data?.life?.moving ? <LoadingOutlined aria-hidden /> : <FieldTimeOutlined aria-hidden />}
        aria-label={t('demo.clock')}
        aria-expanded={open}
      >
        <span className={styles.word}>{t('demo.clock')}</span>
      </Button>
    </Popover>
  );
}
