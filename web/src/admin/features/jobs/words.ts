import { t, tMaybe } from '@/shared/i18n/t';
import type { Job } from './model';

/** What a kind of job does, in words. */
export function kindName(kind: string): string {
  return tMaybe(`jobs.kind.${kind}`) ?? kind;
}

/** What a follower of the log keeps up to date. */
export function followerName(name: string): string {
  return tMaybe(`jobs.follower.${name}`) ?? name;
}

/** How often it was tried, of how often it may be. */
export function attemptOf({ attempt, max_attempts: most }: Job): string {
  return attempt === 0 ? t('jobs.attempt.none') : t('jobs.attempt.of', { attempt, most });
}
