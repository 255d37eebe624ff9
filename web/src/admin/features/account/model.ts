import { ApiError } from '@/api/problem';

/** Both passwords of the form are "password" to the server; a wrong one is the present, an unfit one the new. */
export function asAsked(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const names: Record<string, string> = {
    'password.wrong': 'current_password',
    'password.invalid': 'new_password',
  };
  const name = names[error.code];
  if (!name) return error;
  const errors = error.fields.map((field) => ({ ...field, path: name }));
  return new ApiError({ ...error.problem, errors });
}

/** A secret for typing: in fours, as `ABCD EFGH`. */
export function inFours(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}
