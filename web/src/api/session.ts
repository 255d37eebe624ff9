import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from './client';

/** Who is signed in, and what the shop's settings say about money and time. */
export type Session = {
  staff: { id: string; name: string; role: string };
  shops: { id: string; name: string }[];
  currency: string;
  time_zone: string;
  /** Work that waits, by the name of the page that does it. */
  waiting?: Record<string, number>;
};

type Untyped = (path: string) => Promise<{ data?: unknown }>;

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => {
    const { data } = await (api.GET as unknown as Untyped)('/v1/session');
    return data as Session;
  },
  staleTime: 5 * 60_000,
});

export const useSession = () => useQuery(sessionQuery);

export async function signOut(): Promise<void> {
  await (api.DELETE as unknown as Untyped)('/v1/session');
}
