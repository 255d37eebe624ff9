import type { components } from '@/api/schema.gen';

export type ApiKey = components['schemas']['StaffAPIKey'];
export type NewKey = components['schemas']['StaffNewKey'];

export type KeyState = 'live' | 'expiring' | 'expired' | 'revoked';

const soonMs = 14 * 86400_000;

/** Whether a key works, and for how long still. */
export function stateOf(key: ApiKey, now: number): KeyState {
  if (key.revoked_at) return 'revoked';
  if (!key.expires_at) return 'live';
  const left = Date.parse(key.expires_at) - now;
  if (left <= 0) return 'expired';
  return left < soonMs ? 'expiring' : 'live';
}

/** What programs are usually made keys for, and what those need. */
export const presets = {
  till: ['customers.read', 'customers.write', 'orders.read', 'orders.write', 'products.read', 'shops.read'],
  online: [
    'consent.write',
    'customers.read',
    'customers.write',
    'events.write',
    'orders.read',
    'orders.write',
    'products.read',
    'products.write',
    'shops.read',
  ],
  reports: ['customers.read', 'orders.read', 'products.read', 'reports.read', 'shops.read'],
} as const;

export type Preset = keyof typeof presets;

export const lifetimes = ['30', '90', '365', 'never'] as const;
export type Lifetime = (typeof lifetimes)[number];

export type KeyAnswers = {
  name: string;
  permissions: string[];
  reach: 'all' | 'some';
  shops?: string[];
  lifetime: Lifetime;
};

/** The key to ask for; its end is counted from now in the shop. */
export function newKeyFrom(answers: KeyAnswers, now: number): NewKey {
  const { name, permissions, reach, shops, lifetime } = answers;
  const days = Number(lifetime);
  return {
    name,
    permissions,
    ...(reach === 'all' ? { all_shops: true } : { shops: shops ?? [] }),
    ...(lifetime !== 'never' && { expires_at: new Date(now + days * 86400_000).toISOString() }),
  };
}

export type PermissionGroup = { domain: string; permissions: string[] };

/** Permissions by what they are about: `orders.read` belongs to `orders`. */
export function groupsOf(permissions: string[]): PermissionGroup[] {
  const groups = new Map<string, string[]>();
  for (const permission of permissions) {
    const domain = permission.split('.')[0] ?? permission;
    groups.set(domain, [...(groups.get(domain) ?? []), permission]);
  }
  return [...groups].map(([domain, list]) => ({ domain, permissions: list }));
}
