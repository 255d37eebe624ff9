-- +goose Up
-- Who: the numbers of each customer, RFM, groups and lifecycle stages. All are projections of facts
-- and orders and can be built again, except rfm_settings.

-- One row per live customer. What sales give is written with the sale; what also hangs on the other
-- customers or on the day (stage, scores, groups) follows a moment later.
create table profiles (
  customer_id        BIGINT PRIMARY KEY,
  shop_id            BIGINT,                     -- the home shop
  created_on         INTEGER NOT NULL,
  first_order_on     INTEGER,                    -- sales before returns, paid_fen > 0, here and below
  last_order_on      INTEGER,
  order_count        BIGINT NOT NULL DEFAULT 0,
  purchase_day_count BIGINT NOT NULL DEFAULT 0,
  units              BIGINT NOT NULL DEFAULT 0,
  paid_fen           BIGINT NOT NULL DEFAULT 0,
  refund_count       BIGINT NOT NULL DEFAULT 0,
  refunded_fen       BIGINT NOT NULL DEFAULT 0,
  window_day_count   BIGINT NOT NULL DEFAULT 0,  -- purchase days within window_days of the settings
  stage              TEXT   NOT NULL DEFAULT 'lead',
  stage_since_on     INTEGER NOT NULL,
  r                  SMALLINT NOT NULL DEFAULT 0, -- 1 to 5; 0 before the first purchase
  f                  SMALLINT NOT NULL DEFAULT 0,
  m                  SMALLINT NOT NULL DEFAULT 0,
  rfm_group          TEXT   NOT NULL DEFAULT '',
  value_group        TEXT   NOT NULL DEFAULT 'lead',
  quadrant           TEXT   NOT NULL DEFAULT '',
  customer_type      TEXT   NOT NULL DEFAULT '',
  counted_fen        BIGINT,                     -- paid_fen as counted in rfm_cells; null: not counted yet
  updated_at         BIGINT NOT NULL
) {{WITHOUT_ROWID}};
-- A sale moves a row in the first two; more indexes with figures of sales would slow every sale.
create index profiles_spend on profiles (paid_fen, customer_id);
create index profiles_last  on profiles (coalesce(last_order_on, -719162), customer_id); -- who never bought comes last
create index profiles_cell  on profiles (r, f, m, customer_id);
create index profiles_stage on profiles (stage, customer_id);

create index profiles_vip   on profiles (last_order_on) where value_group = 'vip';

-- One row per customer and day with a sale.
create table purchase_days (
  customer_id BIGINT  NOT NULL,
  on_day      INTEGER NOT NULL,
  orders      BIGINT  NOT NULL,
  units       BIGINT  NOT NULL,
  paid_fen    BIGINT  NOT NULL,
  PRIMARY KEY (customer_id, on_day)
) {{WITHOUT_ROWID}};
create index purchase_days_day on purchase_days (on_day, customer_id);

-- The sums of profiles, kept by difference, so that the map needs no scan.
create table rfm_cells (
  r             SMALLINT NOT NULL,
  f             SMALLINT NOT NULL,
  m             SMALLINT NOT NULL,
  stage         TEXT   NOT NULL,
  value_group   TEXT   NOT NULL,
  quadrant      TEXT   NOT NULL,
  customer_type TEXT   NOT NULL,
  customers     BIGINT NOT NULL,
  paid_fen      BIGINT NOT NULL,
  PRIMARY KEY (r, f, m, stage, value_group, quadrant, customer_type)
) {{WITHOUT_ROWID}};

-- One row: the edges by which profiles are scored, and how fresh all is.
create table rfm_state (
  id           INTEGER PRIMARY KEY,
  edges        {{JSON}} NOT NULL,
  edges_on     INTEGER,                          -- the day the edges are of; null: nobody is scored yet
  shape        {{JSON}} NOT NULL,                -- what thresholds are proposed from
  buyers       BIGINT  NOT NULL,
  changed      BIGINT  NOT NULL,                 -- profiles that facts changed since the edges were drawn
  settled_on   INTEGER,                          -- the log of stages is complete up to this day
  version      BIGINT  NOT NULL,                 -- the thresholds that every profile was last judged by
  refreshed_at BIGINT                            -- when every profile was last gone through
);

-- Every version of the thresholds; the highest is in force.
create table rfm_settings (
  version    BIGINT PRIMARY KEY,
  thresholds {{JSON}} NOT NULL,
  source     TEXT   NOT NULL,                    -- handbook, pack, proposal, staff
  pack       TEXT   NOT NULL,                    -- whose they are, if they are those of a pack
  staff_id   BIGINT,
  created_at BIGINT NOT NULL
);

-- The log of stages: which customer went from where to where, when, and by what.
create table stage_changes (
  customer_id BIGINT   NOT NULL,
  on_day      INTEGER  NOT NULL,
  step        SMALLINT NOT NULL,                 -- within the day: 0 the day itself, 1 a purchase, 2 new settings
  from_stage  TEXT     NOT NULL,
  to_stage    TEXT     NOT NULL,
  dwell_days  INTEGER  NOT NULL,                 -- days spent in from_stage
  cause_pos   BIGINT,                            -- place in the log of the fact that decided, if one did
  PRIMARY KEY (customer_id, on_day, step)
) {{WITHOUT_ROWID}};
create index stage_changes_day on stage_changes (on_day, from_stage, to_stage, dwell_days, customer_id);

-- A segment: a rule with a name. Archived rather than deleted.
create table segments (
  id           BIGINT PRIMARY KEY,
  name         TEXT    NOT NULL,
  name_key     TEXT    NOT NULL UNIQUE,          -- folded
  description  TEXT    NOT NULL,
  preset       TEXT    NOT NULL,                 -- the preset it was made from
  rule         {{JSON}} NOT NULL,
  strategy     {{JSON}} NOT NULL,
  tagging      BOOLEAN NOT NULL,                 -- it is not shown, but the rule of a row of tag_rules
  archived     BOOLEAN NOT NULL,
  version      BIGINT  NOT NULL,
  rule_version BIGINT  NOT NULL,
  told_version BIGINT  NOT NULL,                 -- the rule_version by which everybody was last judged; 0: nobody yet
  told_on      INTEGER,                          -- the day as of which everybody was last judged
  members      BIGINT  NOT NULL,
  paid_fen     BIGINT  NOT NULL,                 -- what the members had paid at counted_at
  counted_at   BIGINT,
  created_by   BIGINT,
  created_at   BIGINT  NOT NULL
);

-- Who is in a segment now. A projection: the rule says who.
create table segment_members (
  segment_id  BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  since_at    BIGINT NOT NULL,
  PRIMARY KEY (segment_id, customer_id)
) {{WITHOUT_ROWID}};
create index segment_members_customer on segment_members (customer_id, segment_id);

-- The log of members: who entered and left, when, and by what. Its sum is the members.
create table segment_changes (
  segment_id  BIGINT  NOT NULL,
  customer_id BIGINT  NOT NULL,
  id          BIGINT  NOT NULL,
  entered     BOOLEAN NOT NULL,
  at          BIGINT  NOT NULL,
  on_day      INTEGER NOT NULL,                  -- the day of at
  cause       TEXT    NOT NULL,                  -- fact, time, rule, start
  cause_pos   BIGINT,                            -- place in the log of the fact that decided, if one did
  tests       {{JSON}} NOT NULL,                 -- the tests that it could turn, as they came out
  PRIMARY KEY (segment_id, customer_id, id)
) {{WITHOUT_ROWID}};
create index segment_changes_at on segment_changes (segment_id, at, id);

-- The sums of segment_changes by day, so that the trend needs no scan.
create table segment_days (
  segment_id    BIGINT  NOT NULL,
  on_day        INTEGER NOT NULL,
  entered_count BIGINT  NOT NULL,                -- by what happened or by time
  left_count    BIGINT  NOT NULL,
  by_rule_count BIGINT  NOT NULL,                -- entered less left as the rule was new or was changed
  PRIMARY KEY (segment_id, on_day)
) {{WITHOUT_ROWID}};

-- A tag that a rule gives: the rule is that of the segment with the same id, whose members have the tag.
create table tag_rules (
  id          BIGINT PRIMARY KEY,
  tag_id      BIGINT NOT NULL,
  mode        TEXT   NOT NULL,                   -- keep: taken off again when the rule no longer holds; add
  confidence  BIGINT NOT NULL
);
create index tag_rules_tag on tag_rules (tag_id);

-- One row: how often history came in by which everybody has to be judged yet.
create table segment_backlog (
  id      INTEGER PRIMARY KEY,
  batches BIGINT NOT NULL
);
