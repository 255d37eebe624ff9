import { ApiError } from '@/api/problem';
import type { components } from '@/api/schema.gen';

type Request = components['schemas']['SetUpRequest'];

export type ShopAnswers = Pick<Request, 'shop_name' | 'shop_code' | 'time_zone' | 'currency' | 'locale'>;
export type OwnerAnswers = Pick<Request, 'owner_name' | 'login' | 'password'>;
export type Step = 'shop' | 'owner';

const askedOn: Record<Step, (keyof Request)[]> = {
  shop: ['shop_name', 'shop_code', 'time_zone', 'currency', 'locale'],
  owner: ['owner_name', 'login', 'password'],
};

/** What the domains call the answers: the organisation and the shop have one name, the owner another. */
const calledBy: Record<string, Record<string, keyof Request>> = {
  'organisation.invalid': { name: 'shop_name' },
  'shop.invalid': { name: 'shop_name', code: 'shop_code' },
  'staff.invalid': { name: 'owner_name' },
};

/** A refusal of the set-up with its fields named as the wizard names them. */
export function asAsked(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const names = calledBy[error.code];
  if (!names) return error;
  const errors = error.fields.map((field) => ({ ...field, path: names[field.path] ?? field.path }));
  return new ApiError({ ...error.problem, errors });
}

/** The step on which the first wrong field was asked for. */
export function stepOf(error: unknown): Step | undefined {
  const [wrong] = error instanceof ApiError ? error.fields : [];
  const name = wrong?.path.replace(/^body\./, '');
  return (['shop', 'owner'] as const).find((step) => askedOn[step].some((asked) => asked === name));
}

/** How hard a password is to guess, from 0 to 3, for a hint while typing; the server decides. */
export function strengthOf(password: string): 0 | 1 | 2 | 3 {
  const letters = new Set(password).size;
  if (password.length < 8 || letters < 4) return 0;
  if (password.length >= 15 && letters >= 8) return 3;
  return password.length >= 11 ? 2 : 1;
}
