import { useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { createStore, remember, remembered, useStore } from '@/shared/store';
import { itemAt } from '../menu';

const storageKey = 'shuke.recent';
const most = 6;
const customerPath = /^\/customers\/(cus_\w+)$/;

/** The paths that were open, the last first. Of a customer no more than the id is kept. */
const recentStore = createStore<string[]>(read(remembered(storageKey)));

export function read(stored: string | null): string[] {
  try {
    const paths: unknown = JSON.parse(stored ?? '[]');
    return Array.isArray(paths) ? paths.filter(isWorthKeeping).slice(0, most) : [];
  } catch {
    return [];
  }
}

/** Pages of the menu and customers; what belongs to other lists is found there. */
export function isWorthKeeping(path: unknown): path is string {
  return typeof path === 'string' && (customerPath.test(path) || itemAt(path)?.to === path);
}

/** The list with a path put at its head. */
export const withFirst = (paths: string[], path: string): string[] =>
  [path, ...paths.filter((one) => one !== path)].slice(0, most);

export const customerOf = (path: string): string | undefined => customerPath.exec(path)?.[1];

/** Keeps where somebody has been. */
export function useRemembering(): void {
  const { pathname } = useLocation();
  useEffect(() => {
    if (!isWorthKeeping(pathname)) return;
    const paths = withFirst(recentStore.get(), pathname);
    recentStore.set(paths);
    remember(storageKey, JSON.stringify(paths));
  }, [pathname]);
}

/** Who signs out leaves no trace for the next one at this device. */
export function forgetRecent(): void {
  recentStore.set([]);
  remember(storageKey, null);
}

/** Where somebody has been, but here. */
export function useRecent(): string[] {
  const { pathname } = useLocation();
  return useStore(recentStore).filter((path) => path !== pathname);
}
