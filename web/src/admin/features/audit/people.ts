import { $api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useCan } from '@/api/session';
import { useShopNames } from '@/shared/ui/ShopSelect';

const most = 200;

/** The people of the shops one sees, also those who left. */
export function usePeople(): components['schemas']['StaffPerson'][] {
  const query = { params: { query: { limit: most } } };
  const people = $api.useQuery('get', '/v1/staff', query, { enabled: useCan('staff.read') });
  return people.data?.items ?? [];
}

/** What the thing behind an identifier is called, where that is known here. */
export function useSubjectName(): (subject: string) => string | undefined {
  const people = usePeople();
  const shopNames = useShopNames();
  return (subject) => {
    const name = people.find(({ id }) => id === subject)?.name ?? shopNames([subject])[0];
    return name === subject ? undefined : name;
  };
}
