package order_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// back is a valid refund of the order: one piece of K1.
func back(number, orderNo string) order.RefundDraft {
	return order.RefundDraft{
		Source: "till-1", RefundNo: number, OrderNo: orderNo, ReasonCode: "size.too_small", Lines: []order.RefundLine{{SKU: "K1", Quantity: 1}},
	}
}

func TestRefund(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		sold := h.mustRecord(sale("A1"))
		r, facts := h.refund(back("R1", "A1"))
		if r.Err != nil || r.AmountFen != 9500 || r.OrderID != sold.ID || r.CustomerID != sold.CustomerID || r.Waiting {
			t.Fatalf("refund = %+v", r)
		}
		if got := kinds(facts); !slices.Equal(got, []event.Kind{order.RefundedKind}) {
			t.Errorf("facts = %v", got)
		}
		o := h.find(sold.ID)
		if o.State != order.StatePartlyRefunded || o.RefundedFen != 9500 || o.RefundedUnits != 1 || o.Lines[0].RefundedQuantity != 1 || o.Lines[0].RefundedFen != 9500 {
			t.Errorf("order = %+v", o)
		}
		if again, facts := h.refund(back("R1", "A1")); !again.Unchanged || again.ID != r.ID || len(facts) != 0 {
			t.Errorf("again: %+v, facts %v, want unchanged", again, facts)
		}
		other := back("R1", "A1")
		other.Lines[0].Quantity = 2
		if got, _ := h.refund(other); errs.CodeOf(got.Err) != "refund.exists_differs" {
			t.Errorf("other content: %v, want refund.exists_differs", got.Err)
		}
		rest := order.RefundDraft{Source: "till-1", RefundNo: "R2", OrderNo: "A1"}
		if got, _ := h.refund(rest); got.AmountFen != 14500 {
			t.Errorf("the rest is %d, want 14500", got.AmountFen)
		}
		if o := h.find(sold.ID); o.State != order.StateRefunded || o.RefundedFen != o.PaidFen || o.RefundedUnits != o.Units {
			t.Errorf("fully refunded: %+v", o)
		}
		over := back("R3", "A1")
		over.AmountFen = 700
		got, facts := h.refund(over)
		if got.AmountFen != 0 || got.ExcessFen != 700 || !slices.Equal(kinds(facts), []event.Kind{order.RefundedKind, order.ExceededKind}) {
			t.Errorf("beyond the sale: %+v, facts %v, want 700 in excess", got, kinds(facts))
		}
	})
}

func TestRefund_gift_comes_back_once(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		withGift := sale("A1")
		withGift.Lines = append(withGift.Lines, order.DraftLine{SKU: "GIFT", Quantity: 1})
		sold := h.mustRecord(withGift)
		for _, number := range []string{"R1", "R2"} {
			gift := back(number, "A1")
			gift.Lines = []order.RefundLine{{SKU: "GIFT", Quantity: 1}}
			if got, _ := h.refund(gift); got.Err != nil || got.AmountFen != 0 {
				t.Errorf("%s: %+v, want it taken for nothing", number, got)
			}
		}
		if o := h.find(sold.ID); o.Lines[2].RefundedQuantity != 1 || o.RefundedFen != 0 {
			t.Errorf("order = %+v, want one gift back", o)
		}
	})
}

func TestRefund_faults(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		bad := back("", "")
		bad.ReasonCode = "no.such"
		bad.Lines = []order.RefundLine{{Quantity: -1, AmountFen: -5}, {SKU: "K1"}}
		got, _ := h.refund(bad)
		var faults []string
		if e, ok := got.Err.(*errs.Error); ok { //nolint:errorlint // It is never wrapped.
			for _, f := range e.Fields {
				faults = append(faults, f.Path+" "+f.Code)
			}
		}
		want := []string{
			"shop_code required",
		}
		if diff := cmp.Diff([]string{
			"refund_no required", "reason_code unknown", "lines[0].sku required", "lines[0].quantity out_of_range", "lines[0].amount_fen out_of_range",
			"lines[1].quantity required", "amount_fen required",
		}, faults); diff != "" {
			t.Errorf("faults (-want +got):\n%s", diff)
		}
		shopless := order.RefundDraft{Source: "s", RefundNo: "1", AmountFen: 5}
		got, _ = h.refund(shopless)
		if e, ok := got.Err.(*errs.Error); !ok || e.Fields[0].Path+" "+e.Fields[0].Code != want[0] { //nolint:errorlint // It is never wrapped.
			t.Errorf("without order and shop: %v, want %v", got.Err, want)
		}
		sum := back("R1", "A1")
		sum.AmountFen, sum.Lines = 11, []order.RefundLine{{SKU: "K1", Quantity: 1, AmountFen: 10}}
		if got, _ := h.refund(sum); errs.CodeOf(got.Err) != "refund.invalid" {
			t.Errorf("lines that do not add up: %v, want refund.invalid", got.Err)
		}
	})
}

func TestRefund_before_its_order_waits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		r, facts := h.refund(back("R1", "A1"))
		if !r.Waiting || !r.OrderID.IsZero() || !slices.Equal(kinds(facts), []event.Kind{order.ParkedKind}) {
			t.Fatalf("refund = %+v, facts %v, want it to wait", r, kinds(facts))
		}
		sold, facts, err := h.record(program(), sale("A1"))
		if err != nil {
			t.Fatal(err)
		}
		got := kinds(facts)
		if at := slices.Index(got, order.RefundedKind); at < 0 || at < slices.Index(got, order.PaidKind) {
			t.Errorf("facts = %v, want the order refunded after it was paid", got)
		}
		if o := h.find(sold.ID); o.RefundedFen != 9500 || o.RefundedUnits != 1 {
			t.Errorf("order = %+v", o)
		}
		h.do(func(ctx context.Context, tx *db.Tx) error {
			refunds, err := h.RefundsOf(ctx, tx, sold.ID)
			if err != nil || len(refunds) != 1 || refunds[0].State != order.RefundApplied || refunds[0].ShopID != h.shops[0] || refunds[0].Channel != "store" ||
				refunds[0].CustomerID != sold.CustomerID || len(refunds[0].Lines) != 1 || refunds[0].Lines[0].AmountFen != 9500 {
				t.Errorf("refunds = %+v (%v)", refunds, err)
			}
			return nil
		})
	})
}

func TestMatchWaiting(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		h.refund(back("R1", "A1"))
		sold := h.mustRecord(sale("A2"))
		dbtest.Unguard(t, d)
		h.do(func(ctx context.Context, tx *db.Tx) error {
			// As if both had been recorded in the same moment.
			if _, err := tx.Exec(ctx, "update orders set order_no = 'A1' where id = $1", sold.ID); err != nil {
				return err
			}
			n, err := h.MatchWaiting(ctx, tx)
			if n != 1 {
				t.Errorf("matched %d, want 1", n)
			}
			return err
		})
		if o := h.find(sold.ID); o.RefundedFen != 9500 {
			t.Errorf("order = %+v", o)
		}
	})
}

func TestMatchWaiting_tells_once_of_what_waits_for_a_day(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		h.refund(back("R1", "A1"))
		match := func() (told []event.Kind) {
			h.do(func(ctx context.Context, tx *db.Tx) error {
				_, err := h.MatchWaiting(ctx, tx)
				told = kinds(event.Caused(tx))
				return err
			})
			return told
		}
		if got := match(); len(got) != 0 {
			t.Errorf("at once: %v, want nothing", got)
		}
		if err := d.MoveClock(t.Context(), 25*time.Hour); err != nil {
			t.Fatal(err)
		}
		if got := match(); !slices.Equal(got, []event.Kind{order.OverdueKind}) {
			t.Errorf("after a day: %v, want it told", got)
		}
		if got := match(); len(got) != 0 {
			t.Errorf("after that: %v, want nothing", got)
		}
	})
}

func TestRefund_without_order(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		free := order.RefundDraft{
			Source: "mall", RefundNo: "C536379", ShopCode: "S1", Identities: phone(3),
			Lines: []order.RefundLine{{SKU: "22423", Name: "CAKESTAND", Quantity: 3, AmountFen: 3825}, {SKU: "POST", Quantity: 1, AmountFen: 100}},
		}
		r, facts := h.refund(free)
		if r.Err != nil || r.AmountFen != 3925 || r.CustomerID.IsZero() || !r.OrderID.IsZero() || r.Waiting {
			t.Fatalf("refund = %+v", r)
		}
		if !slices.Contains(kinds(facts), order.RefundedKind) {
			t.Errorf("facts = %v", kinds(facts))
		}
		h.do(func(ctx context.Context, tx *db.Tx) error {
			have, err := h.HaveOrders(ctx, tx, nil)
			if err != nil || len(have) != 0 {
				t.Errorf("orders of nobody: %v (%v)", have, err)
			}
			return nil
		})
	})
}

func TestExchange_links_the_sale_to_the_refund(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		h.mustRecord(sale("A1"))
		h.refund(back("R1", "A1"))
		bigger := sale("A2")
		bigger.ExchangeOf, bigger.Lines = "R1", []order.DraftLine{{SKU: "K1-L", Quantity: 1, UnitPriceFen: 9500}}
		_, facts, err := h.record(program(), bigger)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range facts {
			if f.Kind == order.PaidKind && !strings.Contains(string(f.Data), `"exchange_of":"R1"`) && !strings.Contains(string(f.Data), `"exchange_of": "R1"`) {
				t.Errorf("fact = %s, want it to name R1", f.Data)
			}
		}
	})
}

// digest is the state of all orders, apart from identifiers.
func (h *house) digest() []string {
	h.t.Helper()
	var all []string
	h.do(func(ctx context.Context, tx *db.Tx) (err error) {
		row := func(scan db.Scan) (string, error) {
			cells := make([]any, 9)
			for i := range cells {
				cells[i] = new(any)
			}
			err := scan(cells...)
			var b strings.Builder
			for _, c := range cells {
				fmt.Fprintf(&b, "%v|", *(c.(*any)))
			}
			return b.String(), err
		}
		for _, query := range []string{
			`select order_no, channel, on_day, paid_fen, units, line_count, refunded_fen, refunded_units, exchange_of from orders order by order_no`,
			`select o.order_no, l.name, l.quantity, l.unit_price_fen, l.discount_fen, l.paid_fen, l.refunded_quantity, l.refunded_fen, 0
				from order_lines l join orders o on o.id = l.order_id order by o.order_no, l.name`,
			`select refund_no, order_no, state, on_day, amount_fen, excess_fen, units, reason_code, channel from refunds order by refund_no`,
		} {
			rows, err := db.All(ctx, tx, row, query)
			if err != nil {
				return err
			}
			all = append(all, rows...)
		}
		return nil
	})
	return all
}

// TestStream_shuffled sends orders and refunds in any order, with repeats: INV-22.
func TestStream_shuffled_ends_in_the_same_state(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		now := d.Now().Add(-time.Hour)
		const orders = 8
		// send sends the acts of one round, in an order drawn by the seed, each once or twice.
		send := func(round int, seed uint64) {
			random := rand.New(rand.NewPCG(seed, 1))
			var acts []func()
			for i := range orders {
				number := fmt.Sprintf("%d-%d", round, i)
				sold := sale(number)
				sold.PaidAt, sold.Identities = now, phone(i%3)
				acts = append(acts, func() { h.mustRecord(sold) })
				for part := range i % 5 {
					r := back(fmt.Sprintf("%s-R%d", number, part), number)
					r.At = now.Add(time.Duration(part) * time.Minute)
					switch part {
					case 1:
						r.Lines = []order.RefundLine{{SKU: "K2", Quantity: 1, AmountFen: 4000}}
					case 2:
						r.Lines, r.AmountFen = nil, 700
					case 3:
						r.Lines = nil
					}
					acts = append(acts, func() {
						if got, _ := h.refund(r); got.Err != nil {
							t.Error(got.Err)
						}
					})
				}
			}
			acts = append(acts, acts[:len(acts)/2]...)
			random.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
			for _, act := range acts {
				act()
			}
		}
		perRound := func(round int) []string {
			var own []string
			for _, line := range h.digest() {
				if rest, ok := strings.CutPrefix(line, fmt.Sprintf("%d-", round)); ok {
					own = append(own, strings.ReplaceAll(rest, fmt.Sprintf("|%d-", round), "|"))
				}
			}
			return own
		}
		var want []string
		for round := range 6 {
			send(round, uint64(round)*7919+3)
			got := perRound(round)
			if round == 0 {
				want = got
				if len(want) < orders*3+13 {
					t.Fatalf("the digest has %d lines", len(want))
				}
				continue
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("round %d ends elsewhere (-first +this):\n%s", round, diff)
			}
		}
		if paid := h.count("events where kind = 'order.paid'"); paid != 6*orders {
			t.Errorf("%d orders were told, want %d", paid, 6*orders)
		}
		h.factsAddUp()
	})
}

// factsAddUp compares what the facts say went back with what stands at the orders.
func (h *house) factsAddUp() {
	h.t.Helper()
	h.do(func(ctx context.Context, tx *db.Tx) error {
		var told, stands int64
		_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
			var kind, payload string
			if err := scan(&kind, &payload); err != nil {
				return struct{}{}, err
			}
			var f order.Refunded
			if err := json.Unmarshal([]byte(payload), &f); err != nil {
				return struct{}{}, err
			}
			if kind == string(order.RefundRemovedKind) {
				f.AmountFen = -f.AmountFen
			}
			told += f.AmountFen
			return struct{}{}, nil
		}, "select kind, payload from events where kind in ('order.refunded', 'refund.removed')")
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, "select cast(sum(refunded_fen) as bigint) from orders").Scan(&stands)
		if told != stands {
			h.t.Errorf("the facts tell of %d fen that went back, the orders of %d", told, stands)
		}
		return err
	})
}

func TestRefund_late_arrival_is_told_anew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		three := sale("A1")
		three.Lines = []order.DraftLine{{SKU: "K1", Quantity: 3, UnitPriceFen: 34, PaidFen: 100}}
		sold := h.mustRecord(three)
		later, earlier := back("R2", "A1"), back("R1", "A1")
		later.At, earlier.At = d.Now(), d.Now().Add(-time.Hour)
		first, _ := h.refund(later)
		second, facts := h.refund(earlier)
		if first.AmountFen != 34 || second.AmountFen != 34 {
			t.Errorf("amounts = %d, %d, want each the first piece when it came", first.AmountFen, second.AmountFen)
		}
		want := []event.Kind{order.RefundedKind, order.RefundRemovedKind, order.RefundedKind}
		if got := kinds(facts); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
			t.Errorf("facts = %v, want the later one removed and told anew", got)
		}
		if again, _ := h.refund(later); !again.Unchanged || again.AmountFen != 33 {
			t.Errorf("the later one now: %+v, want 33", again)
		}
		if o := h.find(sold.ID); o.RefundedFen != 67 {
			t.Errorf("order = %+v, want 67 back", o)
		}
		h.factsAddUp()
	})
}

func TestRemoveImport(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		kept := h.mustRecord(sale("KEPT"))
		var drafts []order.Draft
		for i := range 7 {
			draft := sale(fmt.Sprint("I", i))
			draft.ImportID = 42
			drafts = append(drafts, draft)
		}
		h.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := h.RecordMany(ctx, tx, drafts, true)
			return err
		})
		imported := back("R1", "KEPT")
		imported.ImportID = 42
		foreign := back("R2", "I3")
		h.refund(imported)
		h.refund(foreign)
		removed, facts := 0, map[event.Kind]int{}
		for {
			n := 0
			h.do(func(ctx context.Context, tx *db.Tx) (err error) {
				n, err = h.RemoveImport(ctx, tx, 42, 3)
				for _, f := range event.Caused(tx) {
					facts[f.Kind]++
				}
				return err
			})
			if n == 0 {
				break
			}
			removed += n
		}
		if want := map[event.Kind]int{order.RemovedKind: 7, order.RefundRemovedKind: 2}; removed != 8 || !cmp.Equal(facts, want) {
			t.Errorf("removed %d with facts %v, want 8 with %v", removed, facts, want)
		}
		if o := h.find(kept.ID); o.RefundedFen != 0 || o.RefundedUnits != 0 || o.Lines[0].RefundedQuantity != 0 || o.State != order.StatePaid {
			t.Errorf("the order that stays: %+v, want the refund undone", o)
		}
		for place, want := range map[string]int64{"orders": 1, "order_lines": 2, "refunds": 1, "refunds where state = 'waiting' and order_id is null": 1} {
			if got := h.count(place); got != want {
				t.Errorf("%s: %d, want %d", place, got, want)
			}
		}
		h.factsAddUp()
		again := h.mustRecord(sale("I3"))
		if o := h.find(again.ID); o.RefundedFen != 9500 {
			t.Errorf("the order comes again: %+v, want its refund applied again", o)
		}
	})
}

func TestReasons(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		anyVersion := func(int64) error { return nil }
		save := func(r order.Reason) (saved order.Reason, err error) {
			err = h.try(program(), func(ctx context.Context, tx *db.Tx) (err error) {
				saved, err = h.SaveReason(ctx, tx, r, anyVersion)
				return err
			})
			return saved, err
		}
		if r, err := save(order.Reason{Code: "size.sleeve", Parent: "size", Name: "袖长", Position: 14}); err != nil || r.Version != 1 {
			t.Errorf("new reason: %+v (%v)", r, err)
		}
		if r, err := save(order.Reason{Code: "size.sleeve", Parent: "size", Name: "袖子", Position: 14, Retired: true}); err != nil || r.Version != 2 {
			t.Errorf("changed reason: %+v (%v)", r, err)
		}
		for _, bad := range []order.Reason{
			{Code: "Bad Code", Name: "x"}, {Code: "a", Parent: "nowhere", Name: "x"}, {Code: "a", Parent: "size.length", Name: "x"},
			{Code: "size", Parent: "other", Name: "x"}, {Code: "a", Name: ""},
		} {
			if _, err := save(bad); errs.CodeOf(err) != "reason.invalid" {
				t.Errorf("%+v: %v, want reason.invalid", bad, err)
			}
		}
		h.do(func(ctx context.Context, tx *db.Tx) error {
			all, err := h.ListReasons(ctx, tx)
			if err != nil || len(all) != 26 || all[0].Code != "size" || all[4].Code != "size.sleeve" || !all[4].Retired {
				t.Errorf("reasons = %+v (%v)", all, err)
			}
			return err
		})
	})
}
