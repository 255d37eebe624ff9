import { $api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useCan } from '@/api/session';

type Reveal = components['schemas']['CustomerReveal'];

/** Asks for a personal value in clear; undefined where the role may not see it. */
export function useReveal(customer: string): ((body: Reveal) => Promise<string>) | undefined {
  const may = useCan('customers.reveal');
  const reveal = $api.useMutation('post', '/v1/customers/{id}/reveal', { meta: { quiet: true } });
  if (!may) return undefined;
  return async (body) => (await reveal.mutateAsync({ params: { path: { id: customer } }, body })).value;
}
