-- +goose Up
-- What the pages of figures read, so that none of them scans orders. All of it is derived from facts
-- and orders and can be built again.

-- Sums by business day, shop and channel, anonymous sales included.
create table kpi_days (
  on_day           INTEGER NOT NULL,
  shop_id          BIGINT  NOT NULL,
  channel          TEXT    NOT NULL,
  orders           BIGINT  NOT NULL,     -- with paid_fen > 0
  units            BIGINT  NOT NULL,
  paid_fen         BIGINT  NOT NULL,     -- sales before returns
  anonymous_orders BIGINT  NOT NULL,
  anonymous_fen    BIGINT  NOT NULL,
  refunds          BIGINT  NOT NULL,     -- on the day of the refund
  refund_fen       BIGINT  NOT NULL,
  PRIMARY KEY (on_day, shop_id, channel)
);

-- Who bought when and where, for known customers.
create table sales_days (
  customer_id BIGINT  NOT NULL,
  on_day      INTEGER NOT NULL,
  shop_id     BIGINT  NOT NULL,
  channel     TEXT    NOT NULL,
  paid_fen    BIGINT  NOT NULL,
  PRIMARY KEY (customer_id, on_day, shop_id, channel)
) {{WITHOUT_ROWID}};

-- Every customer who ever bought, numbered from 0 on without gaps, so that pages can count in a slice. A
-- number stays when her purchases are taken back.
create table buyers (
  customer_id BIGINT  PRIMARY KEY,
  number      INTEGER NOT NULL
) {{WITHOUT_ROWID}};
create unique index buyers_number on buyers (number);

-- The days of sale by day, packed: what pages count customers from would be rows by the million.
create table day_buyers (
  on_day  INTEGER NOT NULL,
  shop_id BIGINT  NOT NULL,
  channel TEXT    NOT NULL,
  buyers  {{BYTES}} NOT NULL,            -- 12 bytes each, big endian, in order: number, 4 bytes; paid_fen, 8
  PRIMARY KEY (on_day, shop_id, channel)
);

-- How many customers of each cohort bought in each month.
create table cohort_cells (
  cohort    INTEGER NOT NULL,
  month     INTEGER NOT NULL,
  customers BIGINT  NOT NULL,
  PRIMARY KEY (cohort, month)
);
