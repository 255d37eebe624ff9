-- +goose Up
-- A demo's chain of shops: what it was made from and how far its customers have lived. Elsewhere both
-- tables stay empty.

create table demo_chains (
  id          INTEGER PRIMARY KEY,       -- 1: there is one
  options     TEXT    NOT NULL,          -- JSON: what it was made from
  zone        TEXT    NOT NULL,
  names       TEXT    NOT NULL,          -- JSON: shops, colleagues, texts
  lived_until BIGINT  NOT NULL,
  moving_to   BIGINT  NOT NULL,          -- where the clock is to stand
  told        TEXT    NOT NULL           -- JSON: what happened while it moves, or moved last
);

create table demo_people (
  n           BIGINT PRIMARY KEY,        -- her number in the chain
  customer_id BIGINT NOT NULL
);
