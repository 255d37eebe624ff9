import { expect, test } from 'vitest';
import { changesOf, conflictsOf, merged, type Settings, settingsOf } from './model';

const read: Settings = {
  name: '山茶与羽',
  time_zone: 'Asia/Shanghai',
  currency: 'CNY',
  locale: 'zh-CN',
  return_days: 7,
  require_totp: false,
};

test('only what was changed is sent', () => {
  expect(changesOf(read, { ...read, return_days: 14, require_totp: true })).toEqual({
    return_days: 14,
    require_totp: true,
  });
  expect(changesOf(read, read)).toEqual({});
});

test('the version is no setting', () => {
  expect(settingsOf({ ...read, version: 3 })).toEqual(read);
});

test('a conflict names what others changed, and both changes can be kept', () => {
  const now: Settings = { ...read, name: '山茶', return_days: 30 };
  const mine: Settings = { ...read, return_days: 14, require_totp: true };
  expect(conflictsOf(read, now)).toEqual(['name', 'return_days']);
  expect(merged(read, now, mine)).toEqual({ ...read, name: '山茶', return_days: 30, require_totp: true });
});
