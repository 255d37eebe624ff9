import { describe, expect, test } from 'vitest';
import {
  changesTo,
  newPersonFrom,
  type Person,
  parseFilters,
  type RoleView,
  rolesToGive,
  seesAllShops,
  signsOut,
} from './model';

const views: RoleView[] = [
  { role: 'owner', all_shops: true, permissions: [], manages: ['clerk', 'owner', 'manager'] },
  { role: 'manager', all_shops: false, permissions: [], manages: ['agent', 'clerk'] },
];

const person: Person = {
  id: 'stf_1',
  name: '朱若溪',
  login: 'zhu',
  role: 'clerk',
  active: true,
  shops: ['shp_2', 'shp_1'],
  totp: false,
  created_at: '2026-11-24T10:00:00Z',
  version: 3,
};
const asShe = { name: '朱若溪', login: 'zhu', role: 'clerk', shops: ['shp_1', 'shp_2'] } as const;
const answers = { ...asShe, shops: [...asShe.shops] };

test('filters come from the URL, unknown words do not', () => {
  expect(parseFilters({ role: 'clerk', state: 'asleep', shop_id: '' })).toEqual({
    role: 'clerk',
    state: undefined,
    shop_id: undefined,
  });
});

test('roles are given as far as one may, in their order', () => {
  expect(rolesToGive(views, 'owner')).toEqual(['owner', 'manager', 'clerk']);
  expect(rolesToGive(views, 'manager')).toEqual(['agent', 'clerk']);
  expect(rolesToGive(views, 'auditor')).toEqual([]);
});

test('who sees all shops', () => {
  expect(seesAllShops(views, 'owner')).toBe(true);
  expect(seesAllShops(views, 'manager')).toBe(false);
  expect(seesAllShops(views, undefined)).toBe(false);
});

test('what is empty is not sent', () => {
  expect(newPersonFrom({ ...answers, login: ' ', email: '' })).toEqual({
    name: '朱若溪',
    role: 'clerk',
    shops: ['shp_1', 'shp_2'],
  });
});

describe('changes', () => {
  test('none, also when shops stand in another order', () => {
    expect(changesTo(person, answers)).toEqual({});
  });

  test('of name and e-mail leave the person signed in', () => {
    const changes = changesTo(person, { ...answers, name: '朱小溪', email: 'zhu@example.com' });
    expect(changes).toEqual({ name: '朱小溪', email: 'zhu@example.com' });
    expect(signsOut(changes)).toBe(false);
  });

  test('of the role sign out', () => {
    expect(signsOut(changesTo(person, { ...answers, role: 'manager' }))).toBe(true);
  });

  test('taking a phone away sends it empty', () => {
    expect(changesTo({ ...person, phone: '+8613812345678' }, { ...answers, phone: '' })).toEqual({
      phone: '',
    });
  });
});
