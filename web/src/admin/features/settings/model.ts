import type { components } from '@/api/schema.gen';

export type Organisation = components['schemas']['StaffOrganisation'];
export type Settings = Omit<Organisation, 'version'>;

const names = ['name', 'time_zone', 'currency', 'locale', 'return_days', 'require_totp'] as const;
export type SettingName = (typeof names)[number];

/** The part of the answer that can be changed. */
export function settingsOf(organisation: Organisation): Settings {
  const { version: _, ...settings } = organisation;
  return settings;
}

/** What was changed in the form, and so is sent. */
export function changesOf(before: Settings, after: Settings): Partial<Settings> {
  return Object.fromEntries(
    names.filter((name) => before[name] !== after[name]).map((name) => [name, after[name]]),
  );
}

/** What stands on the server differently from what was read: somebody else changed it meanwhile. */
export function conflictsOf(read: Settings, now: Settings): SettingName[] {
  return names.filter((name) => read[name] !== now[name]);
}

/** Their version where they changed it, mine where only I did. */
export function merged(read: Settings, now: Settings, mine: Settings): Settings {
  const theirs = new Set<string>(conflictsOf(read, now));
  return Object.fromEntries(
    names.map((name) => [name, theirs.has(name) ? now[name] : mine[name]]),
  ) as Settings;
}
