import type { Role } from '@/shared/role';
import { createStore, remember, remembered, useStore } from '@/shared/store';

/** Who is shown around, and at which station she is; a tour that was left can be gone on with. */
export type TourState = { role: Guided; at: number; open: boolean };
export type Guided = Extract<Role, 'owner' | 'marketer'>;

const storageKey = 'shuke.tour';

/** What is remembered: `owner:3:open`. */
export function parseTour(text: string | null): TourState | null {
  const [, role, at, open] = /^(owner|marketer):(\d{1,2}):(open|left)$/.exec(text ?? '') ?? [];
  return role ? { role: role as Guided, at: Number(at), open: open === 'open' } : null;
}

const store = createStore<TourState | null>(parseTour(remembered(storageKey)));

export const useTour = () => useStore(store);

function put(next: TourState | null): void {
  remember(storageKey, next && `${next.role}:${next.at}:${next.open ? 'open' : 'left'}`);
  store.set(next);
}

/** Begins the tour, or goes on where one left it. */
export function openTour(role: Guided): void {
  const before = store.get();
  put({ role, at: before?.role === role ? before.at : 0, open: true });
}

/** Begins the tour at its first station. */
export const restartTour = (role: Guided) => put({ role, at: 0, open: true });

export function goTo(at: number): void {
  const before = store.get();
  if (before) put({ ...before, at });
}

/** Leaves the tour; its place is remembered. */
export function leaveTour(): void {
  const before = store.get();
  if (before) put({ ...before, open: false });
}

export const endTour = () => put(null);

export const isGuided = (role: string | undefined): role is Guided => role === 'owner' || role === 'marketer';
