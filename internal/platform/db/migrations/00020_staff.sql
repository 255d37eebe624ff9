-- +goose Up
-- Staff: the shop's settings, shops, people with their sessions and keys, and the audit log.

-- One row. Until it is written the defaults of the program hold.
create table organisations (
  id           INTEGER PRIMARY KEY,      -- always 1
  name         TEXT    NOT NULL,
  time_zone    TEXT    NOT NULL,         -- IANA, such as Asia/Shanghai
  currency     TEXT    NOT NULL,         -- ISO 4217
  locale       TEXT    NOT NULL,         -- zh-CN or en
  return_days  INTEGER NOT NULL,         -- how long goods may be brought back
  require_totp BOOLEAN NOT NULL,         -- everybody needs a second factor, not only owners and who may export
  version      BIGINT  NOT NULL,
  updated_at   BIGINT  NOT NULL
);

create table shops (
  id           BIGINT PRIMARY KEY,
  code         TEXT    NOT NULL,         -- as the till writes it
  code_key     TEXT    NOT NULL,         -- folded, for finding
  name         TEXT    NOT NULL,
  time_zone    TEXT    NOT NULL,         -- '' for the organisation's
  day_cut_hour INTEGER NOT NULL,         -- sales before this hour belong to the day before
  open         BOOLEAN NOT NULL,
  import_id    BIGINT,                   -- the import that made it, for its undo
  version      BIGINT  NOT NULL,
  created_at   BIGINT  NOT NULL,
  updated_at   BIGINT  NOT NULL
);
create unique index shops_code on shops (code_key);

create table staff (
  id                   BIGINT PRIMARY KEY,
  name                 TEXT    NOT NULL,
  login                TEXT,             -- folded; null for people who are only named on orders
  email                {{BYTES}},        -- sealed
  phone                {{BYTES}},        -- sealed
  role                 TEXT    NOT NULL,
  active               BOOLEAN NOT NULL,
  password_hash        TEXT    NOT NULL, -- '' when there is none
  must_change_password BOOLEAN NOT NULL,
  password_until       BIGINT,           -- end of a one-time password
  totp_secret          {{BYTES}},        -- sealed
  totp_pending         {{BYTES}},        -- sealed; until the first code is shown
  totp_last_step       BIGINT  NOT NULL, -- each code counts once
  last_sign_in_at      BIGINT,
  disabled_at          BIGINT,
  import_id            BIGINT,           -- the import that made the person, for its undo
  version              BIGINT  NOT NULL,
  created_at           BIGINT  NOT NULL,
  updated_at           BIGINT  NOT NULL
);
create unique index staff_login on staff (login) where login is not null;
create index staff_name on staff (name);

create table staff_shops (
  staff_id BIGINT NOT NULL,
  shop_id  BIGINT NOT NULL,
  PRIMARY KEY (staff_id, shop_id)
);
create index staff_shops_shop on staff_shops (shop_id);

-- Codes that replace a lost second factor, once each.
create table recovery_codes (
  staff_id  BIGINT    NOT NULL,
  code_hash {{BYTES}} NOT NULL,          -- SHA-256 of 80 random bits
  PRIMARY KEY (staff_id, code_hash)
);

-- Live sessions; a session that ends is deleted. Times are the machine's, not those of a moved clock.
create table sessions (
  id           BIGINT PRIMARY KEY,
  token_hash   {{BYTES}} NOT NULL,       -- SHA-256 of 256 random bits
  staff_id     BIGINT NOT NULL,
  device       TEXT   NOT NULL,
  ip           TEXT   NOT NULL,
  created_at   BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL
);
create unique index sessions_token on sessions (token_hash);
create index sessions_staff on sessions (staff_id);
create index sessions_seen  on sessions (last_seen_at);

create table api_keys (
  id           BIGINT PRIMARY KEY,
  name         TEXT    NOT NULL,
  prefix       TEXT    NOT NULL,         -- the first characters, to tell keys apart
  token_hash   {{BYTES}} NOT NULL,       -- SHA-256 of 256 random bits
  permissions  {{JSON}} NOT NULL,
  all_shops    BOOLEAN NOT NULL,
  shops        {{JSON}} NOT NULL,
  created_by   BIGINT,
  created_at   BIGINT  NOT NULL,
  expires_at   BIGINT,
  last_used_at BIGINT,
  revoked_at   BIGINT
);
create unique index api_keys_token on api_keys (token_hash);
create index api_keys_creator on api_keys (created_by);

-- Failed attempts, counted before they are looked at, by account and address, account, address, and all.
create table login_attempts (
  bucket     TEXT   PRIMARY KEY,
  failures   BIGINT NOT NULL,
  since_at   BIGINT NOT NULL,
  wait_until BIGINT NOT NULL
);
create index login_attempts_age on login_attempts (since_at);

create table setup_tokens (
  token_hash {{BYTES}} PRIMARY KEY,
  created_at BIGINT NOT NULL
);

-- What was done by whom: only ever added to. Each entry holds the hash of the one before it; the form
-- that is hashed is described in internal/staff/chain.go. Before and after are TEXT, so that the bytes
-- that were hashed are the bytes that are kept.
create table audit_entries (
  seq        BIGINT PRIMARY KEY,         -- 1, 2, 3 … without a gap
  at         BIGINT NOT NULL,
  staff_id   BIGINT,
  key_id     BIGINT,
  actor      TEXT   NOT NULL,
  role       TEXT   NOT NULL,
  touchpoint TEXT   NOT NULL,
  session    TEXT   NOT NULL,
  ip         TEXT   NOT NULL,
  request    TEXT   NOT NULL,
  action     TEXT   NOT NULL,
  subject    TEXT   NOT NULL,
  shop_id    BIGINT,
  reason     TEXT   NOT NULL,
  before     TEXT   NOT NULL,
  after      TEXT   NOT NULL,
  prev_hash  TEXT   NOT NULL,
  hash       TEXT   NOT NULL
);
create index audit_entries_staff   on audit_entries (staff_id, seq);
create index audit_entries_action  on audit_entries (action, seq);
create index audit_entries_subject on audit_entries (subject, seq);
create index audit_entries_shop    on audit_entries (shop_id, seq) where shop_id is not null;

-- The end of the chain; its row lock puts writers in order.
create table audit_heads (
  id   INTEGER PRIMARY KEY,
  seq  BIGINT NOT NULL,
  hash TEXT   NOT NULL
);
insert into audit_heads (id, seq, hash) values (1, 0, '');
