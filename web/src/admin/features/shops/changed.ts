import { useQueryClient } from '@tanstack/react-query';
import { sessionQuery } from '@/api/session';

/** Fetches the shops anew, here and in the menus that name them. */
export function useShopsChanged(): () => Promise<unknown> {
  const cache = useQueryClient();
  return () =>
    Promise.all([
      cache.invalidateQueries({ queryKey: ['get', '/v1/shops'] }),
      cache.invalidateQueries({ queryKey: sessionQuery.queryKey }),
    ]);
}
