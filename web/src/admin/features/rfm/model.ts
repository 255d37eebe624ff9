import type { components } from '@/api/schema.gen';
import type { Stage } from '@/shared/ui/StageDot';
import { oneOf, textOf } from '@/shared/useFilters';

export type Overview = components['schemas']['SegmentOverview'];
export type Share = components['schemas']['SegmentNamedShare'];
export type Thresholds = components['schemas']['SegmentThresholds'];
export type WhatIfAnswer = components['schemas']['SegmentWhatIf'];
export type Shift = components['schemas']['SegmentGroupShift'];
export type Lifecycle = components['schemas']['SegmentLifecycle'];
type CellShare = components['schemas']['SegmentCellShare'];

export const scores = [1, 2, 3, 4, 5] as const;
export type Score = (typeof scores)[number];

export const groups = [
  'important_value',
  'important_growth',
  'important_keep',
  'important_winback',
  'general_value',
  'general_growth',
  'general_keep',
  'general_winback',
] as const;
export type Group = (typeof groups)[number];

export const tabs = ['map', 'groups', 'lifecycle'] as const;
export const stages = ['lead', 'new', 'active', 'dormant', 'lost'] as const satisfies Stage[];
/** For how many days back moves between stages are shown. */
export const spans = ['30', '90', '365'] as const;
export const shades = ['money', 'customers'] as const;
export type Shade = (typeof shades)[number];

/** What the address says: the tab, how the map is shown, which cell or group stands open, and the period of moves. */
export type RfmFilters = {
  tab?: (typeof tabs)[number] | undefined;
  by?: Shade | undefined;
  m?: string | undefined;
  cell?: string | undefined;
  group?: Group | undefined;
  days?: (typeof spans)[number] | undefined;
  /** The move between stages whose names stand open: `new-active`. */
  move?: string | undefined;
};

export function parseFilters(raw: Record<string, unknown>): RfmFilters {
  const cell = textOf(raw.cell) ?? '';
  return {
    tab: oneOf(textOf(raw.tab), tabs),
    by: oneOf(textOf(raw.by), shades),
    m: oneOf(textOf(raw.m), scores.map(String)),
    cell: /^[1-5]{3}$/.test(cell) ? cell : undefined,
    group: oneOf(textOf(raw.group), groups),
    days: oneOf(textOf(raw.days), spans),
    move: moveOf(textOf(raw.move)) && textOf(raw.move),
  };
}

export type StageMove = { from: Stage; to: Stage };

export function moveOf(text: string | undefined): StageMove | undefined {
  const [from, to] = (text ?? '').split('-').map((word) => oneOf(word, stages));
  return from && to ? { from, to } : undefined;
}

export type Square = { r: Score; f: Score; customers: number; paidFen: number };

/** The map, the most recent on top, the most frequent at the right; of one money score or of all. */
export function squaresOf(cells: CellShare[], m: string | undefined): Square[][] {
  return [...scores].reverse().map((r) =>
    scores.map((f) => {
      const inside = cells.filter(({ cell }) => cell.startsWith(`${r}${f}`) && (!m || cell.endsWith(m)));
      return {
        r,
        f,
        customers: inside.reduce((sum, { customers }) => sum + customers, 0),
        paidFen: inside.reduce((sum, { paid_fen }) => sum + paid_fen, 0),
      };
    }),
  );
}

export const amountOf = (square: Square, by: Shade) => (by === 'money' ? square.paidFen : square.customers);

/** The step of the ramp, 0 for nobody, then 1 to 5; by the root, so that small cells can be told apart. */
export function stepOf(amount: number, most: number): number {
  if (amount <= 0 || most <= 0) return 0;
  return Math.max(1, Math.ceil(Math.sqrt(amount / most) * 5));
}

/** The cells of a square that hold anybody, those who spent most first. */
export function cellsOf(cells: CellShare[], r: number, f: number): CellShare[] {
  return cells.filter(({ cell, customers }) => cell.startsWith(`${r}${f}`) && customers > 0);
}

export type Bounds = { from: number | undefined; to: number | undefined };

/** The days since the last purchase that a recency score stands for; 5 is the latest. */
export function recencyBounds(edges: number[], score: Score): Bounds {
  const place = 5 - score;
  return { from: lower(edges, place), to: upper(edges, place) };
}

/** The purchase days that a frequency score stands for. */
export function frequencyBounds(edges: number[], score: Score): Bounds {
  return { from: lower(edges, score - 1), to: upper(edges, score - 1) };
}

/** Whether no whole number lies between: two edges are the same, and nobody has this score. */
export const isEmpty = ({ from, to }: Bounds) => from !== undefined && to !== undefined && from > to;

/** A value scores above the edges strictly below it: edges 1, 2 leave (1, 2] to the second score. */
function lower(edges: number[], place: number): number | undefined {
  const edge = edges[place - 1];
  return edge === undefined ? undefined : Math.floor(edge) + 1;
}

function upper(edges: number[], place: number): number | undefined {
  const edge = edges[place];
  return edge === undefined ? undefined : Math.floor(edge);
}

export const thresholdKeys = [
  'window_days',
  'vip_days',
  'vip_purchases',
  'vip_fen',
  'active_days',
  'active_purchases',
  'potential_fen',
  'value_purchases',
  'value_fen',
  'dormant_days',
  'lost_days',
] as const satisfies (keyof Thresholds)[];
export type ThresholdKey = (typeof thresholdKeys)[number];

export type Unit = 'days' | 'times' | 'money';

export function unitOf(key: ThresholdKey): Unit {
  if (key.endsWith('_days')) return 'days';
  return key.endsWith('_fen') ? 'money' : 'times';
}

export function changed(now: Thresholds, next: Thresholds): ThresholdKey[] {
  return thresholdKeys.filter((key) => now[key] !== next[key]);
}

export type Flow = { customers: number; share: number };

/** How many went from one stage to another, and which part they were of all who left it. */
export function flowOf(moves: Lifecycle['moves'], from: string, to: string): Flow | undefined {
  const move = moves.find((one) => one.from === from && one.to === to);
  return move && { customers: move.customers, share: move.share_bp / 10_000 };
}

export const shareOf = (share: { revenue_bp: number }) => share.revenue_bp / 10_000;
