import type { components } from '@/api/schema.gen';
import { oneOf, textOf } from '@/shared/useFilters';

export type Job = components['schemas']['JobInfo'];
export type Counts = components['schemas']['JobCounts'];
export type Parked = components['schemas']['EventParked'];
export type Follower = components['schemas']['EventFollowerState'];

export const states = ['running', 'ready', 'waiting', 'retrying', 'dead'] as const;
export type State = (typeof states)[number];

export function parseFilters(raw: Record<string, unknown>) {
  return { state: oneOf(raw.state, states), kind: textOf(raw.kind) };
}

/** How many jobs are in each state, over all kinds or of one. */
export function totalsOf(counts: Counts[], kind?: string): Record<State, number> {
  const totals: Record<State, number> = { running: 0, ready: 0, waiting: 0, retrying: 0, dead: 0 };
  for (const of of counts) {
    if (kind !== undefined && of.kind !== kind) continue;
    for (const state of states) totals[state] += of[state];
  }
  return totals;
}

export type Act = 'retry' | 'cancel' | 'discard';

/** What a person can do about a job in its state. */
export function actsOn(job: Pick<Job, 'state' | 'cancelling'>): Act[] {
  if (job.state === 'dead') return ['retry', 'discard'];
  if (job.cancelling) return [];
  return ['cancel'];
}

export type Done = { done: number; total: number; rate?: number };

/** The progress of a job, when it says how much of how much is done. */
export function doneOf(progress: unknown): Done | undefined {
  const numbers = numbersIn(progress);
  const pairs = [
    ['done', 'all'],
    ['done', 'total'],
    ['rows_done', 'rows_total'],
  ] as const;
  for (const [doneName, totalName] of pairs) {
    const done = numbers[doneName];
    const total = numbers[totalName];
    if (done === undefined || !total) continue;
    const rate = numbers.rows_per_second;
    return { done, total, ...(rate && { rate }) };
  }
  return undefined;
}

function numbersIn(value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

/** Whether there is work under way that is worth watching closely. */
export function isBusy(counts: Counts[]): boolean {
  const { running, ready } = totalsOf(counts);
  return running + ready > 0;
}
