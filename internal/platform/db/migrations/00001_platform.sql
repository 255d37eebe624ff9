-- +goose Up
-- The spine: the clock, the log of facts with its followers, jobs, and idempotent answers.

create table clock (
  id        INTEGER PRIMARY KEY,
  offset_ms BIGINT NOT NULL
);

-- Facts. On SQLite pos is given by the one writer; on PostgreSQL by the sequencer after the commit.
create table events (
  {{EVENT_KEY}},
  kind        TEXT    NOT NULL,
  customer_id BIGINT,
  shop_id     BIGINT,
  staff_id    BIGINT,
  subject     TEXT    NOT NULL,          -- what it is about, e.g. ord_…; '' if the customer is all
  touchpoint  TEXT    NOT NULL,          -- till, online, console, api, import, job …
  history     BOOLEAN NOT NULL,          -- imported history: applied, but starts nothing
  happened_at BIGINT  NOT NULL,
  recorded_at BIGINT  NOT NULL,
  payload     {{JSON}} NOT NULL
);
{{EVENT_INDEXES}}
create index events_customer on events (customer_id, happened_at);

create table followers (
  name TEXT PRIMARY KEY,
  pos  BIGINT NOT NULL
);

-- Facts that a follower could not take; those of other customers go on.
create table parked_facts (
  follower    TEXT   NOT NULL,
  pos         BIGINT NOT NULL,
  customer_id BIGINT,                    -- later facts of this customer wait behind it
  error       TEXT   NOT NULL,
  attempts    INTEGER NOT NULL,
  parked_at   BIGINT NOT NULL,
  PRIMARY KEY (follower, pos)
);

create table jobs (
  id           BIGINT PRIMARY KEY,
  kind         TEXT    NOT NULL,
  args         {{JSON}} NOT NULL,
  state        SMALLINT NOT NULL,        -- 0 ready, 1 running, 2 dead, 3 waiting for its time, 4 retrying after a failure
  priority     SMALLINT NOT NULL,        -- smaller first
  run_at       BIGINT  NOT NULL,         -- shop's clock; machine's clock while retrying
  attempt      INTEGER NOT NULL,         -- counted when it starts
  max_attempts INTEGER NOT NULL,
  worker       TEXT    NOT NULL,         -- who runs it
  beat         BIGINT  NOT NULL,         -- grows while its worker lives: the lease
  cancel       BOOLEAN NOT NULL,         -- somebody wants it to end
  unique_key   TEXT,
  last_error   TEXT    NOT NULL,
  progress     {{JSON}},
  created_at   BIGINT  NOT NULL
);
create unique index jobs_unique on jobs (kind, unique_key) where unique_key is not null;
create index jobs_ready    on jobs (kind, priority, run_at, id) where state = 0;
create index jobs_running  on jobs (kind) where state = 1;
create index jobs_dead     on jobs (id) where state = 2;
create index jobs_waiting  on jobs (run_at) where state = 3;
create index jobs_retrying on jobs (run_at) where state = 4;

create table job_schedules (
  name    TEXT PRIMARY KEY,
  next_at BIGINT NOT NULL               -- shop's clock
);

-- Answers to writes with an Idempotency-Key, committed together with their effects.
create table idempotent_answers (
  caller       TEXT   NOT NULL,          -- staff:… or key:…
  route        TEXT   NOT NULL,
  idem_key     TEXT   NOT NULL,
  request_hash TEXT   NOT NULL,
  status       INTEGER NOT NULL,
  body         {{BYTES}} NOT NULL,
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (caller, route, idem_key)
);
create index idempotent_answers_age on idempotent_answers (created_at);
