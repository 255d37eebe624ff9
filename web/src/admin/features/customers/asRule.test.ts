import { expect, test } from 'vitest';
import { asRule } from './asRule';
import type { CustomerFilters } from './filters';

const of = (filters: CustomerFilters, shop?: string) => asRule(filters, shop, '2026-12-01', undefined);

test.each<[CustomerFilters, unknown]>([
  [{ stage: 'lost' }, { field: 'stage', op: 'in', choices: ['lost'] }],
  [{ value_group: 'vip' }, { field: 'value_group', op: 'in', choices: ['vip'] }],
  [{ tag: 'tag_1' }, { field: 'tag', op: 'any', choices: ['tag_1'] }],
  [{ min_paid_fen: '100' }, { field: 'orders.sum', op: 'gte', number: 100 }],
  [{ max_paid_fen: '900' }, { field: 'orders.sum', op: 'lte', number: 900 }],
  [
    { min_paid_fen: '100', max_paid_fen: '900' },
    { field: 'orders.sum', op: 'between', number: 100, up_to: 900 },
  ],
  [{ last_order_to: '2026-10-01' }, { field: 'orders.last_days', op: 'gte', number: 61 }],
  [
    { last_order_from: '2026-11-02', last_order_to: '2026-12-24' },
    { field: 'orders.last_days', op: 'between', number: 0, up_to: 29 },
  ],
  [{ birthday_days: '7' }, { field: 'birthday.days', op: 'lte', number: 6 }],
  [{ quality_below: '50' }, { field: 'quality', op: 'lt', number: 50 }],
  [{}, undefined],
])('the filter %j is a rule', (filters, want) => {
  expect(of(filters)).toEqual({ rule: want, searched: false });
});

test('filters hold together, the shop of the top bar among them', () => {
  expect(of({ stage: 'new', cell: '511' }, 'shp_1').rule?.all?.map((one) => one.field)).toEqual([
    'stage',
    'rfm.r',
    'rfm.f',
    'rfm.m',
    'shop',
  ]);
});

test('a search is nothing that a rule can say', () => {
  expect(of({ q: '8952' })).toEqual({ rule: undefined, searched: true });
  expect(of({ q: '王', stage: 'new' })).toMatchObject({ rule: { field: 'stage' }, searched: true });
});

test('a chosen segment stands for its rule', () => {
  const rule = { field: 'age', op: 'gte' as const, number: 30 };
  expect(asRule({ segment: 'seg_1' }, undefined, '2026-12-01', rule).rule).toEqual(rule);
});
