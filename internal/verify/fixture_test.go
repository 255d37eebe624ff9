package verify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// The shop of the tests: ann bought twice and brought one thing back; bea is also cho, who was merged into
// her; dan never bought. One order is anonymous, one refund is of no order, and one waits for its order.
const (
	shop, clerk, ann, bea, cho, dan = 1, 2, 100, 101, 102, 103
	hat, hatM                       = 10, 11
)

var (
	day1 = cal.Date(2026, time.January, 31).Number()
	day2 = cal.Date(2026, time.February, 1).Number()
)

type row = map[string]any

// sound fills a database with the shop.
func sound(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, fill := range []func() map[string][]row{people, consentRows, goods, figuresOf, facts} {
			for table, rows := range fill() {
				if err := insert(ctx, tx, table, rows); err != nil {
					return err
				}
			}
		}
		_, err := tx.Exec(ctx, `update audit_heads set seq = 3, hash = (select hash from audit_entries where seq = 3)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// insert writes rows; columns that must have a value and are not named get an empty one.
func insert(ctx context.Context, tx *db.Tx, table string, rows []row) error {
	empty, err := required(ctx, tx, table)
	if err != nil {
		return err
	}
	for _, r := range rows {
		full := maps.Clone(empty)
		maps.Copy(full, r)
		columns := slices.Sorted(maps.Keys(full))
		values := make([]any, len(columns))
		for i, c := range columns {
			values[i] = full[c]
		}
		if _, err := db.InsertRows(ctx, tx, table, strings.Join(columns, ", "), [][]any{values}, ""); err != nil {
			return err
		}
	}
	return nil
}

func required(ctx context.Context, tx *db.Tx, table string) (row, error) {
	query := `select name, lower(type) from pragma_table_info($1) where "notnull" = 1 and dflt_value is null`
	if tx.Engine == db.Postgres {
		query = `select column_name, data_type from information_schema.columns
			where table_name = $1 and is_nullable = 'NO' and column_default is null and is_identity = 'NO'`
	}
	empty := row{}
	_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
		var name, kind string
		err := scan(&name, &kind)
		switch kind {
		case "text":
			empty[name] = ""
		case "boolean":
			empty[name] = false
		case "json_text", "jsonb":
			empty[name] = "{}"
		case "blob", "bytea":
			empty[name] = []byte(table)
		default:
			empty[name] = 0
		}
		return struct{}{}, err
	}, query, table)
	return empty, err
}

func people() map[string][]row {
	audit := make([]row, 3)
	previous := ""
	for i := range audit {
		seq := i + 1
		fields := []any{"shuke-audit-1", previous, seq, 5000 + seq, clerk, 0, "张三", "owner", "console", "", "", "", "shop.updated", "shp_x", shop, "因为", `{"a":1}`, ""}
		var text string
		for _, f := range fields {
			text += fmt.Sprintf("%d:%v,", len(fmt.Sprint(f)), f)
		}
		sum := sha256.Sum256([]byte(text))
		hash := hex.EncodeToString(sum[:])
		audit[i] = row{"seq": seq, "at": 5000 + seq, "staff_id": clerk, "actor": "张三", "role": "owner", "touchpoint": "console", "action": "shop.updated",
			"subject": "shp_x", "shop_id": shop, "reason": "因为", "before": `{"a":1}`, "prev_hash": previous, "hash": hash}
		previous = hash
	}
	customers := []row{}
	for _, c := range []int{ann, bea, dan} {
		customers = append(customers, row{"id": c, "state": "active", "shop_id": shop})
	}
	return map[string][]row{
		"shops":       {{"id": shop, "code": "a", "code_key": "a"}},
		"staff":       {{"id": clerk, "role": "owner", "active": true}},
		"staff_shops": {{"staff_id": clerk, "shop_id": shop}},
		"sessions":    {{"id": 3, "staff_id": clerk}}, "audit_entries": audit,
		"customers": append(customers, row{"id": cho, "state": "merged", "merged_into": bea}),
		"customer_identities": {
			{"id": 110, "customer_id": ann, "kind": "phone", "index_hash": 7}, {"id": 111, "customer_id": bea, "kind": "phone", "index_hash": 8},
			{"id": 112, "customer_id": bea, "kind": "card", "index_hash": 9}, {"id": 113, "customer_id": dan, "kind": "phone", "index_hash": 9, "ended_at": 1},
		},
		"customer_shops": {
			{"customer_id": ann, "shop_id": shop, "home": true}, {"customer_id": bea, "shop_id": shop, "home": true}, {"customer_id": dan, "shop_id": shop, "home": true},
		},
		"merges": {{"id": 120, "survivor_id": bea, "merged_id": cho, "state": "active", "merged_at": 3000}},
		"notes":  {{"id": 121, "customer_id": ann}},
	}
}

// Ann agreed and took it back. Cho withdrew, bea agreed later; at the merge the stricter word holds. Then bea
// agreed to e-mail.
func consentRows() map[string][]row {
	sum := sha256.Sum256([]byte("我同意"))
	said := func(id, customer int, channel string, given bool, at int) row {
		r := row{"id": id, "customer_id": customer, "channel": channel, "purpose": "marketing", "given": given, "happened_at": at, "recorded_at": at}
		if given {
			r["text_id"] = 20
		}
		return r
	}
	stands := func(customer, consent int, channel string, given bool, at int) row {
		r := row{"customer_id": customer, "channel": channel, "purpose": "marketing", "given": given, "consent_id": consent, "since_at": at}
		if given {
			r["text_id"] = 20
		}
		return r
	}
	return map[string][]row{
		"consent_texts": {{"id": 20, "purpose": "marketing", "version": 1, "body": "我同意", "body_hash": hex.EncodeToString(sum[:])}},
		"consents": {
			said(21, ann, "sms", true, 1000), said(22, ann, "sms", false, 2000), said(23, ann, "email", true, 2000),
			said(24, cho, "sms", false, 1000), said(25, bea, "sms", true, 2000), said(26, bea, "email", true, 4000),
		},
		"consent_merges": {{"merge_id": "mrg_1", "survivor_id": bea, "merged_id": cho, "merged_at": 3000}},
		"consent_states": {
			stands(ann, 22, "sms", false, 2000), stands(ann, 23, "email", true, 2000),
			stands(bea, 24, "sms", false, 1000), stands(bea, 26, "email", true, 4000), stands(cho, 24, "sms", false, 1000),
		},
	}
}

func goods() map[string][]row {
	order := func(id int, customer any, on, paid, units, lines int) row {
		return row{"id": id, "source": "till", "order_no": fmt.Sprint(id), "customer_id": customer, "shop_id": shop, "channel": "store", "clerk_id": clerk,
			"on_day": on, "paid_fen": paid, "units": units, "line_count": lines}
	}
	line := func(order, id, quantity, price, discount int) row {
		return row{"order_id": order, "id": id, "sku_id": hatM, "quantity": quantity, "unit_price_fen": price, "discount_fen": discount,
			"paid_fen": quantity*price - discount}
	}
	returned := line(200, 1, 2, 500, 100)
	returned["refunded_quantity"], returned["refunded_fen"] = 1, 450
	first := order(200, ann, day1, 1200, 3, 2)
	first["discount_fen"], first["refunded_fen"], first["refunded_units"] = 100, 450, 1
	free := order(204, dan, day2, 0, 0, 1)
	free["discount_fen"] = 300
	return map[string][]row{
		"products": {{"id": hat, "style_code": "hat"}}, "skus": {{"id": hatM, "product_id": hat, "code": "hat-m"}},
		"stocks": {{"shop_id": shop, "sku_id": hatM, "quantity": 4}}, "product_styles": {{"style": "retro", "product_id": hat}},
		"orders":      {first, order(201, ann, day2, 300, 1, 1), order(202, bea, day1, 300, 1, 1), order(203, nil, day1, 300, 1, 1), free},
		"order_lines": {returned, line(200, 2, 1, 300, 0), line(201, 1, 1, 300, 0), line(202, 1, 1, 300, 0), line(203, 1, 1, 300, 0), line(204, 1, 1, 300, 300)},
		"refunds": {
			{"id": 300, "source": "till", "refund_no": "300", "order_source": "till", "order_no": "200", "order_id": 200, "customer_id": ann, "shop_id": shop,
				"channel": "store", "on_day": day2, "amount_fen": 450, "units": 1, "state": "applied"},
			{"id": 301, "source": "till", "refund_no": "301", "customer_id": bea, "shop_id": shop, "channel": "store", "on_day": day2, "amount_fen": 70, "state": "applied"},
			{"id": 302, "source": "till", "refund_no": "302", "order_source": "till", "order_no": "999", "state": "waiting"},
		},
		"refund_lines": {{"refund_id": 300, "id": 1, "order_line_id": 1, "quantity": 1, "amount_fen": 450}, {"refund_id": 302, "id": 1, "quantity": 1}},
	}
}

func figuresOf() map[string][]row {
	group := row{"stage": "active", "value_group": "core", "r": 5, "f": 5, "m": 5}
	with := func(rows ...row) row {
		all := row{}
		for _, r := range rows {
			maps.Copy(all, r)
		}
		return all
	}
	month1, month2 := 2026*12, 2026*12+1
	return map[string][]row{
		"profiles": {
			with(group, row{"customer_id": ann, "shop_id": shop, "first_order_on": day1, "last_order_on": day2, "order_count": 2, "purchase_day_count": 2,
				"units": 4, "paid_fen": 1500, "refund_count": 1, "refunded_fen": 450, "counted_fen": 1500}),
			with(group, row{"customer_id": bea, "shop_id": shop, "first_order_on": day1, "last_order_on": day1, "order_count": 1, "purchase_day_count": 1,
				"units": 1, "paid_fen": 300, "refund_count": 1, "refunded_fen": 70, "counted_fen": 300, "stage": "new"}),
			{"customer_id": dan, "shop_id": shop, "stage": "lead"},
		},
		"purchase_days": {
			{"customer_id": ann, "on_day": day1, "orders": 1, "units": 3, "paid_fen": 1200}, {"customer_id": ann, "on_day": day2, "orders": 1, "units": 1, "paid_fen": 300},
			{"customer_id": bea, "on_day": day1, "orders": 1, "units": 1, "paid_fen": 300},
		},
		"rfm_cells": {with(group, row{"customers": 1, "paid_fen": 1500}), with(group, row{"customers": 1, "paid_fen": 300, "stage": "new"}), {"r": 1}},
		"stage_changes": {
			{"customer_id": ann, "on_day": day1, "step": 1, "from_stage": "lead", "to_stage": "new"},
			{"customer_id": ann, "on_day": day2, "step": 1, "from_stage": "new", "to_stage": "active"},
			{"customer_id": bea, "on_day": day1, "step": 1, "from_stage": "lead", "to_stage": "new"},
		},
		"segments": {{"id": 50, "name": "bought", "name_key": "bought", "rule": `{"field": "orders.count", "op": "gte", "number": 1}`, "strategy": "{}", "rule_version": 1,
			"told_version": 1, "counted_at": 1000, "members": 2, "created_at": 1000}},
		"segment_members": {{"segment_id": 50, "customer_id": ann, "since_at": 1000}, {"segment_id": 50, "customer_id": bea, "since_at": 1000}},
		"segment_changes": {
			{"segment_id": 50, "customer_id": ann, "id": 1, "entered": true, "at": 1000, "on_day": day1, "cause": "start", "tests": "[]"},
			{"segment_id": 50, "customer_id": bea, "id": 2, "entered": true, "at": 1000, "on_day": day1, "cause": "start", "tests": "[]"},
			{"segment_id": 50, "customer_id": dan, "id": 3, "entered": true, "at": 1000, "on_day": day1, "cause": "start", "tests": "[]"},
			{"segment_id": 50, "customer_id": dan, "id": 4, "entered": false, "at": 2000, "on_day": day2, "cause": "rule", "tests": "[]"},
		},
		"segment_days": {{"segment_id": 50, "on_day": day1, "by_rule_count": 3}, {"segment_id": 50, "on_day": day2, "by_rule_count": -1}},
		"kpi_days": {
			{"on_day": day1, "shop_id": shop, "channel": "store", "orders": 3, "units": 5, "paid_fen": 1800, "anonymous_orders": 1, "anonymous_fen": 300},
			{"on_day": day2, "shop_id": shop, "channel": "store", "orders": 1, "units": 1, "paid_fen": 300, "refunds": 2, "refund_fen": 520},
			{"on_day": day2 + 1, "shop_id": shop, "channel": "store"},
		},
		"sales_days": {
			{"on_day": day1, "customer_id": ann, "shop_id": shop, "channel": "store", "paid_fen": 1200},
			{"on_day": day2, "customer_id": ann, "shop_id": shop, "channel": "store", "paid_fen": 300},
			{"on_day": day1, "customer_id": bea, "shop_id": shop, "channel": "store", "paid_fen": 300},
		},
		"buyers": {{"customer_id": ann, "number": 0}, {"customer_id": bea, "number": 1}},
		"day_buyers": {
			{"on_day": day1, "shop_id": shop, "channel": "store", "buyers": []byte("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\xb0\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01\x2c")},
			{"on_day": day2, "shop_id": shop, "channel": "store", "buyers": []byte("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x2c")},
		},
		"cohort_cells": {{"cohort": month1, "month": month1, "customers": 2}, {"cohort": month1, "month": month2, "customers": 1}, {"cohort": month2, "month": month2}},
	}
}

func facts() map[string][]row {
	var events []row
	for pos := 1; pos <= 3; pos++ {
		events = append(events, row{"pos": pos, "kind": "order.paid", "recorded_at": 1000 * pos})
	}
	return map[string][]row{"events": events, "followers": {{"name": "insight", "pos": 3}, {"name": "segment", "pos": 3}}}
}
