import { tMaybe } from '@/shared/i18n/t';

/** What a permission allows, in words. */
export function permissionName(permission: string): string {
  return tMaybe(`permissions.${permission}`) ?? permission;
}
