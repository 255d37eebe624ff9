import { expect, test } from 'vitest';
import { gathered, type Item, tell } from './timeline';

const names = {
  reason: (code: string) => (code === 'size' ? '尺码不合适' : code),
  attribute: (code: string) => (code === 'clothing.fit' ? '版型' : code),
};

function item(kind: string, data: object, more: Partial<Item> = {}): Item {
  return {
    kind,
    data,
    group: 'purchases',
    customer_id: 'cus_1',
    touchpoint: 'console',
    happened_at: '2026-11-24T04:00:00Z',
    recorded_at: '2026-11-24T04:00:00Z',
    ...more,
  };
}

test('an order says where, how much, and opens', () => {
  const told = tell(
    [
      item('order.paid', {
        order_id: 'ord_1',
        order_no: 'J1',
        channel: 'mini_program',
        paid_fen: 8600,
        units: 3,
      }),
    ],
    names,
  );
  expect(told).toEqual({
    look: 'order',
    title: '小程序下单 3 件',
    fen: 8600,
    line: '单号 J1',
    order: 'ord_1',
  });
});

test('an edit says from what to what, and is no money by itself', () => {
  const told = tell(
    [
      item('order.edited', {
        order_id: 'ord_1',
        order_no: 'J1',
        version: 2,
        channel: 'store',
        paid_fen: 8000,
        was: { version: 1, paid_fen: 10000 },
      }),
    ],
    names,
  );
  expect(told).toEqual({
    look: 'order',
    title: '订单改为第 2 版',
    line: '单号 J1 · ¥100.00 → ¥80.00',
    order: 'ord_1',
  });
});

test('a refund takes money away and says why', () => {
  const told = tell(
    [
      item('order.refunded', {
        amount_fen: 4600,
        units: 1,
        reason_code: 'size',
        order_id: 'ord_1',
        channel: 'store',
      }),
    ],
    names,
  );
  expect(told).toMatchObject({ look: 'refund', title: '退货 1 件', fen: -4600, line: '尺码不合适' });
});

test('tags put in one go are told in one line', () => {
  const tagged = (name: string, more?: Partial<Item>) =>
    item('customer.tagged', { name, source: 'clerk', confidence: 80 }, more);
  const groups = gathered([
    tagged('法式'),
    tagged('社交'),
    tagged('大码', { staff_id: 'stf_2' }),
    item('customer.noted', { kind: 'talk' }),
    tagged('通勤'),
  ]);
  expect(groups.map((group) => group.length)).toEqual([2, 1, 1, 1]);
  expect(groups[0] && tell(groups[0], names)).toMatchObject({
    title: '贴上标签 法式、社交',
    line: '店员 · 把握 80%',
  });
});

test('what is not known yet is told by its kind', () => {
  expect(tell([item('loyalty.tier_changed', {})], names)).toMatchObject({
    look: 'visit',
    title: 'loyalty.tier changed',
  });
  expect(tell([item('customer.attribute_set', { attribute: 'clothing.fit' })], names).title).toBe(
    '更新了 版型',
  );
  expect(tell([item('order.paid', 'broken' as never)], names).fen).toBe(0);
});
