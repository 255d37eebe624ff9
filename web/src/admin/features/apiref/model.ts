/** The parts of an OpenAPI 3.1 document that the reference shows. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  default?: unknown;
  examples?: unknown[];
};

export type Parameter = {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
};

export type Content = Record<string, { schema?: Schema }>;

export type Answer = { description?: string; content?: Content };

type Described = {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses?: Record<string, Answer>;
  'x-permission'?: string;
};

export type Reference = {
  info: { title: string; version: string };
  paths: Record<string, Record<string, Described>>;
  components?: { schemas?: Record<string, Schema> };
};

export type Operation = Described & { id: string; method: string; path: string };

export type Group = { tag: string; operations: Operation[] };

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** The operations by their tags, each in the order of the document. */
export function groupsOf(reference: Reference): Group[] {
  const groups = new Map<string, Operation[]>();
  for (const [path, item] of Object.entries(reference.paths)) {
    for (const method of methods) {
      const described = item[method];
      if (!described) continue;
      const tag = described.tags?.[0] ?? '';
      const operation = {
        ...described,
        id: described.operationId ?? `${method} ${path}`,
        method: method.toUpperCase(),
        path,
      };
      groups.set(tag, [...(groups.get(tag) ?? []), operation]);
    }
  }
  return [...groups].map(([tag, operations]) => ({ tag, operations }));
}

/** The groups with the operations that have every word of the search; a group without any is left out. */
export function search(groups: Group[], text: string): Group[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (operation: Operation) => {
    const { method, path, id, summary, 'x-permission': permission, tags } = operation;
    const said = [method, path, id, summary, permission, ...(tags ?? [])].join(' ').toLowerCase();
    return words.every((word) => said.includes(word));
  };
  return groups
    .map(({ tag, operations }) => ({ tag, operations: operations.filter(has) }))
    .filter(({ operations }) => operations.length > 0);
}

const prefix = '#/components/schemas/';

/** The schema itself behind a reference, and the name it is known by. */
export function resolve(reference: Reference, schema: Schema): { schema: Schema; name?: string } {
  if (!schema.$ref?.startsWith(prefix)) return { schema };
  const name = schema.$ref.slice(prefix.length);
  return { schema: reference.components?.schemas?.[name] ?? {}, name };
}

function typesOf({ type }: Schema): string[] {
  if (type === undefined) return [];
  return Array.isArray(type) ? type : [type];
}

/** A type in a few words: `string (date-time)`, `OrderLine[]`, `integer | null`. */
export function typeText(reference: Reference, given: Schema): string {
  const { schema, name } = resolve(reference, given);
  if (name) return name;
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map((choice) => typeText(reference, choice)).join(' | ');
  const words = typesOf(schema).map((type) => {
    if (type === 'array') return `${schema.items ? typeText(reference, schema.items) : 'any'}[]`;
    if (type === 'object' && typeof schema.additionalProperties === 'object') {
      return `{ [key]: ${typeText(reference, schema.additionalProperties)} }`;
    }
    return schema.format && type !== 'null' ? `${type} (${schema.format})` : type;
  });
  return words.join(' | ') || 'any';
}

export type Limit = { of: 'value' | 'length' | 'items'; text: string };

/** The bounds of a value: `1…80`, `≥ 0`, `≤ 500`. */
export function limitsOf(schema: Schema): Limit[] {
  const limit = (of: Limit['of'], low?: number, high?: number): Limit[] => {
    if (low === undefined && high === undefined) return [];
    if (low === undefined) return [{ of, text: `≤ ${high}` }];
    if (high === undefined) return [{ of, text: `≥ ${low}` }];
    return [{ of, text: `${low}…${high}` }];
  };
  return [
    ...limit('value', schema.minimum, schema.maximum),
    ...limit('length', schema.minLength, schema.maxLength),
    ...limit('items', schema.minItems, schema.maxItems),
  ];
}

export type SchemaField = { name: string; schema: Schema; required: boolean };

/** The fields inside of a schema, or inside of what an array or a map holds; none for a plain value. */
export function fieldsOf(reference: Reference, given: Schema): SchemaField[] {
  const { schema } = resolve(reference, given);
  if (schema.items) return fieldsOf(reference, schema.items);
  if (typeof schema.additionalProperties === 'object') {
    return fieldsOf(reference, schema.additionalProperties);
  }
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => name !== '$schema')
    .map(([name, property]) => ({ name, schema: property, required: required.has(name) }));
}

const deepest = 6;

const samples: Record<string, unknown> = {
  'date-time': '2026-11-24T10:00:00Z',
  date: '2026-11-24',
  email: 'name@example.com',
  uri: 'https://example.com',
};

/** A value that fits a schema; of an object what it must have, or everything if it must have nothing. */
export function exampleOf(reference: Reference, given: Schema, depth = 0): unknown {
  const { schema } = resolve(reference, given);
  const [example] = schema.examples ?? [];
  if (example !== undefined) return example;
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const choice = (schema.oneOf ?? schema.anyOf)?.[0];
  if (choice) return exampleOf(reference, choice, depth);
  const type = typesOf(schema).find((name) => name !== 'null');
  if (type === 'array') {
    return schema.items && depth < deepest ? [exampleOf(reference, schema.items, depth + 1)] : [];
  }
  if (type === 'object' || schema.properties) {
    const fields = depth < deepest ? fieldsOf(reference, { ...schema, additionalProperties: false }) : [];
    const needed = fields.filter(({ required }) => required);
    const shown = needed.length > 0 ? needed : fields;
    return Object.fromEntries(
      shown.map(({ name, schema: property }) => [name, exampleOf(reference, property, depth + 1)]),
    );
  }
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  return samples[schema.format ?? ''] ?? 'text';
}

/** The JSON in the content of a request or an answer. */
export function jsonSchemaOf(content: Content | undefined): Schema | undefined {
  return Object.entries(content ?? {}).find(([type]) => type.includes('json'))?.[1].schema;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A command that calls the operation, ready for a shell in which SHUKE_API_KEY holds an API key. */
export function curlOf(reference: Reference, operation: Operation, origin: string): string {
  const given = (place: string) =>
    (operation.parameters ?? []).filter((parameter) => parameter.in === place && parameter.required);
  const sampleOf = (parameter: Parameter) => String(exampleOf(reference, parameter.schema ?? {}));

  let address = operation.path;
  for (const parameter of given('path')) {
    address = address.replace(`{${parameter.name}}`, encodeURIComponent(sampleOf(parameter)));
  }
  const query = given('query').map(
    (parameter) => `${parameter.name}=${encodeURIComponent(sampleOf(parameter))}`,
  );
  const url = origin + address + (query.length > 0 ? `?${query.join('&')}` : '');

  const lines = [`curl${operation.method === 'GET' ? '' : ` -X ${operation.method}`} ${quoted(url)}`];
  if (operation['x-permission'] !== 'public') lines.push('-H "Authorization: Bearer $SHUKE_API_KEY"');
  for (const parameter of given('header')) {
    lines.push(`-H ${quoted(`${parameter.name}: ${sampleOf(parameter)}`)}`);
  }
  const body = operation.requestBody && jsonSchemaOf(operation.requestBody.content);
  if (body) {
    lines.push("-H 'Content-Type: application/json'");
    lines.push(`-d ${quoted(JSON.stringify(exampleOf(reference, body), null, 2))}`);
  }
  return lines.join(' \\\n  ');
}
