package order_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// priced is a sale of one line at a price, in a version.
func priced(number string, version, fen int64) order.Draft {
	d := sale(number)
	d.Version, d.Lines = version, []order.DraftLine{{SKU: "K1", Name: "裙", Quantity: 1, UnitPriceFen: fen}}
	return d
}

// edited returns what the facts say of edits, as "2: 10000→8000".
func edited(t *testing.T, facts []event.View) (all []string) {
	t.Helper()
	for _, f := range facts {
		if f.Kind != order.EditedKind {
			continue
		}
		var e order.Edited
		if err := json.Unmarshal(f.Data, &e); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%d: %d→%d", e.Version, e.Was.PaidFen, e.PaidFen))
	}
	return all
}

func TestEdit_by_version(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		first := h.mustRecord(priced("A1", 0, 10000))
		for _, step := range []struct {
			name         string
			version, fen int64
			code, facts  string
			paid, stands int64
		}{
			{"the same again", 1, 10000, "", "[]", 10000, 1},
			{"other content, same version", 1, 9000, "order.exists_differs", "[]", 10000, 1},
			{"down", 2, 8000, "", "[2: 10000→8000]", 8000, 2},
			{"the same edit again", 2, 8000, "", "[]", 8000, 2},
			{"another edit of the same version", 2, 7000, "order.exists_differs", "[]", 8000, 2},
			{"the first comes late", 1, 10000, "", "[]", 8000, 2},
			{"up", 4, 12000, "", "[4: 8000→12000]", 12000, 4},
			{"one between comes late", 3, 500, "", "[]", 12000, 4},
			{"a later one that says the same", 6, 12000, "", "[]", 12000, 6},
			{"one before that comes late", 5, 500, "", "[]", 12000, 6},
			{"to nothing", 7, 0, "", "[7: 12000→0]", 0, 7},
			{"and back", 8, 100, "", "[8: 0→100]", 100, 8},
		} {
			r, facts, err := h.record(program(), priced("A1", step.version, step.fen))
			if got := edited(t, facts); errs.CodeOf(err) != step.code || fmt.Sprint(got) != step.facts || r.ID != first.ID || r.Unchanged != (err == nil && len(got) == 0) {
				t.Errorf("%s: %+v, facts %v, error %v, want facts %s and error %q", step.name, r, got, err, step.facts, step.code)
			}
			if o := h.find(first.ID); o.PaidFen != step.paid || o.Version != step.stands || o.Lines[0].PaidFen != step.paid || o.LineCount != 1 {
				t.Errorf("%s: order %+v, want %d fen in version %d", step.name, o, step.paid, step.stands)
			}
		}
		if n := h.count("events where kind = 'order.paid'"); n != 1 {
			t.Errorf("%d orders were paid, want 1: history is not rewritten", n)
		}
		if _, _, err := h.record(program(), priced("A1", -1, 1)); errs.CodeOf(err) != "order.invalid" {
			t.Errorf("a version below 1: %v", err)
		}
		if r := h.mustRecord(priced("A2", 7, 100)); h.find(r.ID).Version != 7 {
			t.Errorf("a new order in version 7: %+v", h.find(r.ID))
		}
	})
}

func TestEdit_replaces_what_it_names(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		first := sale("A1")
		first.PaidAt = d.Now().Add(-6 * 24 * time.Hour)
		seller := clerk(h.shops...)
		r, _, err := h.record(seller, first)
		if err != nil {
			t.Fatal(err)
		}
		before := h.find(r.ID)
		if err := d.MoveClock(t.Context(), 30*24*time.Hour); err != nil {
			t.Fatal(err)
		}
		added := sale("A1")
		added.Version, added.Lines = 2, append(added.Lines, order.DraftLine{SKU: "K9", Name: "帽", Quantity: 2, UnitPriceFen: 500})
		if _, _, err := h.record(program(), added); err != nil {
			t.Fatal(err)
		}
		o := h.find(r.ID)
		if o.PaidFen != 25000 || o.Units != 5 || len(o.Lines) != 3 || o.Lines[2].SKU != "K9" || o.Lines[2].Name != "帽" {
			t.Errorf("with one more line: %+v", o)
		}
		if o.PaidAt != before.PaidAt || o.On != before.On || o.ClerkID != before.ClerkID || o.ClerkID.IsZero() || o.ReceivedAt != before.ReceivedAt || o.CustomerID != before.CustomerID {
			t.Errorf("what the edit does not name: %+v, want as before: %+v", o, before)
		}
		moved := added
		moved.Version, moved.ShopCode, moved.Channel, moved.Clerk, moved.PaidAt = 3, "S2", "online", before.ClerkID, first.PaidAt.Add(-24*time.Hour)
		if _, _, err := h.record(program(), moved); err != nil {
			t.Fatal(err)
		}
		if o := h.find(r.ID); o.ShopID != h.shops[1] || o.Channel != "online" || o.On != before.On.Add(-1) || !o.OccurredAt.IsZero() {
			t.Errorf("put right: %+v, want shop S2, online, the day before, although that is long ago by now", o)
		}
		back := moved
		back.Version = 4
		back.PaidFen = 1
		if _, _, err := h.record(program(), back); errs.CodeOf(err) != "order.invalid" {
			t.Errorf("an edit that does not add up: %v", err)
		}
		at1 := added
		at1.Version = 5
		if _, _, err := h.record(clerk(h.shops[0]), at1); errs.CodeOf(err) != "order.exists_differs" || h.find(r.ID).Version != 3 {
			t.Errorf("by a clerk of another shop: %v, order %+v", err, h.find(r.ID))
		}
	})
}

func TestEdit_leaves_what_came_back(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		sold := h.mustRecord(sale("A1"))                                                                                                  // Two K1 for 19000, one K2 for 5000.
		h.refund(order.RefundDraft{Source: "till-1", RefundNo: "R1", OrderNo: "A1", Lines: []order.RefundLine{{SKU: "K1", Quantity: 1}}}) // 9500
		h.refund(order.RefundDraft{Source: "till-1", RefundNo: "R2", OrderNo: "A1", AmountFen: 300, Lines: []order.RefundLine{{LineNo: 2, AmountFen: 300}}})
		edit := func(version int64, lines ...order.DraftLine) (order.Order, []event.View, error) {
			draft := sale("A1")
			draft.Version, draft.Lines = version, lines
			_, facts, err := h.record(program(), draft)
			h.factsAddUp()
			return h.find(sold.ID), facts, err
		}
		k1, k2 := sale("").Lines[0], sale("").Lines[1]
		for _, short := range []struct {
			names string
			lines []order.DraftLine
		}{
			{"line 1 (K1): 1 pieces and 9500 fen of it went back with the refund R1", []order.DraftLine{k2}},
			{"line 1 (K1)", []order.DraftLine{{SKU: "K1", Quantity: 1, UnitPriceFen: 9499}, k2}},
			{"line 2 (K2)", []order.DraftLine{k1, {SKU: "K2", Quantity: 1, UnitPriceFen: 299}}},
			{"line 2 (K2)", []order.DraftLine{k1, {SKU: "K3", Quantity: 1, UnitPriceFen: 5000}}},
		} {
			o, _, err := edit(2, short.lines...)
			if errs.CodeOf(err) != "order.edit_refunded" || errs.KindOf(err) != errs.Conflict || !strings.Contains(err.Error(), short.names) {
				t.Errorf("without room for the refund: %v, want order.edit_refunded of %s", err, short.names)
			}
			if o.Version != 1 || o.PaidFen != 24000 || o.RefundedFen != 9800 || len(o.Lines) != 2 {
				t.Errorf("a refused edit did something: %+v", o)
			}
		}
		if n := h.count("skus where code = 'K3'"); n != 0 {
			t.Errorf("a refused edit made a SKU")
		}
		o, facts, err := edit(2, order.DraftLine{SKU: "K1", Quantity: 1, UnitPriceFen: 9500}, k2, order.DraftLine{SKU: "K3", Quantity: 1, UnitPriceFen: 100})
		if err != nil || o.PaidFen != 14600 || o.RefundedFen != 9800 || o.RefundedUnits != 1 || o.Lines[0].RefundedQuantity != 1 || o.Lines[1].RefundedFen != 300 || len(facts) != 1 {
			t.Errorf("a piece that did not come back is gone: %+v, facts %v, error %v", o, kinds(facts), err)
		}
		o, facts, err = edit(3, order.DraftLine{SKU: "K1", Quantity: 1, UnitPriceFen: 9600}, k2)
		if err != nil || o.RefundedFen != 9900 || o.State != order.StatePartlyRefunded {
			t.Errorf("a refund that gave no amount is what its piece was paid with: %+v, facts %v, error %v", o, kinds(facts), err)
		}
		h.do(func(ctx context.Context, tx *db.Tx) error {
			all, err := h.RefundsOf(ctx, tx, sold.ID)
			if err != nil || len(all) != 2 || all[0].Lines[0].OrderLineID != o.Lines[0].ID || all[1].Lines[0].OrderLineID != o.Lines[1].ID {
				t.Errorf("refunds = %+v (%v), want them at the new lines %+v", all, err, o.Lines)
			}
			return err
		})
		over, _ := h.refund(order.RefundDraft{Source: "till-1", RefundNo: "R3", OrderNo: "A1", AmountFen: 5000})
		if over.AmountFen != 4700 || over.ExcessFen != 300 {
			t.Fatalf("refund = %+v, want 300 too much", over)
		}
		if o, _, err = edit(4, order.DraftLine{SKU: "K1", Quantity: 1, UnitPriceFen: 9600}, k2, order.DraftLine{SKU: "K4", Quantity: 1, UnitPriceFen: 300}); err != nil || o.RefundedFen != 14900 || o.State != order.StateRefunded {
			t.Errorf("what was too much finds its sale: %+v, %v", o, err)
		}
	})
}

func TestEdit_customer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		version := int64(0)
		send := func(identities []customer.Identity) (order.Order, []event.View, error) {
			version++
			draft := priced("A1", version, 1000+version)
			draft.Identities = identities
			r, facts, err := h.record(program(), draft)
			return h.find(r.ID), facts, err
		}
		if o, _, err := send(nil); err != nil || !o.CustomerID.IsZero() {
			t.Fatalf("order = %+v, %v", o, err)
		}
		h.refund(order.RefundDraft{Source: "till-1", RefundNo: "R1", OrderNo: "A1", AmountFen: 7})
		if o, facts, err := send(nil); err != nil || !o.CustomerID.IsZero() || len(facts) != 1 || facts[0].CustomerID != "" {
			t.Errorf("an anonymous order stays so: %+v, %v, %v", o, facts, err)
		}
		o, facts, err := send(phone(1))
		if want := "[customer.created order.claimed order.edited]"; err != nil || o.CustomerID.IsZero() || fmt.Sprint(kinds(facts)) != want {
			t.Errorf("named by an edit: %+v, %v, %v, want %s", o, kinds(facts), err, want)
		}
		if n := h.count("refunds where customer_id = $1", o.CustomerID); n != 1 {
			t.Errorf("%d refunds are hers, want 1", n)
		}
		hers := o.CustomerID
		for what, who := range map[string][]customer.Identity{"nobody": nil, "herself": phone(1)} {
			if o, _, err := send(who); err != nil || o.CustomerID != hers || o.Version != version {
				t.Errorf("an edit that names %s: %+v, %v", what, o, err)
			}
		}
		stands := version
		h.mustRecord(order.Draft{Source: "x", OrderNo: "x", ShopCode: "S1", Identities: phone(2), Lines: sale("").Lines})
		for what, who := range map[string][]customer.Identity{"somebody else": phone(2), "somebody unknown": phone(3)} {
			if o, _, err := send(who); errs.CodeOf(err) != "order.claimed" || o.CustomerID != hers || o.Version != stands {
				t.Errorf("an edit that names %s: %+v, %v, want order.claimed", what, o, err)
			}
		}
		if n := h.count("customers"); n != 2 {
			t.Errorf("%d customers, want 2: a refused edit makes nobody known", n)
		}
		byID := priced("A1", 100, 1)
		byID.Identities, byID.CustomerID, byID.CustomerName = nil, hers, ""
		byID.Lines[0].UnitPriceFen = 1000
		if _, _, err := h.record(program(), byID); err != nil {
			t.Errorf("an edit that names her by her id: %v", err)
		}
	})
}

func TestEdit_a_hundred_times_by_32_clients(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		first := h.mustRecord(sale("A1"))
		h.refund(order.RefundDraft{Source: "till-1", RefundNo: "R1", OrderNo: "A1", Lines: []order.RefundLine{{SKU: "K1", Quantity: 1}}})
		draft := sale("A1")
		draft.Version, draft.Lines[0].DiscountFen = 2, 0
		var wg sync.WaitGroup
		changed := make(chan order.Recorded, 100)
		work := make(chan struct{}, 100)
		for range 100 {
			work <- struct{}{}
		}
		close(work)
		for range 32 {
			wg.Go(func() {
				for range work {
					r, _, err := h.record(clerk(h.shops[0]), draft)
					if err != nil {
						t.Error(err)
					}
					if !r.Unchanged {
						changed <- r
					}
				}
			})
		}
		wg.Wait()
		if len(changed) != 1 {
			t.Errorf("%d say that they changed something, want 1", len(changed))
		}
		for place, want := range map[string]int64{
			"events where kind = 'order.edited'": 1, "events where kind = 'order.paid'": 1, "order_edits": 1, "orders": 1, "order_lines": 2, "refund_lines": 1,
		} {
			if got := h.count(place); got != want {
				t.Errorf("%s: %d rows, want %d", place, got, want)
			}
		}
		if o := h.find(first.ID); o.PaidFen != 25000 || o.RefundedFen != 10000 {
			t.Errorf("order = %+v", o)
		}
		h.factsAddUp()
	})
}

func TestEdit_versions_of_one_batch(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		h.mustRecord(priced("OLD", 1, 100))
		var results []order.Recorded
		var facts []event.View
		h.do(func(ctx context.Context, tx *db.Tx) (err error) {
			results, err = h.RecordMany(ctx, tx, []order.Draft{
				priced("UP", 1, 100), priced("UP", 2, 200), priced("UP", 3, 300), priced("UP", 2, 200), priced("UP", 3, 301),
				priced("LATE", 2, 200), priced("LATE", 1, 100),
				priced("OLD", 3, 300), priced("OLD", 2, 200), priced("OLD", 3, 300), priced("OLD", 4, 400),
			}, false)
			facts = event.Caused(tx)
			return err
		})
		var got []string
		for _, r := range results {
			switch {
			case r.Err != nil:
				got = append(got, errs.CodeOf(r.Err))
			case r.Unchanged:
				got = append(got, "-")
			default:
				got = append(got, "+")
			}
		}
		if want := "[+ + + - order.exists_differs + - + - - +]"; fmt.Sprint(got) != want {
			t.Errorf("results = %v, want %s", got, want)
		}
		edits := edited(t, facts)
		if len(edits) != 4 {
			t.Errorf("edits = %v, want two of UP and two of OLD", edits)
		}
		if n := h.count("orders where order_no = 'UP' and version = 3 and paid_fen = 300 or order_no = 'LATE' and version = 2 and paid_fen = 200 or order_no = 'OLD' and paid_fen = 400"); n != 3 {
			t.Errorf("%d of the orders are as they should be, want 3", n)
		}
	})
}

func TestEdit_outlives_the_import_of_its_order(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		h.do(func(ctx context.Context, tx *db.Tx) error {
			imported := []order.Draft{priced("A1", 0, 100), priced("A2", 0, 100)}
			imported[0].ImportID, imported[1].ImportID = 9, 9
			_, err := h.RecordMany(ctx, tx, imported, true)
			return err
		})
		r := h.mustRecord(priced("A1", 2, 200))
		h.do(func(ctx context.Context, tx *db.Tx) error {
			n, err := h.RemoveImport(ctx, tx, 9, 10)
			if n != 1 {
				t.Errorf("%d orders went, want the one that nobody edited", n)
			}
			return err
		})
		if o := h.find(r.ID); o.PaidFen != 200 || !o.History {
			t.Errorf("order = %+v", o)
		}
	})
}

func TestAPI_edit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		body := func(version string, quantity int) string {
			return fmt.Sprintf(`{"source":"till-1","order_no":"A1","shop_code":"S1"%s,"lines":[{"sku":"K1","quantity":%d,"unit_price_fen":100}]}`, version, quantity)
		}
		id := at(a.call("key", "POST", "/v1/orders", body("", 1), 200), "order", "id").(string)
		if got := a.call("key", "POST", "/v1/orders", body("", 2), 409); got["code"] != "order.exists_differs" || !strings.Contains(got["detail"].(string), "higher version") {
			t.Errorf("other content = %v", got)
		}
		got := a.call("key", "POST", "/v1/orders", body(`,"version":2`, 3), 200)
		if got["unchanged"] != false || at(got, "order", "version") != 2.0 || at(got, "order", "paid_fen") != 300.0 || at(got, "facts", 0, "kind") != "order.edited" ||
			at(got, "facts", 0, "data", "was", "lines", 0, "paid_fen") != 100.0 {
			t.Errorf("edit = %v", got)
		}
		if got := a.call("key", "POST", "/v1/orders/batch", `{"orders":[`+body(`,"version":3`, 2)+`,`+body("", 1)+`]}`, 200); got["recorded"] != 1.0 || got["unchanged"] != 1.0 {
			t.Errorf("batch = %v", got)
		}
		order := a.call("owner", "GET", "/v1/orders/"+id, "", 200)
		if at(order, "edits", 0, "version") != 3.0 || at(order, "edits", 0, "was_fen") != 300.0 || at(order, "edits", 0, "paid_fen") != 200.0 || at(order, "edits", 1, "version") != 2.0 {
			t.Errorf("order = %v", order)
		}
		other := a.call("key", "POST", "/v1/orders", strings.Replace(body("", 1), "A1", "A2", 1), 200)
		if edits := a.call("owner", "GET", "/v1/orders/"+at(other, "order", "id").(string), "", 200)["edits"]; fmt.Sprint(edits) != "[]" {
			t.Errorf("edits of an order that has none = %v", edits)
		}
		a.call("key", "POST", "/v1/orders", body(`,"version":1.5`, 1), 400)
		a.call("key", "POST", "/v1/orders", body(`,"version":9007199254740992`, 1), 400)
	})
}

// TestEdit_among_sales_refunds_and_claims: whoever comes first, the facts add up to what stands.
func TestEdit_among_sales_refunds_and_claims(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		h.withSegments()
		var wg sync.WaitGroup
		for worker := range 16 {
			wg.Go(func() {
				for i := range 12 {
					number := fmt.Sprint("A", (worker+i)%3)
					draft := priced(number, int64(1+(worker*7+i)%9), int64(1000*(1+i%4)))
					if (worker+i)%3 == 0 {
						draft.Identities = nil
					}
					var act func(ctx context.Context, tx *db.Tx) error
					switch (worker + i) % 4 {
					case 0:
						act = func(ctx context.Context, tx *db.Tx) error {
							_, err := h.RefundMany(ctx, tx, []order.RefundDraft{{Source: "till-1", RefundNo: fmt.Sprint(worker, "-", i), OrderNo: number, AmountFen: 90}}, false)
							return err
						}
					case 1:
						act = func(ctx context.Context, tx *db.Tx) error {
							_, err := h.RecordMany(ctx, tx, []order.Draft{draft, priced("A1", draft.Version+1, 3000), priced("A0", draft.Version, 2500)}, false)
							return err
						}
					default:
						act = func(ctx context.Context, tx *db.Tx) error {
							_, err := h.Record(ctx, tx, draft)
							return err
						}
					}
					if err := h.try(program(), act); err != nil && errs.KindOf(err) == errs.Internal {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		h.factsAddUp()
		h.do(func(ctx context.Context, tx *db.Tx) error {
			var stands, told, profiled int64
			err := tx.QueryRow(ctx, `select cast(sum(paid_fen) as bigint), (select cast(sum(paid_fen) as bigint) from profiles) from orders
				where customer_id is not null`).Scan(&stands, &profiled)
			if stands != profiled {
				t.Errorf("orders of customers hold %d fen, their profiles %d", stands, profiled)
			}
			if err != nil {
				return err
			}
			_, err = db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
				var payload string
				var f order.Edited
				err := errors.Join(scan(&payload), json.Unmarshal([]byte(payload), &f))
				told += f.PaidFen - f.Was.PaidFen
				return struct{}{}, err
			}, "select payload from events where kind in ('order.paid', 'order.edited')")
			if err != nil {
				return err
			}
			err = tx.QueryRow(ctx, "select cast(sum(paid_fen) as bigint) from orders").Scan(&stands)
			if told != stands {
				t.Errorf("the facts tell of %d fen, the orders of %d", told, stands)
			}
			return err
		})
	})
}
