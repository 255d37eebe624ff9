-- +goose Up
-- Files that were taken in: what they meant, what became of their rows, and what to take back with them.

create table imports (
  id          BIGINT PRIMARY KEY,
  kind        TEXT    NOT NULL,          -- orders, customers, products
  preset      TEXT    NOT NULL,
  state       TEXT    NOT NULL,          -- uploaded, previewed, running, done, cancelled, failed, undoing, undone
  file_name   TEXT    NOT NULL,
  file_path   TEXT    NOT NULL,          -- in the folder of imports; '' when the file is not kept (any more)
  file_bytes  BIGINT  NOT NULL,
  sha256      TEXT    NOT NULL,
  layout      {{JSON}} NOT NULL,
  mapping     {{JSON}} NOT NULL,
  counts      {{JSON}} NOT NULL,
  dry_run     BOOLEAN NOT NULL,          -- the counts are those of a dry run
  total_rows  BIGINT  NOT NULL,          -- 0 until they have been counted
  taken       BIGINT  NOT NULL,          -- how many orders or rows are behind; a run goes on from there
  failure     TEXT    NOT NULL,          -- the code of the error that ended it
  scope       TEXT    NOT NULL,          -- shops that may be written to, as JSON; '' for all
  created_by  BIGINT,
  created_at  BIGINT  NOT NULL,
  started_at  BIGINT,
  updated_at  BIGINT  NOT NULL,
  finished_at BIGINT,
  version     BIGINT  NOT NULL
);
create index imports_sha256 on imports (sha256);
create index imports_kept on imports (created_at) where file_path <> '';

create table import_errors (
  import_id BIGINT NOT NULL,
  id        BIGINT NOT NULL,
  line      BIGINT NOT NULL,
  field     TEXT   NOT NULL,
  code      TEXT   NOT NULL,
  message   TEXT   NOT NULL,             -- never the value
  PRIMARY KEY (import_id, id)
) {{WITHOUT_ROWID}};

-- Customers that an import made known: its undo takes them back if nothing else knows them by then.
create table import_customers (
  import_id   BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  PRIMARY KEY (import_id, customer_id)
) {{WITHOUT_ROWID}};
