import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '@/api/client';
import { useSettled } from '@/shared/useSettled';
import type { Thresholds } from './model';
import type { Grouping } from './thresholds';

/** Who would move by a draft of thresholds, asked a moment after it last changed; the answer before stays meanwhile. */
export function useWhatIf(draft: Thresholds, by: Grouping, enabled: boolean) {
  const text = useSettled(JSON.stringify(draft), 250);
  return useQuery({
    queryKey: ['rfm', 'what_if', by, text],
    enabled,
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: async ({ signal }) => {
      const body = { thresholds: JSON.parse(text) as Thresholds, by };
      const { data } = await api.POST('/v1/rfm/what_if', { body, signal });
      if (!data) throw new Error('the answer is empty');
      return data;
    },
  });
}
