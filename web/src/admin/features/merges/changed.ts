import { useQueryClient } from '@tanstack/react-query';

/** After a merge, or its undoing, everything about customers may be another. */
export function useMergesChanged(): () => Promise<unknown> {
  const cache = useQueryClient();
  return () =>
    cache.invalidateQueries({
      predicate: ({ queryKey: [, path] }) =>
        typeof path === 'string' && /^\/v1\/(customers|merges|orders|rfm)/.test(path),
    });
}
