import { MutationCache, QueryClient } from '@tanstack/react-query';
import { ApiError, errorMessage } from './problem';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Error;
    /** `quiet` mutations show their errors themselves, beside the fields of their form. */
    mutationMeta: { quiet?: boolean };
  }
}

const attempts = 2;

/** Only what may pass by itself is tried again: the network, and a server that is busy or failed. */
function worthRetrying(failures: number, error: Error): boolean {
  if (failures >= attempts) return false;
  if (!(error instanceof ApiError)) return false;
  return error.status === 0 || error.status === 429 || error.status >= 500;
}

/** The cache of server state. Mutations that fail say so through `notify`; who came too late sees what stands now. */
export function createCache(notify: (message: string) => void): QueryClient {
  const cache: QueryClient = new QueryClient({
    defaultOptions: {
      queries: { retry: worthRetrying, staleTime: 30_000 },
      mutations: { retry: false },
    },
    mutationCache: new MutationCache({
      onError(error, _variables, _result, mutation) {
        if (error instanceof ApiError && error.status === 412) void cache.invalidateQueries();
        if (!mutation.meta?.quiet) notify(errorMessage(error));
      },
    }),
  });
  return cache;
}
