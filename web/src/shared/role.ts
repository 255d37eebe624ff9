import { tMaybe } from '@/shared/i18n/t';

/** The roles, in the order in which they are shown. */
export const roles = ['owner', 'manager', 'marketer', 'agent', 'clerk', 'auditor'] as const;

export type Role = (typeof roles)[number];

/** The name of a role; what acts without a person (an API key, a program) has one, too. */
export function roleName(role: string): string {
  return tMaybe(`shell.role.${role}`) ?? role;
}
