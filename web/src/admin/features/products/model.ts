import type { components, paths } from '@/api/schema.gen';
import { oneOf, textOf } from '@/shared/useFilters';

export type Product = components['schemas']['CatalogProduct'];
export type Sku = components['schemas']['CatalogSKU'];
export type Stock = components['schemas']['CatalogStock'];
type Draft = components['schemas']['CatalogDraft'];
type Edit = components['schemas']['CatalogEdit'];
type Query = NonNullable<paths['/v1/products']['get']['parameters']['query']>;

export const states = ['active', 'stub', 'retired'] as const;

/** What the address of the list says: the same words as the API uses. */
export type ProductFilters = {
  q?: string | undefined;
  category?: string | undefined;
  brand?: string | undefined;
  scene?: string | undefined;
  style?: string | undefined;
  state?: (typeof states)[number] | undefined;
};

export function parseFilters(raw: Record<string, unknown>): ProductFilters {
  return {
    q: textOf(raw.q),
    category: textOf(raw.category),
    brand: textOf(raw.brand),
    scene: textOf(raw.scene),
    style: textOf(raw.style),
    state: oneOf(raw.state, states),
  };
}

/** The filters as the API takes them. */
export function queryOf(f: ProductFilters): Query {
  const query: Query = {
    q: f.q?.slice(0, 100),
    category: f.category?.slice(0, 200),
    brand: f.brand?.slice(0, 200),
    scene: f.scene?.slice(0, 64),
    style: f.style?.slice(0, 64),
    state: f.state,
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

/** The least and the most that the SKUs on sale cost; of all SKUs when none is. A price of 0 was not told. */
export function priceRange(skus: Sku[]): [number, number] | undefined {
  const onSale = skus.filter((sku) => !sku.retired);
  const prices = (onSale.length > 0 ? onSale : skus).map((sku) => sku.price_fen).filter((fen) => fen > 0);
  return prices.length > 0 ? [Math.min(...prices), Math.max(...prices)] : undefined;
}

/** What the products can be narrowed to; of a category also what is above it. */
export function facetsOf(products: Product[]) {
  const sorted = (values: string[]) => [...new Set(values.filter(Boolean))].sort();
  const paths = products.flatMap(({ category }) => {
    const parts = category.split('/');
    return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
  });
  return {
    category: sorted(paths),
    brand: sorted(products.map((product) => product.brand)),
    scene: sorted(products.map((product) => product.scene)),
    style: sorted(products.flatMap((product) => product.styles)),
  };
}

/** What the form of a product holds; amounts in the major unit, as people say them. */
export type ProductValues = {
  style_code: string;
  name: string;
  brand?: string;
  category?: string;
  scene?: string;
  styles?: string[];
  launch_on?: string | undefined;
  state?: 'active' | 'retired';
  skus?: SkuValues[];
};
type SkuValues = {
  code: string;
  colour?: string;
  size?: string;
  price?: number | null;
  cost?: number | null;
  retired?: boolean;
};

export const toFen = (amount: number) => Math.round(amount * 100);

/** A product as its form shows it. */
export function valuesOf(product: Product): ProductValues {
  const { style_code, name, brand, category, scene, styles, launch_on } = product;
  return {
    style_code,
    name,
    brand,
    category,
    scene,
    styles,
    launch_on,
    state: product.state === 'retired' ? 'retired' : 'active',
    skus: product.skus.map(({ code, colour, size, price_fen, cost_fen, retired }) => ({
      code,
      colour,
      size,
      price: price_fen / 100,
      ...(cost_fen !== undefined && { cost: cost_fen / 100 }),
      retired,
    })),
  };
}

/** The form as the API takes it; a cost or a price that was left empty is not sent. */
export function draftOf({ launch_on, state: _state, skus = [], ...rest }: ProductValues): Draft {
  return {
    ...rest,
    ...(launch_on && { launch_on }),
    skus: skus.map(({ price, cost, ...sku }) => ({
      ...sku,
      ...(typeof price === 'number' && { price_fen: toFen(price) }),
      ...(typeof cost === 'number' && { cost_fen: toFen(cost) }),
    })),
  };
}

/** What the form changed of the product that was read. A SKU that was not touched is not sent. */
export function editOf(read: Product, values: ProductValues): Edit {
  const was = { ...draftOf(valuesOf(read)), state: read.state };
  const { style_code: _code, ...now } = { ...draftOf(values), state: values.state };
  const before = new Set((was.skus ?? []).map(key));
  const skus = (now.skus ?? []).filter((sku) => !before.has(key(sku)));
  const changed = Object.entries(now).filter(
    ([name, value]) =>
      name !== 'skus' && value !== undefined && key(value) !== key(was[name as keyof typeof was] ?? ''),
  );
  return { ...Object.fromEntries(changed), ...(skus.length > 0 && { skus }) };
}

const key = (value: unknown) =>
  JSON.stringify(value, (_name, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a.localeCompare(b)))
      : part,
  );
