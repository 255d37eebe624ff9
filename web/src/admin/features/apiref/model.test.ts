import { describe, expect, test } from 'vitest';
import {
  curlOf,
  exampleOf,
  fieldsOf,
  groupsOf,
  limitsOf,
  type Operation,
  type Reference,
  type Schema,
  search,
  typeText,
} from './model';

const reference: Reference = {
  info: { title: 'Shuke', version: 'dev' },
  paths: {
    '/v1/orders': {
      get: { operationId: 'listOrders', summary: 'List orders', tags: ['Orders'] },
      post: {
        operationId: 'createOrder',
        summary: 'Record an order',
        tags: ['Orders'],
        'x-permission': 'orders.write',
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } },
      },
    },
    '/v1/shops/{id}': {
      get: {
        operationId: 'getShop',
        tags: ['Shops'],
        'x-permission': 'shops.read',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string', examples: ['shp_1'] } },
          { name: 'limit', in: 'query', schema: { type: 'integer' } },
        ],
      },
    },
  },
  components: {
    schemas: {
      Order: {
        type: 'object',
        required: ['order_no', 'lines'],
        properties: {
          order_no: { type: 'string', examples: ["A'1"] },
          note: { type: 'string' },
          lines: { type: ['array', 'null'], items: { $ref: '#/components/schemas/Line' } },
        },
      },
      Line: { type: 'object', properties: { sku: { type: 'string' }, quantity: { type: 'integer' } } },
      Node: { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } },
    },
  },
};

const groups = groupsOf(reference);
const find = (id: string) =>
  groups.flatMap((group) => group.operations).find((operation) => operation.id === id) as Operation;

test('operations stand under their tags', () => {
  expect(groups.map((group) => [group.tag, group.operations.map(({ id }) => id)])).toEqual([
    ['Orders', ['listOrders', 'createOrder']],
    ['Shops', ['getShop']],
  ]);
});

test.each([
  ['post orders', ['createOrder']],
  ['SHOPS.READ', ['getShop']],
  ['', ['listOrders', 'createOrder', 'getShop']],
  ['nothing like it', []],
])('searching for “%s”', (text, want) => {
  expect(search(groups, text).flatMap(({ operations }) => operations.map(({ id }) => id))).toEqual(want);
});

test.each<[Schema, string]>([
  [{ type: 'string', format: 'date-time' }, 'string (date-time)'],
  [{ type: ['array', 'null'], items: { $ref: '#/components/schemas/Line' } }, 'Line[] | null'],
  [{ type: 'object', additionalProperties: { type: 'integer' } }, '{ [key]: integer }'],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
  [{}, 'any'],
])('the type of %j', (schema, want) => {
  expect(typeText(reference, schema)).toBe(want);
});

test.each<[Schema, string[]]>([
  [{ minLength: 1, maxLength: 80 }, ['1…80']],
  [{ minimum: 0 }, ['≥ 0']],
  [{ maxItems: 500 }, ['≤ 500']],
  [{}, []],
])('the limits of %j', (schema, want) => {
  expect(limitsOf(schema).map(({ text }) => text)).toEqual(want);
});

test('fields are found through references and lists', () => {
  const names = fieldsOf(reference, { type: 'array', items: { $ref: '#/components/schemas/Line' } });
  expect(names.map(({ name }) => name)).toEqual(['sku', 'quantity']);
});

describe('an example', () => {
  test('has what must be there', () => {
    expect(exampleOf(reference, { $ref: '#/components/schemas/Order' })).toEqual({
      order_no: "A'1",
      lines: [{ sku: 'text', quantity: 1 }],
    });
  });

  test('of something that holds itself comes to an end', () => {
    expect(JSON.stringify(exampleOf(reference, { $ref: '#/components/schemas/Node' }))).toContain('{}');
  });
});

test('curl of a read', () => {
  expect(curlOf(reference, find('getShop'), 'https://shop.example')).toBe(
    'curl \'https://shop.example/v1/shops/shp_1\' \\\n  -H "Authorization: Bearer $SHUKE_API_KEY"',
  );
});

test('curl of a write has a body that survives the shell', () => {
  const curl = curlOf(reference, find('createOrder'), '');
  expect(curl).toContain('curl -X POST');
  expect(curl).toContain(`"order_no": "A'\\''1"`);
});
