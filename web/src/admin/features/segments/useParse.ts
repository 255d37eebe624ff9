import { useState } from 'react';
import { api } from '@/api/client';
import { ApiError, errorMessage } from '@/api/problem';
import type { Rule } from './model';

/** Reads a sentence; a fault says where it stands. */
export function useParse() {
  const [waiting, setWaiting] = useState(false);
  const [fault, setFault] = useState<string>();

  const read = async (text: string, lang: 'zh' | 'en'): Promise<Rule | undefined> => {
    setWaiting(true);
    try {
      const { data } = await api.POST('/v1/segments/parse', { body: { text, lang } });
      setFault(undefined);
      return data?.rule;
    } catch (error) {
      const [first] = error instanceof ApiError ? error.fields : [];
      setFault(first?.message ?? errorMessage(error));
      return undefined;
    } finally {
      setWaiting(false);
    }
  };

  return { read, waiting, fault, reset: () => setFault(undefined) };
}
