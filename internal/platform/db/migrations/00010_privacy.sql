-- +goose Up
-- Privacy: which keys this database was written with, and the ledger of consent.

-- One row: marks of the keys, so that a database is never written with the keys of another. A mark
-- tells nothing about its key.
create table key_marks (
  id         INTEGER PRIMARY KEY,
  index_mark BIGINT NOT NULL,
  made_at    BIGINT NOT NULL
);

-- What people are asked to agree to. A row never changes; another wording is another version.
create table consent_texts (
  id         BIGINT PRIMARY KEY,
  purpose    TEXT    NOT NULL,           -- marketing, service, membership, profiling
  channel    TEXT    NOT NULL,           -- sms, wechat, wecom, email, phone; '' for all
  version    INTEGER NOT NULL,           -- from 1, for each purpose and channel
  body       TEXT    NOT NULL,
  body_hash  TEXT    NOT NULL,           -- SHA-256, hexadecimal: part of the evidence
  created_at BIGINT  NOT NULL,
  created_by BIGINT                      -- staff; null for the program
);
create unique index consent_texts_version on consent_texts (purpose, channel, version);

-- The ledger: each time somebody agreed or withdrew. Rows are only ever added.
create table consents (
  id          BIGINT PRIMARY KEY,
  customer_id BIGINT  NOT NULL,
  channel     TEXT    NOT NULL,          -- '' for purposes that need none: membership, profiling
  purpose     TEXT    NOT NULL,
  given       BOOLEAN NOT NULL,
  text_id     BIGINT,                    -- what was agreed to; never null when given
  evidence    {{JSON}} NOT NULL,
  shop_id     BIGINT,
  staff_id    BIGINT,
  happened_at BIGINT  NOT NULL,
  recorded_at BIGINT  NOT NULL
);
create index consents_customer on consents (customer_id, happened_at);

-- Where the ledger stands, with merges taken into account; derived, and checked by verify.
create table consent_states (
  customer_id BIGINT  NOT NULL,
  channel     TEXT    NOT NULL,
  purpose     TEXT    NOT NULL,
  given       BOOLEAN NOT NULL,
  consent_id  BIGINT  NOT NULL,          -- the row of the ledger that decided
  text_id     BIGINT,
  since_at    BIGINT  NOT NULL,
  PRIMARY KEY (customer_id, channel, purpose)
);
create index consent_states_purpose on consent_states (purpose, channel, given, customer_id);

-- Merges of customers, as far as consent is concerned: the ledger keeps its customer.
create table consent_merges (
  merge_id    TEXT   PRIMARY KEY,
  survivor_id BIGINT NOT NULL,
  merged_id   BIGINT NOT NULL,
  merged_at   BIGINT NOT NULL
);
create index consent_merges_survivor on consent_merges (survivor_id);
