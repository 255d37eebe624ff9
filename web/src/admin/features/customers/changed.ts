import { useQueryClient } from '@tanstack/react-query';
import { $api } from '@/api/client';
import type { components } from '@/api/schema.gen';

const aside = ['timeline', 'notes', 'consents', 'profile'].map((part) => `/v1/customers/{id}/${part}`);

/** Takes over what a write answered, and fetches anew what hangs on it: the timeline, the list. */
export function useCustomerChanged(): (changed?: components['schemas']['CustomerChanged']) => void {
  const cache = useQueryClient();
  return (changed) => {
    if (changed) {
      const { queryKey } = $api.queryOptions('get', '/v1/customers/{id}', {
        params: { path: { id: changed.id } },
      });
      cache.setQueryData(queryKey, changed);
    }
    for (const path of changed ? aside : [...aside, '/v1/customers/{id}']) {
      void cache.invalidateQueries({ queryKey: ['get', path] });
    }
    void cache.invalidateQueries({ queryKey: ['get', '/v1/customers'], refetchType: 'none' });
  };
}
