-- +goose Up
-- Goods: styles (products), what is sold of them (SKUs), and what each shop has of it (stocks).

create table products (
  id         BIGINT PRIMARY KEY,
  style_code TEXT   NOT NULL,
  name       TEXT   NOT NULL,
  brand      TEXT   NOT NULL,
  category   {{PATH}} NOT NULL,          -- a path: 女装/连衣裙
  scene      TEXT   NOT NULL,            -- office, leisure, social …
  launch_on  BIGINT,
  state      TEXT   NOT NULL,            -- stub: known from a sale only; active; retired
  search     TEXT   NOT NULL,            -- lower case: name, style code, brand, SKU codes
  import_id  BIGINT,                     -- the import that made it, for its undo
  version    BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) {{WITHOUT_ROWID}};
create unique index products_style on products (style_code);
create index products_import on products (import_id) where import_id is not null;

create table product_styles (
  style      TEXT   NOT NULL,            -- minimal, retro, street …
  product_id BIGINT NOT NULL,
  PRIMARY KEY (style, product_id)
) {{WITHOUT_ROWID}};
create index product_styles_product on product_styles (product_id);

create table skus (
  id         BIGINT PRIMARY KEY,
  product_id BIGINT NOT NULL,
  code       TEXT   NOT NULL,
  colour     TEXT   NOT NULL,
  size       TEXT   NOT NULL,
  price_fen  BIGINT NOT NULL,
  cost_fen   BIGINT,                     -- unknown if null; shown with the right to see costs only
  retired    BOOLEAN NOT NULL
) {{WITHOUT_ROWID}};
create unique index skus_code on skus (code);
create index skus_product on skus (product_id);

-- Price and cost of a shop stand here when they differ from the SKU's.
create table stocks (
  shop_id    BIGINT NOT NULL,
  sku_id     BIGINT NOT NULL,
  quantity   BIGINT NOT NULL,
  price_fen  BIGINT,
  cost_fen   BIGINT,
  version    BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (sku_id, shop_id)
) {{WITHOUT_ROWID}};
create index stocks_shop on stocks (shop_id);
