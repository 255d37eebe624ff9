import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

type Raw = Record<string, unknown>;

/**
 * The filters of a list, kept in the URL, so that a page can be linked, reloaded and gone back to.
 * `parse` turns what stands in the URL into typed filters and must come from outside of the component;
 * set changes some of them (undefined removes), clear removes all.
 */
export function useFilters<F extends object>(parse: (raw: Raw) => F) {
  const raw = useSearch({ strict: false }) as Raw;
  const navigate = useNavigate();
  const filters = useMemo(() => parse(raw), [parse, raw]);
  const isFiltered = Object.values(raw).some((value) => value !== undefined && value !== '');

  const set = useCallback(
    (change: Partial<F>) =>
      navigate({ to: '.', search: (before: Raw) => clean({ ...before, ...change }), replace: true }),
    [navigate],
  );
  const clear = useCallback(() => navigate({ to: '.', search: {}, replace: true }), [navigate]);

  return { filters, isFiltered, set, clear };
}

function clean(raw: Raw): Raw {
  return Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined && value !== ''));
}

/** For parse functions: the text of a parameter; empty is none. The router makes numbers of digits, and true of "true". */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** For parse functions: one of the allowed words, or undefined. */
export function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((word) => word === textOf(value));
}
