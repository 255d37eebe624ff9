import { Tooltip } from 'antd';
import { dayText } from '@/shared/format';
import { relativeDay } from './days';

/** How long ago a day was, with the day itself on hover. */
export function DayAgo({ day }: { day: string }) {
  return (
    <Tooltip title={dayText(day)}>
      <time dateTime={day}>{relativeDay(day)}</time>
    </Tooltip>
  );
}
