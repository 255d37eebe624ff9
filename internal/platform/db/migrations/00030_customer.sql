-- +goose Up
-- Customers: people, how they are found, what is known of them, and which records are one person.
-- Rows of a merged customer are moved to the survivor and remembered in merges.moved, so that unmerge
-- puts back exactly those. Rows end (removed_at, ended_at) instead of being changed.

create table customers (
  id                BIGINT PRIMARY KEY,
  name              TEXT     NOT NULL,   -- '' when unknown
  search_name       {{BYTES}},           -- keys of search from the start, in bytes so that they sort alike
  search_given      {{BYTES}},           -- on both engines; NULL when there is nothing to find
  search_pinyin     {{BYTES}},
  search_initials   {{BYTES}},
  gender            TEXT     NOT NULL,   -- '', female, male, other
  preferred_channel TEXT     NOT NULL,   -- '', sms, wechat, wecom, email, phone
  shop_id           BIGINT,              -- home shop
  state             TEXT     NOT NULL,   -- active, merged, erased
  merged_into       BIGINT,
  source            TEXT     NOT NULL,   -- where the record came from
  quality           SMALLINT NOT NULL,   -- 0 to 100
  missing           INTEGER  NOT NULL,   -- bits of what is missing for 100
  version           BIGINT   NOT NULL,
  created_at        BIGINT   NOT NULL,
  updated_at        BIGINT   NOT NULL
);
create index customers_name     on customers (search_name)     where search_name is not null;
create index customers_given    on customers (search_given)    where search_given is not null;
create index customers_pinyin   on customers (search_pinyin)   where search_pinyin is not null;
create index customers_initials on customers (search_initials) where search_initials is not null;
create index customers_merged   on customers (merged_into)     where merged_into is not null;
create index customers_quality  on customers (quality, id)     where state = 'active';

create table customer_identities (
  id          BIGINT PRIMARY KEY,
  customer_id BIGINT  NOT NULL,
  kind        TEXT    NOT NULL,          -- phone, openid, unionid, external_userid, card, email, shop_id
  space       TEXT    NOT NULL,          -- app of an openid, source of a shop_id; '' for others
  index_hash  BIGINT  NOT NULL,          -- keyed hash of kind, space and value
  short_index INTEGER,                   -- keyed hash, 16 bits: last four digits of a phone, else the whole number
  sealed      {{BYTES}} NOT NULL,
  shared      BOOLEAN NOT NULL,          -- a number shared in a household: shown, but finds its owner only
  verified_at BIGINT,
  source      TEXT    NOT NULL,
  added_by    BIGINT,
  created_at  BIGINT  NOT NULL,
  ended_at    BIGINT,
  ended_why   TEXT    NOT NULL
);
create unique index customer_identities_live on customer_identities (index_hash) where ended_at is null and not shared;
create index customer_identities_shared on customer_identities (index_hash) where ended_at is null and shared;
create index customer_identities_customer on customer_identities (customer_id);
create index customer_identities_short on customer_identities (short_index) where short_index is not null and ended_at is null;

-- Shops that may see a customer: the home shop, and those that served her lately.
create table customer_shops (
  customer_id    BIGINT  NOT NULL,
  shop_id        BIGINT  NOT NULL,
  home           BOOLEAN NOT NULL,
  last_served_on BIGINT,
  joined_on      BIGINT,                 -- sight that came with a merged record; as if served on that day
  PRIMARY KEY (customer_id, shop_id)
) {{WITHOUT_ROWID}};
create index customer_shops_shop on customer_shops (shop_id, last_served_on);

create table customer_homes (            -- home shops of the past
  id          BIGINT PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  shop_id     BIGINT NOT NULL,
  until_on    BIGINT NOT NULL,
  changed_by  BIGINT
);
create index customer_homes_customer on customer_homes (customer_id);

create table attribute_packs (
  code       TEXT PRIMARY KEY,
  enabled    BOOLEAN NOT NULL,
  changed_by BIGINT,
  changed_at BIGINT  NOT NULL
);

create table attribute_definitions (
  id           BIGINT PRIMARY KEY,
  code         TEXT    NOT NULL,
  name         TEXT    NOT NULL,
  name_en      TEXT    NOT NULL,
  kind         TEXT    NOT NULL,         -- text, number, day, bool, choice
  multiple     BOOLEAN NOT NULL,         -- of choices
  record_group TEXT    NOT NULL,         -- basic, preferences
  options      {{JSON}} NOT NULL,        -- of choices: [{code, name, name_en}]
  pack         TEXT    NOT NULL,         -- '' when made by the shop
  active       BOOLEAN NOT NULL,
  position     INTEGER NOT NULL,
  version      BIGINT  NOT NULL,
  created_at   BIGINT  NOT NULL
);
create unique index attribute_definitions_code on attribute_definitions (code);

create table customer_attributes (
  id            BIGINT PRIMARY KEY,
  customer_id   BIGINT NOT NULL,
  definition_id BIGINT NOT NULL,
  choice        TEXT   NOT NULL,         -- '' unless the kind is choice; one row for each chosen
  text_value    TEXT,
  number_value  DOUBLE PRECISION,
  day_value     BIGINT,
  bool_value    BOOLEAN,
  source        TEXT   NOT NULL,         -- clerk, survey, import, self, model
  set_by        BIGINT,
  set_at        BIGINT NOT NULL,
  removed_at    BIGINT
);
create unique index customer_attributes_live on customer_attributes (customer_id, definition_id, choice) where removed_at is null;
create index customer_attributes_value on customer_attributes (definition_id, choice, customer_id) where removed_at is null;

create table tags (
  id          BIGINT PRIMARY KEY,
  name        TEXT    NOT NULL,
  name_key    TEXT    NOT NULL,          -- folded, unique
  name_en     TEXT    NOT NULL,          -- empty if it has the one name only
  axis        TEXT    NOT NULL,          -- demography, preference, lifecycle
  description TEXT    NOT NULL,
  pack        TEXT    NOT NULL,
  archived    BOOLEAN NOT NULL,
  version     BIGINT  NOT NULL,
  created_by  BIGINT,
  created_at  BIGINT  NOT NULL
);
create unique index tags_name on tags (name_key);

create table customer_tags (
  id          BIGINT PRIMARY KEY,
  customer_id BIGINT  NOT NULL,
  tag_id      BIGINT  NOT NULL,
  source      TEXT    NOT NULL,          -- rule, clerk, survey, import, model
  confidence  INTEGER NOT NULL,          -- percent
  reason      TEXT    NOT NULL,
  expires_at  BIGINT,
  added_by    BIGINT,
  added_at    BIGINT  NOT NULL,
  replaces    BIGINT,                    -- the row this one took the place of
  removed_by  BIGINT,
  removed_at  BIGINT
);
create unique index customer_tags_live on customer_tags (customer_id, tag_id) where removed_at is null;
create index customer_tags_tag on customer_tags (tag_id, customer_id) where removed_at is null;

create table notes (
  id          BIGINT PRIMARY KEY,
  customer_id BIGINT  NOT NULL,
  kind        TEXT    NOT NULL,          -- talk, need, habit, interest, try_on, life_event, other
  body        TEXT    NOT NULL,          -- '' when sensitive
  sealed      {{BYTES}},                 -- of a sensitive note
  sensitive   BOOLEAN NOT NULL,
  shop_id     BIGINT,
  author_id   BIGINT,
  touchpoint  TEXT    NOT NULL,
  created_at  BIGINT  NOT NULL,
  removed_by  BIGINT,
  removed_at  BIGINT
);
create index notes_customer on notes (customer_id, id);

create table life_dates (
  id          BIGINT PRIMARY KEY,
  customer_id BIGINT   NOT NULL,
  kind        TEXT     NOT NULL,         -- birthday, wedding, child_birthday, due_date, other
  calendar    TEXT     NOT NULL,         -- solar, lunar
  year        INTEGER  NOT NULL,         -- 0 when unknown
  month       SMALLINT NOT NULL,
  day         SMALLINT NOT NULL,
  leap        BOOLEAN  NOT NULL,         -- of a lunar leap month
  on_day      INTEGER,                   -- the day itself, by the ordinary calendar; null: the year is unknown
  label       TEXT     NOT NULL,         -- such as the name of the child
  by_self     BOOLEAN  NOT NULL,         -- told by the customer herself
  reason      TEXT     NOT NULL,
  set_by      BIGINT,
  set_at      BIGINT   NOT NULL,
  removed_at  BIGINT
);
create index life_dates_customer on life_dates (customer_id);
create index life_dates_day on life_dates (kind, calendar, month, day) where removed_at is null;

create table merges (
  id          BIGINT PRIMARY KEY,
  survivor_id BIGINT  NOT NULL,
  merged_id   BIGINT  NOT NULL,
  state       TEXT    NOT NULL,          -- active, undone
  automatic   BOOLEAN NOT NULL,
  reason      TEXT    NOT NULL,
  moved       {{JSON}} NOT NULL,         -- what unmerge puts back
  merged_by   BIGINT,
  merged_at   BIGINT  NOT NULL,
  undone_by   BIGINT,
  undone_at   BIGINT
);
create index merges_survivor on merges (survivor_id, id);
create index merges_merged   on merges (merged_id, id);

create table merge_suggestions (
  id          BIGINT PRIMARY KEY,
  customer_a  BIGINT   NOT NULL,         -- the smaller id
  customer_b  BIGINT   NOT NULL,
  reason      TEXT     NOT NULL,
  score       SMALLINT NOT NULL,         -- percent
  state       TEXT     NOT NULL,         -- open, accepted, dismissed
  merge_id    BIGINT,
  created_at  BIGINT   NOT NULL,
  decided_by  BIGINT,
  decided_at  BIGINT
);
create unique index merge_suggestions_pair on merge_suggestions (customer_a, customer_b);
create index merge_suggestions_b on merge_suggestions (customer_b);
create index merge_suggestions_open on merge_suggestions (score, id) where state = 'open';

create table reveal_counts (             -- clear values seen, per person and day
  caller TEXT    NOT NULL,               -- staff:… or key:…
  on_day BIGINT  NOT NULL,
  used   INTEGER NOT NULL,
  PRIMARY KEY (caller, on_day)
);

create table search_counts (             -- searches of a person in the hour in which she searched last
  staff_id BIGINT  PRIMARY KEY,
  hour     BIGINT  NOT NULL,             -- when it began
  used     INTEGER NOT NULL
);

create table touches (                   -- behaviour: keys, so that each fact is recorded once, and what segments ask for
  id           BIGINT PRIMARY KEY,
  source       TEXT   NOT NULL,
  event_id     TEXT   NOT NULL,
  session_id   TEXT   NOT NULL,          -- '' when unknown
  customer_id  BIGINT,                   -- NULL while the session is anonymous
  happened_at  BIGINT NOT NULL,
  kind         TEXT   NOT NULL,          -- product_viewed, cart_added …
  category     {{PATH}} NOT NULL,        -- what it was about, '' when unknown
  product_code TEXT   NOT NULL,
  sku          TEXT   NOT NULL
);
create unique index touches_event on touches (source, event_id);
create index touches_kind on touches (kind, happened_at, customer_id) where customer_id is not null;
create index touches_customer on touches (customer_id, happened_at) where customer_id is not null;
create index touches_session on touches (source, session_id) where customer_id is null and session_id <> '';
