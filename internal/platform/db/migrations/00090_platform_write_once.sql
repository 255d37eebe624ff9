-- +goose Up
-- What is written once (INV-04). The engine refuses to change or delete it, whichever statement asks: a slip of
-- the program, or a hand in the database. Left to change is what the shop goes on doing: facts of PostgreSQL get
-- their place, records move with a merge, goods come back, a merge is undone, and an order takes a higher version
-- of its source once order_edits has noted what it was. Left to delete is what the undoing of an import takes back:
-- its orders, then their lines; its customers, then their consents. merges.moved may change, since it holds names,
-- which erasure will have to take out.

-- +goose StatementBegin
{{POSTGRES}}
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are written once', tg_table_name using errcode = 'restrict_violation';
end $$;
create function order_stands(of_order bigint) returns boolean language sql stable as
  'select exists (select 1 from orders where id = of_order)';
create function order_edited(of_order bigint, since bigint, until bigint) returns boolean language sql stable as
  'select exists (select 1 from order_edits where order_id = of_order and version between since and until)';
create function customer_stands(of_customer bigint) returns boolean language sql stable as
  'select exists (select 1 from customers where id = of_customer)';
{{/POSTGRES}}

create trigger events_fixed before update of kind, customer_id, shop_id, staff_id, subject, touchpoint, history,
  happened_at, recorded_at, payload on events for each row {{REFUSE}};
create trigger events_placed before update of pos on events for each row when (old.pos is not null) {{REFUSE}};
create trigger events_kept before delete on events for each row {{REFUSE}};

create trigger audit_entries_fixed before update on audit_entries for each row {{REFUSE}};
create trigger audit_entries_kept before delete on audit_entries for each row {{REFUSE}};

create trigger consent_texts_fixed before update on consent_texts for each row {{REFUSE}};
create trigger consent_texts_kept before delete on consent_texts for each row {{REFUSE}};

create trigger consents_fixed before update on consents for each row {{REFUSE}};
create trigger consents_kept before delete on consents for each row when (
  {{SQLITE}} exists (select 1 from customers where id = old.customer_id) {{/SQLITE}}
  {{POSTGRES}} customer_stands(old.customer_id) {{/POSTGRES}}) {{REFUSE}};

create trigger merges_fixed before update of id, survivor_id, merged_id, automatic, reason, merged_by, merged_at
  on merges for each row {{REFUSE}};
create trigger merges_undone before update of state, undone_by, undone_at on merges for each row
  when (old.state = 'undone') {{REFUSE}};
create trigger merges_kept before delete on merges for each row {{REFUSE}};

create trigger orders_fixed before update of id, source, order_no, received_at, history on orders for each row {{REFUSE}};
create trigger orders_versioned before update of version on orders for each row when (new.version <= old.version) {{REFUSE}};
create trigger orders_edited before update of shop_id, channel, clerk_id, adviser_id, paid_at, occurred_at, on_day,
  paid_fen, discount_fen, units, line_count, exchange_of, import_id, content_hash on orders for each row
  when (new.version <= old.version or not
  {{SQLITE}} exists (select 1 from order_edits where order_id = old.id and version = new.version) {{/SQLITE}}
  {{POSTGRES}} order_edited(old.id, new.version, new.version) {{/POSTGRES}}) {{REFUSE}};
create trigger orders_kept before delete on orders for each row when (old.import_id is null) {{REFUSE}};

create trigger order_lines_fixed before update of order_id, id, sku_id, name, quantity, unit_price_fen, discount_fen,
  paid_fen, version on order_lines for each row {{REFUSE}};
create trigger order_lines_kept before delete on order_lines for each row when (
  {{SQLITE}} exists (select 1 from orders where id = old.order_id)
    and not exists (select 1 from order_edits where order_id = old.order_id and version > old.version) {{/SQLITE}}
  {{POSTGRES}} order_stands(old.order_id) and not order_edited(old.order_id, old.version + 1, 9223372036854775807) {{/POSTGRES}}) {{REFUSE}};

create trigger order_edits_fixed before update on order_edits for each row {{REFUSE}};
create trigger order_edits_kept before delete on order_edits for each row when (
  {{SQLITE}} exists (select 1 from orders where id = old.order_id) {{/SQLITE}}
  {{POSTGRES}} order_stands(old.order_id) {{/POSTGRES}}) {{REFUSE}};

-- What a refund came to may change while its order is looked for; what the source asked for may not.
create trigger refunds_fixed before update of id, source, refund_no, order_source, order_no, clerk_id, refunded_at,
  occurred_at, received_at, asked_fen, reason_code, history, import_id, content_hash on refunds for each row {{REFUSE}};
create trigger refunds_kept before delete on refunds for each row when (old.import_id is null) {{REFUSE}};
-- +goose StatementEnd
