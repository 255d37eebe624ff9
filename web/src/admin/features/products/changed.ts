import { useQueryClient } from '@tanstack/react-query';

/** Fetches products and stock anew. */
export function useProductsChanged(): () => Promise<unknown> {
  const cache = useQueryClient();
  return () =>
    Promise.all(
      ['/v1/products', '/v1/products/{id}', '/v1/skus/{code}/stock'].map((path) =>
        cache.invalidateQueries({ queryKey: ['get', path] }),
      ),
    );
}
