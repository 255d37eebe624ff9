import { $api } from '@/api/client';
import { addDays } from '@/shared/days';
import { count } from '@/shared/format';
import { rich, t } from '@/shared/i18n/t';
import { given } from './model';

type Props = { today: string; shop: string | undefined; channel: string | undefined };

/** One human sentence: who came back yesterday, and how that compares with a week before. */
export function Returned({ today, shop, channel }: Props) {
  const yesterday = useReturned(addDays(today, -1), shop, channel);
  const weekBefore = useReturned(addDays(today, -8), shop, channel);
  if (yesterday === undefined) return t('dashboard.lead.waiting');
  if (yesterday === 0) return t('dashboard.lead.nobody');
  const more = yesterday - (weekBefore ?? yesterday);
  return rich(more === 0 ? 'dashboard.lead' : more > 0 ? 'dashboard.lead.more' : 'dashboard.lead.fewer', {
    people: <b key="people">{count(yesterday)}</b>,
    difference: count(Math.abs(more)),
  });
}

function useReturned(day: string, shop: string | undefined, channel: string | undefined): number | undefined {
  const board = $api.useQuery('get', '/v1/kpis', {
    params: { query: { from: day, to: day, ...given({ shop_id: shop, channel }) } },
  });
  return board.data?.now.returning_buyers;
}
