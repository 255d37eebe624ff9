import { shopToday } from '@/shared/days';
import { relative } from '@/shared/format';
import { currentLanguage, t } from '@/shared/i18n/t';

const noon = (day: string) => `${day}T12:00:00Z`;

/** How long ago a day was, or is to come: `今天`, `昨天`, `3 天前`, `2 个月前`. */
export function relativeDay(day: string, today = shopToday()): string {
  return day === today ? t('customers.today') : relative(noon(day), noon(today));
}

const lunarMonths = ['正', '二', '三', '四', '五', '六', '七', '八', '九', '十', '冬', '腊'];
const lunarDigits = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];

/** A day of the lunar calendar as it is called: `八月十五`, `闰二月初一`. */
export function lunarName(month: number, day: number, leap = false): string {
  const tens = day === 20 ? '二' : ['初', '十', '廿', '三'][Math.floor(day / 10)];
  const name = day === 10 ? '初十' : `${tens}${day % 10 === 0 ? '十' : lunarDigits[(day % 10) - 1]}`;
  return `${leap ? '闰' : ''}${lunarMonths[month - 1]}月${name}`;
}

export type YearlyDay = { calendar: string; month: number; day: number; leap?: boolean; year?: number };

/** A date of life without its year, in its calendar: `11-26`, `农历八月十五`. */
export function yearlyDay(d: YearlyDay): string {
  const plain = `${String(d.month).padStart(2, '0')}-${String(d.day).padStart(2, '0')}`;
  if (d.calendar !== 'lunar') return plain;
  const chinese = currentLanguage() === 'zh-CN';
  return t('customers.lunar', { date: chinese ? lunarName(d.month, d.day, d.leap) : plain });
}

/** The whole date that the server reveals as `lunar leap 1990-02-01`, in words. */
export function revealedDay(text: string): string {
  const [, lunar, leap, year, month, day] =
    /^(lunar )?(leap )?(?:(\d{4})-)?(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (!month || !day) return text;
  const name = yearlyDay({
    calendar: lunar ? 'lunar' : 'solar',
    month: Number(month),
    day: Number(day),
    leap: leap !== undefined,
  });
  if (!year) return name;
  return lunar ? `${year} ${name}` : `${year}-${name}`;
}
