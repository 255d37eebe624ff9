import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '@/api/client';
import { useSettled } from '@/shared/useSettled';
import type { Rule } from './model';

/** Whom a rule admits, asked a moment after the last change; the answer before stays in sight meanwhile. */
export function useLive(rule: Rule | undefined) {
  const text = useSettled(rule ? JSON.stringify(rule) : '', 400);
  return useQuery({
    queryKey: ['segments', 'preview', text],
    enabled: text !== '',
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: async ({ signal }) => {
      const body = { rule: JSON.parse(text) as Rule };
      const { data } = await api.POST('/v1/segments/preview', { body, signal });
      if (!data) throw new Error('the preview is empty');
      return data;
    },
  });
}
