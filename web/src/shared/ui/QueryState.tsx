import type { ReactNode } from 'react';
import { ErrorState } from './ErrorState';

type Props<T> = {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  /** In the shape of what will come. */
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
};

/** Skeleton, error with retry, or the data; data that is there stays while it is fetched anew. */
export function QueryState<T>({ query, skeleton, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ErrorState error={query.error} onRetry={() => query.refetch()} />;
  return skeleton;
}
