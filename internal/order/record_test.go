package order_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

func TestRecord(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		r, facts, err := h.record(clerk(h.shops[0]), sale("A1"))
		if err != nil {
			t.Fatal(err)
		}
		o := h.find(r.ID)
		if o.PaidFen != 24000 || o.DiscountFen != 1000 || o.Units != 3 || o.LineCount != 2 || o.State != order.StatePaid ||
			o.CustomerID != r.CustomerID || o.CustomerID.IsZero() || o.ShopID != h.shops[0] || o.Channel != "store" || o.On.IsZero() {
			t.Errorf("order = %+v", o)
		}
		if l := o.Lines[0]; l.SKU != "K1" || l.Name != "裙" || l.PaidFen != 19000 || l.UnitPriceFen != 10000 || l.DiscountFen != 1000 || l.SKUID.IsZero() {
			t.Errorf("first line = %+v", l)
		}
		if o.ClerkID.Int64() != 7 {
			t.Errorf("clerk = %s, want who recorded it", o.ClerkID)
		}
		ghost := sale("A9")
		if err := ghost.Adviser.UnmarshalText([]byte("stf_0000000000009")); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.record(clerk(h.shops[0]), ghost); errs.CodeOf(err) != "order.invalid" {
			t.Errorf("an adviser who is nobody: %v, want order.invalid", err)
		}
		if got := kinds(facts); !slices.Contains(got, order.PaidKind) || !slices.Contains(got, "customer.created") {
			t.Errorf("facts = %v, want the customer made known and the order paid", got)
		}
		for _, f := range facts {
			if f.Kind == order.PaidKind && (f.Subject != r.ID.String() || f.CustomerID != r.CustomerID.String()) {
				t.Errorf("fact = %+v", f)
			}
		}
	})
}

func TestRecord_same_order_a_hundred_times_by_32_clients(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		const clients, times = 32, 100
		results := make(chan order.Recorded, times)
		work := make(chan struct{}, times)
		for range times {
			work <- struct{}{}
		}
		close(work)
		var wg sync.WaitGroup
		for range clients {
			wg.Go(func() {
				for range work {
					r, _, err := h.record(clerk(h.shops[0]), sale("A1"))
					if err != nil {
						t.Error(err)
					}
					results <- r
				}
			})
		}
		wg.Wait()
		close(results)
		fresh, ids := 0, map[order.ID]bool{}
		for r := range results {
			ids[r.ID] = true
			if !r.Unchanged {
				fresh++
			}
		}
		if fresh != 1 || len(ids) != 1 {
			t.Errorf("%d were new and there are %d orders, want 1 and 1", fresh, len(ids))
		}
		for place, want := range map[string]int64{
			"orders": 1, "order_lines": 2, "customers": 1, "skus": 2, "events where kind = 'order.paid'": 1, "events where kind = 'customer.created'": 1,
		} {
			if got := h.count(place); got != want {
				t.Errorf("%s: %d rows, want %d", place, got, want)
			}
		}
		other := sale("A1")
		other.Lines[1].UnitPriceFen++
		if _, _, err := h.record(program(), other); errs.CodeOf(err) != "order.exists_differs" || errs.KindOf(err) != errs.Conflict {
			t.Errorf("other content under the same number: %v, want order.exists_differs", err)
		}
		elsewhere := sale("A1")
		elsewhere.Source = "till-2"
		if r, _, err := h.record(program(), elsewhere); err != nil || r.Unchanged {
			t.Errorf("the same number of another source: %+v, %v, want a new order", r, err)
		}
	})
}

func TestRecord_anonymous_and_free(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		free := sale("F1")
		free.Identities, free.Lines = nil, []order.DraftLine{{SKU: "GIFT", Quantity: 1}}
		r, facts, err := h.record(program(), free)
		if err != nil {
			t.Fatal(err)
		}
		o := h.find(r.ID)
		if o.PaidFen != 0 || o.Units != 0 || !o.CustomerID.IsZero() || o.State != order.StatePaid {
			t.Errorf("order = %+v, want it kept for nothing, of nobody", o)
		}
		if got := kinds(facts); !slices.Equal(got, []event.Kind{order.PaidKind}) {
			t.Errorf("facts = %v", got)
		}
		if r, _, err := h.record(program(), free); err != nil || !r.Unchanged {
			t.Errorf("again: %+v, %v, want unchanged", r, err)
		}
	})
}

func TestRecord_business_day(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		h.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Staff.ChangeShop(ctx, tx, h.shops[1], staff.ShopChange{DayCutHour: new(int64(4))}, func(int64) error { return nil })
			return err
		})
		at := time.Date(2026, 3, 2, 17, 30, 0, 0, time.UTC) // 01:30 in Shanghai.
		for i, want := range []string{"2026-03-03", "2026-03-02"} {
			draft := sale(fmt.Sprint("D", i))
			draft.PaidAt, draft.ShopCode, draft.ShopID = at, "", h.shops[i]
			h.do(func(ctx context.Context, tx *db.Tx) error {
				all, err := h.RecordMany(ctx, tx, []order.Draft{draft}, true)
				if err != nil || all[0].Err != nil {
					t.Fatal(err, all)
				}
				o, err := h.Find(ctx, tx, all[0].ID)
				if o.On.String() != want {
					t.Errorf("shop %d: day = %s, want %s", i+1, o.On, want)
				}
				return err
			})
		}
		late := sale("D9")
		late.PaidAt = d.Now().Add(-30 * 24 * time.Hour)
		o := h.find(h.mustRecord(late).ID)
		if o.OccurredAt.IsZero() || o.PaidAt.Before(d.Now().Add(-8*24*time.Hour)) {
			t.Errorf("a live order of last month: paid at %v, occurred at %v, want it put right and flagged", o.PaidAt, o.OccurredAt)
		}
	})
}

func TestRecord_scope(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		mine := clerk(h.shops[0])
		foreign := sale("A1")
		foreign.ShopCode = "S2"
		nowhere := sale("A1")
		nowhere.ShopCode = "S9"
		_, _, err1 := h.record(mine, foreign)
		_, _, err2 := h.record(mine, nowhere)
		if errs.CodeOf(err1) != "order.invalid" || err1.Error() != err2.Error() {
			t.Errorf("shop of others: %v, shop that is none: %v, want the same refusal", err1, err2)
		}
		own := sale("A1")
		own.ShopCode = ""
		if r, _, err := h.record(mine, own); err != nil || h.find(r.ID).ShopID != h.shops[0] {
			t.Errorf("without a shop: %v, want the clerk's only one", err)
		}
		other := sale("B1")
		other.ShopCode = "S2"
		r := h.mustRecord(other)
		err := h.try(mine, func(ctx context.Context, tx *db.Tx) error {
			list, err := h.List(ctx, tx, order.Filter{Limit: 10})
			if err != nil || len(list) != 1 || list[0].OrderNo != "A1" {
				t.Errorf("list = %+v (%v), want A1 alone", list, err)
			}
			_, err = h.Find(ctx, tx, r.ID)
			return err
		})
		if errs.CodeOf(err) != "order.not_found" {
			t.Errorf("order of another shop: %v, want order.not_found", err)
		}
	})
}

func TestRecordMany_each_by_itself(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		h.mustRecord(sale("OLD"))
		differs := sale("OLD")
		differs.Channel = "online"
		bad := sale("BAD")
		bad.Lines[0].Quantity = 0
		twin := sale("NEW")
		twin.Channel = "online"
		stranger := sale("X")
		stranger.Identities, stranger.CustomerID = nil, customerID(t, "cus_0000000000001")
		drafts := []order.Draft{sale("OLD"), differs, bad, sale("NEW"), sale("NEW"), twin, stranger, sale("LAST")}
		var got []string
		h.do(func(ctx context.Context, tx *db.Tx) error {
			all, err := h.RecordMany(ctx, tx, drafts, false)
			for _, r := range all {
				got = append(got, fmt.Sprintf("%v %v %s", !r.ID.IsZero(), r.Unchanged, errs.CodeOf(r.Err)))
			}
			return err
		})
		want := []string{
			"true true ", "true false order.exists_differs", "false false order.invalid", "true false ", "true true ",
			"true false order.exists_differs", "false false order.invalid", "true false ",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("results (-want +got):\n%s", diff)
		}
		if n := h.count("orders"); n != 3 {
			t.Errorf("%d orders, want 3", n)
		}
	})
}

func customerID(t *testing.T, text string) (c customer.ID) {
	t.Helper()
	if err := c.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRecordMany_at_the_same_time(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				var drafts []order.Draft
				for i := range 60 {
					draft := sale(fmt.Sprint("N", (i*7+w*13)%60)) // The same orders, in another turn.
					draft.Identities = phone((i*7 + w*13) % 60 % 9)
					drafts = append(drafts, draft)
				}
				err := h.try(program(), func(ctx context.Context, tx *db.Tx) error {
					all, err := h.RecordMany(ctx, tx, drafts, false)
					for _, r := range all {
						if r.Err != nil {
							t.Error(r.Err)
						}
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if orders, lines, facts := h.count("orders"), h.count("order_lines"), h.count("events where kind = 'order.paid'"); orders != 60 || lines != 120 || facts != 60 {
			t.Errorf("%d orders, %d lines, %d facts, want 60, 120, 60", orders, lines, facts)
		}
	})
}

func TestClaim(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		anonymous := sale("A1")
		anonymous.Identities = nil
		r := h.mustRecord(anonymous)
		h.refund(order.RefundDraft{Source: "till-1", RefundNo: "R1", OrderNo: "A1", Lines: []order.RefundLine{{SKU: "K2", Quantity: 1}}})
		claim := func(ctx context.Context, by order.Claimer) (o order.Order, unchanged bool, facts []event.View, err error) {
			err = h.try(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				o, unchanged, err = h.Claim(ctx, tx, r.ID, by)
				facts = event.Caused(tx)
				return err
			})
			return o, unchanged, facts, err
		}
		if _, _, _, err := claim(clerk(h.shops[1]), order.Claimer{Identities: phone(5)}); errs.CodeOf(err) != "order.not_found" {
			t.Errorf("claim in another shop: %v, want order.not_found", err)
		}
		if _, _, _, err := claim(program(), order.Claimer{}); errs.CodeOf(err) != "claim.invalid" {
			t.Errorf("claim by nobody: %v, want claim.invalid", err)
		}
		o, _, facts, err := claim(clerk(h.shops[0]), order.Claimer{Identities: phone(5), Name: "李四"})
		if err != nil || o.CustomerID.IsZero() || !slices.Contains(kinds(facts), order.ClaimedKind) {
			t.Errorf("claimed: %+v, facts %v (%v)", o, kinds(facts), err)
		}
		if n := h.count("refunds where customer_id = $1", o.CustomerID); n != 1 {
			t.Errorf("%d refunds came along, want 1", n)
		}
		if again, unchanged, facts, err := claim(program(), order.Claimer{CustomerID: o.CustomerID}); err != nil || !unchanged || len(facts) != 0 || again.CustomerID != o.CustomerID {
			t.Errorf("again: %+v, %v, %v (%v), want unchanged", again, unchanged, facts, err)
		}
		if _, _, _, err := claim(program(), order.Claimer{Identities: phone(6)}); errs.CodeOf(err) != "order.claimed" {
			t.Errorf("claim by another: %v, want order.claimed", err)
		}
	})
}

func TestMerge_moves_orders_and_back(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		first, second := sale("A1"), sale("B1")
		second.Identities = phone(2)
		a, b := h.mustRecord(first), h.mustRecord(second)
		h.refund(order.RefundDraft{Source: "till-1", RefundNo: "R1", OrderNo: "B1", Lines: []order.RefundLine{{SKU: "K2", Quantity: 1}}})
		var merged customer.MergeID
		h.do(func(ctx context.Context, tx *db.Tx) (err error) {
			merged, err = h.Customers.Merge(ctx, tx, a.CustomerID, b.CustomerID, "same person")
			return err
		})
		if got := h.find(b.ID).CustomerID; got != a.CustomerID {
			t.Errorf("after the merge B1 is of %s, want %s", got, a.CustomerID)
		}
		if n := h.count("refunds where customer_id = $1", a.CustomerID); n != 1 {
			t.Errorf("%d refunds of the survivor, want 1", n)
		}
		since := sale("C1")
		since.Identities = phone(2) // Her number finds the survivor now.
		c := h.mustRecord(since)
		if c.CustomerID != a.CustomerID {
			t.Errorf("since the merge C1 is of %s, want %s", c.CustomerID, a.CustomerID)
		}
		h.refund(order.RefundDraft{Source: "till-1", RefundNo: "R2", OrderNo: "B1"})
		h.do(func(ctx context.Context, tx *db.Tx) error { return h.Customers.Unmerge(ctx, tx, merged, "two people") })
		for name, want := range map[string]struct{ got, want customer.ID }{
			"A1": {h.find(a.ID).CustomerID, a.CustomerID}, "B1": {h.find(b.ID).CustomerID, b.CustomerID}, "C1": {h.find(c.ID).CustomerID, a.CustomerID},
		} {
			if want.got != want.want {
				t.Errorf("after the unmerge %s is of %s, want %s", name, want.got, want.want)
			}
		}
		if n := h.count("refunds where customer_id = $1", b.CustomerID); n != 2 {
			t.Errorf("%d refunds came back, want both of B1", n)
		}
	})
}

func TestRecord_live_customer_by_id_only_within_sight(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		elsewhere := sale("A1")
		elsewhere.ShopCode = "S2"
		r := h.mustRecord(elsewhere)
		picked := sale("B1")
		picked.Identities, picked.CustomerID = nil, r.CustomerID
		if _, _, err := h.record(clerk(h.shops[0]), picked); errs.CodeOf(err) != "order.invalid" {
			t.Errorf("customer of another shop: %v, want order.invalid", err)
		}
		if got, _, err := h.record(program(), picked); err != nil || got.CustomerID != r.CustomerID {
			t.Errorf("by the program: %+v, %v", got, err)
		}
	})
}
