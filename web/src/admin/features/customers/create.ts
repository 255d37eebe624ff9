import { ApiError } from '@/api/problem';

/** What the form of a new customer holds. */
export type NewCustomer = {
  name?: string;
  phone?: string;
  gender?: '' | 'female' | 'male' | 'other';
  shop_id?: string;
};

/** The customer who stands in the way, if the caller may see her. */
export function customerIn(error: unknown): string | undefined {
  return error instanceof ApiError ? error.problem.subject : undefined;
}

/** The one number of the form is the first identity of the request; its errors belong beside the number. */
export function atPhone(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.fields.length === 0) return error;
  const errors = error.fields.map((field) =>
    field.path.startsWith('identities[0]') ? { ...field, path: 'phone' } : field,
  );
  return new ApiError({ ...error.problem, errors });
}

/** The form as the API takes it: nothing for what was left empty. */
export function createBody({ name, phone, gender, shop_id }: NewCustomer) {
  return {
    ...(name?.trim() && { name: name.trim() }),
    ...(gender && { gender }),
    ...(shop_id && { shop_id }),
    ...(phone?.trim() && { identities: [{ kind: 'phone' as const, value: phone.trim() }] }),
  };
}
