import { $api } from '@/api/client';
import { useCan } from '@/api/session';

const most = 200;

/** The name of a person of the shop by her id, where one may see it. */
export function usePersonName(): (id: string | undefined) => string | undefined {
  const query = { params: { query: { limit: most } } };
  const people = $api.useQuery('get', '/v1/staff', query, { enabled: useCan('staff.read') });
  return (id) => people.data?.items.find((person) => person.id === id)?.name;
}
