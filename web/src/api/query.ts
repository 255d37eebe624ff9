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

/** The cache of server state. Mutations that fail say so through `notify`. */
export function createCache(notify: (message: string) => void): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: worthRetrying, staleTime: 30_000 },
      mutations: { retry: false },
    },
    mutationCache: new MutationCache({
      onError(error, _variables, _result, mutation) {
        if (!mutation.meta?.quiet) notify(errorMessage(error));
      },
    }),
  });
}
