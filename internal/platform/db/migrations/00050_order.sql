-- +goose Up
-- Sales from every source, what came back of them, and why.

create table orders (
  id             BIGINT PRIMARY KEY,
  source         TEXT   NOT NULL,        -- the till or shop system that gave the number
  order_no       TEXT   NOT NULL,
  customer_id    BIGINT,                 -- null: anonymous, can be claimed
  shop_id        BIGINT NOT NULL,
  channel        TEXT   NOT NULL,        -- store, online, mini_program …
  clerk_id       BIGINT,
  adviser_id     BIGINT,
  paid_at        BIGINT NOT NULL,        -- business time
  occurred_at    BIGINT,                 -- what the device said, when that was out of bounds
  received_at    BIGINT NOT NULL,
  on_day         BIGINT NOT NULL,        -- the shop's business day
  paid_fen       BIGINT NOT NULL,
  discount_fen   BIGINT NOT NULL,
  units          BIGINT NOT NULL,        -- pieces of lines that were paid for
  line_count     BIGINT NOT NULL,
  refunded_fen   BIGINT NOT NULL DEFAULT 0,
  refunded_units BIGINT NOT NULL DEFAULT 0,
  exchange_of    TEXT   NOT NULL,        -- the refund_no that this sale replaces
  history        BOOLEAN NOT NULL,       -- was imported as history
  import_id      BIGINT,
  content_hash   BIGINT NOT NULL,        -- keyed, so that it does not tell a phone number
  version        BIGINT NOT NULL DEFAULT 1 -- that of the source; a higher one edits the order
) {{WITHOUT_ROWID}};
create unique index orders_number on orders (source, order_no);
create index orders_customer on orders (customer_id, on_day, paid_fen, units) where customer_id is not null;
create index orders_day on orders (on_day, shop_id);
create index orders_import on orders (import_id) where import_id is not null;

-- The line number is the rank of the id within its order.
create table order_lines (
  order_id          BIGINT NOT NULL,
  id                BIGINT NOT NULL,
  sku_id            BIGINT NOT NULL,
  name              TEXT   NOT NULL,
  quantity          BIGINT NOT NULL,
  unit_price_fen    BIGINT NOT NULL,
  discount_fen      BIGINT NOT NULL,
  paid_fen          BIGINT NOT NULL,     -- quantity * unit_price_fen - discount_fen
  refunded_quantity BIGINT NOT NULL DEFAULT 0,
  refunded_fen      BIGINT NOT NULL DEFAULT 0,
  version           BIGINT NOT NULL DEFAULT 0, -- of the edit that brought it; 0: it came with the order
  PRIMARY KEY (order_id, id)
) {{WITHOUT_ROWID}};

-- What edits of orders changed; order.edited tells the lines that were.
create table order_edits (
  order_id  BIGINT NOT NULL,
  version   BIGINT NOT NULL,
  edited_at BIGINT NOT NULL,
  was_fen   BIGINT NOT NULL,
  paid_fen  BIGINT NOT NULL,
  was_units BIGINT NOT NULL,
  units     BIGINT NOT NULL,
  PRIMARY KEY (order_id, version)
) {{WITHOUT_ROWID}};

create table refunds (
  id           BIGINT PRIMARY KEY,
  source       TEXT   NOT NULL,
  refund_no    TEXT   NOT NULL,
  order_source TEXT   NOT NULL,
  order_no     TEXT   NOT NULL,          -- '': the source did not say which order
  order_id     BIGINT,
  customer_id  BIGINT,
  shop_id      BIGINT NOT NULL,
  channel      TEXT   NOT NULL,
  clerk_id     BIGINT,
  refunded_at  BIGINT NOT NULL,
  occurred_at  BIGINT,
  received_at  BIGINT NOT NULL,
  on_day       BIGINT NOT NULL,
  amount_fen   BIGINT NOT NULL,          -- what counts against sales
  excess_fen   BIGINT NOT NULL,          -- what was paid back beyond the sale
  units        BIGINT NOT NULL,
  asked_fen    BIGINT NOT NULL,          -- the amount that the source gave, 0 if none
  state        TEXT   NOT NULL,          -- applied; waiting: its order has not come yet
  overdue      BOOLEAN NOT NULL DEFAULT false, -- it was told that this has waited for a day
  reason_code  {{PATH}} NOT NULL,
  history      BOOLEAN NOT NULL,
  import_id    BIGINT,
  content_hash BIGINT NOT NULL
) {{WITHOUT_ROWID}};
create unique index refunds_number on refunds (source, refund_no);
create index refunds_order on refunds (order_id) where order_id is not null;
create index refunds_customer on refunds (customer_id, on_day) where customer_id is not null;
create index refunds_day on refunds (on_day, shop_id);
create index refunds_waiting on refunds (order_source, order_no) where state = 'waiting';
create index refunds_import on refunds (import_id) where import_id is not null;

create table refund_lines (
  refund_id      BIGINT NOT NULL,
  id             BIGINT NOT NULL,
  order_line_id  BIGINT,                 -- null: not (yet) matched with a line of the order
  line_no        BIGINT NOT NULL,        -- the line that the source named, 0 if none
  sku            TEXT   NOT NULL,
  name           TEXT   NOT NULL,
  quantity       BIGINT NOT NULL,        -- what it came to
  amount_fen     BIGINT NOT NULL,
  reason_code    {{PATH}} NOT NULL,      -- '': that of the refund
  asked_quantity BIGINT NOT NULL,        -- what the source asked for; 0 and 0: it follows from another line or the whole
  asked_fen      BIGINT NOT NULL,
  PRIMARY KEY (refund_id, id)
) {{WITHOUT_ROWID}};

create table refund_reasons (
  code     TEXT PRIMARY KEY,
  parent   TEXT    NOT NULL,             -- '': at the root
  name     TEXT    NOT NULL,
  position BIGINT  NOT NULL,
  retired  BOOLEAN NOT NULL,
  version  BIGINT  NOT NULL
);
insert into refund_reasons (code, parent, name, position, retired, version) values
  ('size',             '',        '尺码不合适', 10, false, 1),
  ('size.too_small',   'size',    '偏小',       11, false, 1),
  ('size.too_large',   'size',    '偏大',       12, false, 1),
  ('size.length',      'size',    '长短不合适', 13, false, 1),
  ('quality',          '',        '质量问题',   20, false, 1),
  ('quality.defect',   'quality', '做工瑕疵',   21, false, 1),
  ('quality.damaged',  'quality', '破损',       22, false, 1),
  ('quality.stained',  'quality', '污渍',       23, false, 1),
  ('quality.wrong',    'quality', '发错货',     24, false, 1),
  ('fabric',           '',        '面料问题',   30, false, 1),
  ('fabric.pilling',   'fabric',  '起球',       31, false, 1),
  ('fabric.shrinking', 'fabric',  '缩水',       32, false, 1),
  ('fabric.fading',    'fabric',  '褪色',       33, false, 1),
  ('fabric.itchy',     'fabric',  '扎肤',       34, false, 1),
  ('style',            '',        '款式不喜欢', 40, false, 1),
  ('style.colour',     'style',   '颜色有差异', 41, false, 1),
  ('style.cut',        'style',   '版型不合身', 42, false, 1),
  ('style.photo',      'style',   '与图片不符', 43, false, 1),
  ('late',             '',        '太晚到货',   50, false, 1),
  ('late.shipping',    'late',    '发货太慢',   51, false, 1),
  ('late.changed',     'late',    '已另行购买', 52, false, 1),
  ('other',            '',        '其他',       60, false, 1),
  ('other.mind',       'other',   '改变主意',   61, false, 1),
  ('other.price',      'other',   '价格变动',   62, false, 1),
  ('other.mistake',    'other',   '录入错误',   63, false, 1);

-- Which rows a merge of customers moved, so that taking it back moves exactly those.
create table order_moves (
  merge_id BIGINT  NOT NULL,
  refund   BOOLEAN NOT NULL,
  row_id   BIGINT  NOT NULL,
  PRIMARY KEY (merge_id, refund, row_id)
) {{WITHOUT_ROWID}};
