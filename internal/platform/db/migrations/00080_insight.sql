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

-- Who bought when and where: the same sums for each known customer.
create table sales_days (
  on_day      INTEGER NOT NULL,
  customer_id BIGINT  NOT NULL,
  shop_id     BIGINT  NOT NULL,
  channel     TEXT    NOT NULL,
  orders      BIGINT  NOT NULL,
  units       BIGINT  NOT NULL,
  paid_fen    BIGINT  NOT NULL,
  PRIMARY KEY (on_day, customer_id, shop_id, channel)
) {{WITHOUT_ROWID}};
create index sales_days_customer on sales_days (customer_id, on_day);

-- The months in which a customer bought, with the month of her first purchase.
create table customer_months (
  customer_id BIGINT  NOT NULL,
  month       INTEGER NOT NULL,          -- year * 12 + month - 1
  cohort      INTEGER NOT NULL,
  PRIMARY KEY (customer_id, month)
) {{WITHOUT_ROWID}};

-- How many customers of each cohort bought in each month.
create table cohort_cells (
  cohort    INTEGER NOT NULL,
  month     INTEGER NOT NULL,
  customers BIGINT  NOT NULL,
  PRIMARY KEY (cohort, month)
);
