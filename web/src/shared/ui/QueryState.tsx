import type { ReactNode } from 'react';
import { ErrorState } from './ErrorState';
import { Page } from './Page';

type Props<T> = {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  /** In the shape of what will come. */
  skeleton: ReactNode;
  /** The head of the page until there is data, for what makes a whole page of it. */
  title?: string;
  children: (data: T) => ReactNode;
};

/** Skeleton, error with retry, or the data; data that is there stays while it is fetched anew. */
export function QueryState<T>({ query, skeleton, title, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  const state = query.error ? <ErrorState error={query.error} onRetry={() => query.refetch()} /> : skeleton;
  return title ? <Page title={title}>{state}</Page> : state;
}
