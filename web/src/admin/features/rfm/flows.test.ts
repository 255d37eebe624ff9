import { expect, test } from 'vitest';
import { pictureOf } from './flows';

const groups = ['vip', 'active', 'other'];

test('bands are as wide as they are many, and fill the ends they join', () => {
  const picture = pictureOf(
    [
      { from: 'active', to: 'vip', customers: 30 },
      { from: 'active', to: 'other', customers: 10 },
      { from: 'other', to: 'vip', customers: 10 },
    ],
    groups,
  );
  expect(picture.from.map(({ name, customers }) => [name, customers])).toEqual([
    ['active', 40],
    ['other', 10],
  ]);
  expect(picture.to.map(({ name, customers }) => [name, customers])).toEqual([
    ['vip', 40],
    ['other', 10],
  ]);
  const [up, down] = picture.bands;
  expect(up).toMatchObject({ from: 'active', to: 'vip', width: 120, fromY: 0, toY: 0 });
  expect(down).toMatchObject({ from: 'active', to: 'other', width: 40, fromY: 120 });
  expect(picture.height).toBe(206);
});

test('few among many still have room for their name, and the band is in its middle', () => {
  const picture = pictureOf(
    [
      { from: 'active', to: 'vip', customers: 999 },
      { from: 'other', to: 'vip', customers: 1 },
    ],
    groups,
  );
  const few = picture.from[1];
  expect(few?.height).toBe(26);
  expect(few && few.bandY - few.y).toBeCloseTo(12.9);
});

test('nobody who moves is an empty picture', () => {
  expect(pictureOf([], groups)).toEqual({ height: 0, from: [], to: [], bands: [] });
});
