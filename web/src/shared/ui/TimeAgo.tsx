import { Tooltip } from 'antd';
import { dateTime, relative } from '@/shared/format';
import styles from './Text.module.css';

/** How long ago, with the exact time in the shop's zone on hover and for screen readers. */
export function TimeAgo({ at }: { at: string }) {
  return (
    <Tooltip title={dateTime(at)}>
      <time className={styles.number} dateTime={at}>
        {relative(at)}
      </time>
    </Tooltip>
  );
}
