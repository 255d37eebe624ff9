import { ApiError } from '@/api/problem';

/** Where to go after signing in: only to a page of ours, and never back to the door. */
export function wayOn(next: unknown): string {
  const inside = typeof next === 'string' && /^\/(?![/\\])/.test(next);
  return inside && !/^\/(signin|setup)\b/.test(next) ? next : '/';
}

/** Whether the password was right and a code of the second factor is wanted. */
export function wantsCode(error: unknown): boolean {
  return error instanceof ApiError && ['session.code_required', 'session.code_wrong'].includes(error.code);
}
