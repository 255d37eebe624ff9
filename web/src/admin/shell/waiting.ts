import { $api } from '@/api/client';
import { useCan } from '@/api/session';
import type { Waiting } from './menu';

const askEveryMs = 60_000;
/** More are shown as 99+. */
const most = 100;

/** How much work waits on the pages that count it. */
export function useWaiting(): Partial<Record<Waiting, number>> {
  const jobs = $api.useQuery(
    'get',
    '/v1/jobs',
    { params: { query: { limit: 1 } } },
    { enabled: useCan('jobs.manage'), refetchInterval: askEveryMs },
  );
  const merges = $api.useQuery(
    'get',
    '/v1/merges',
    { params: { query: { limit: most } } },
    { enabled: useCan('customers.merge'), refetchInterval: askEveryMs },
  );
  return {
    ...(jobs.data && { jobs: jobs.data.counts.reduce((sum, counts) => sum + counts.dead, 0) }),
    ...(merges.data && { merges: merges.data.items.length }),
  };
}
