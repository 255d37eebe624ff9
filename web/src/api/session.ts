import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from './client';
import type { components } from './schema.gen';

/** Who is signed in, what she may do, and how the shop writes money and time. */
export type Session = components['schemas']['StaffSessionView'];

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => (await api.GET('/v1/session')).data as Session,
  staleTime: 5 * 60_000,
});

export const useSession = () => useQuery(sessionQuery);

/** Whether the person signed in has a permission; not while it is unknown. */
export function useCan(permission: string): boolean {
  return useSession().data?.permissions.includes(permission) ?? false;
}

export async function signOut(): Promise<void> {
  await api.DELETE('/v1/session');
}
