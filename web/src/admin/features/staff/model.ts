import type { components } from '@/api/schema.gen';
import { type Role, roles } from '@/shared/role';
import { oneOf, textOf } from '@/shared/useFilters';

export type Person = components['schemas']['StaffPerson'];
export type NewPerson = components['schemas']['StaffNewPerson'];
export type RoleView = components['schemas']['StaffRoleView'];

export const states = ['active', 'disabled'] as const;

/** The filters of the list, from the URL. */
export function parseFilters(raw: Record<string, unknown>) {
  return {
    role: oneOf(raw.role, roles),
    shop_id: textOf(raw.shop_id),
    state: oneOf(raw.state, states),
  };
}

export type PersonAnswers = {
  name: string;
  login?: string;
  email?: string;
  phone?: string;
  role: Role;
  shops: string[];
};

/** Roles that see every shop need no shops of their own. */
export function seesAllShops(views: RoleView[], role: string | undefined): boolean {
  return views.find((view) => view.role === role)?.all_shops ?? false;
}

/** The roles whose accounts somebody may make and change. */
export function rolesToGive(views: RoleView[], mine: string | undefined): Role[] {
  const manages = views.find((view) => view.role === mine)?.manages ?? [];
  return roles.filter((role) => manages.includes(role));
}

/** A person to create; what was left empty is left out. */
export function newPersonFrom(answers: PersonAnswers): NewPerson {
  const { name, role, shops } = answers;
  const login = answers.login?.trim();
  const email = answers.email?.trim();
  const phone = answers.phone?.trim();
  return { name, role, shops, ...(login && { login }), ...(email && { email }), ...(phone && { phone }) };
}

/** What differs from the person as she is. */
export function changesTo(person: Person, answers: PersonAnswers): Partial<PersonAnswers> {
  const changes: Partial<PersonAnswers> = {};
  for (const name of ['name', 'login', 'email', 'phone'] as const) {
    const value = answers[name]?.trim() ?? '';
    if (value !== (person[name] ?? '')) changes[name] = value;
  }
  if (answers.role !== person.role) changes.role = answers.role;
  if (answers.shops.toSorted().join() !== person.shops.toSorted().join()) changes.shops = answers.shops;
  return changes;
}

/** Another role or other shops sign the person out at once. */
export function signsOut(changes: Partial<PersonAnswers>): boolean {
  return changes.role !== undefined || changes.shops !== undefined;
}
