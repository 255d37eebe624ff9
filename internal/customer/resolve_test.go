package customer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

func ids(i ...customer.Identity) []customer.Identity { return i }

func TestResolve_finds_and_makes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		shop := h.shop("A")
		a := h.met(customer.Resolve{Identities: ids(phone(1), card(1)), Name: "王小明", ShopID: shop.Int64(), Source: "till"})
		for name, i := range map[string]customer.Identity{
			"phone": phone(1), "phone written otherwise": {Kind: customer.Phone, Value: "+86 138-0000-0001"}, "card": {Kind: customer.Card, Value: "vip 00001"},
		} {
			if got := h.met(customer.Resolve{Identities: ids(i), Source: "till"}); got != a {
				t.Errorf("by %s: got %s, want %s", name, got, a)
			}
		}
		if b := h.met(customer.Resolve{Identities: ids(phone(2)), Source: "till"}); b == a {
			t.Errorf("another phone finds the same customer")
		}
		// A typed identity goes to whom another typed one finds.
		h.met(customer.Resolve{Identities: ids(phone(1), openid(1)), Source: "till"})
		if got := h.met(customer.Resolve{Identities: ids(openid(1)), Source: "till"}); got != a {
			t.Errorf("by added openid: got %s, want %s", got, a)
		}
		want := map[string]int{"customer.created": 2, "customer.identity_added": 1}
		if diff := cmp.Diff(want, h.kinds()); diff != "" {
			t.Errorf("facts (-want +got):\n%s", diff)
		}
		p := h.profile(a)
		if p.Name != "王小明" || p.Phone != "138****0001" || p.ShopID != shop || len(p.Identities) != 3 {
			t.Errorf("profile is %+v", p)
		}
	})
}

func TestResolve_fills_what_is_missing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		shop := h.shop("A")
		a := h.met(customer.Resolve{Identities: ids(phone(1)), Source: "till"})
		h.met(customer.Resolve{Identities: ids(phone(1)), Name: "李雷", ShopID: shop.Int64(), Source: "till"})
		h.met(customer.Resolve{Identities: ids(phone(1)), Name: "韩梅梅", Source: "till"})
		p := h.profile(a)
		if p.Name != "李雷" || p.ShopID != shop {
			t.Errorf("name %q, shop %s, want 李雷 in %s", p.Name, p.ShopID, shop)
		}
		if got, want := p.Quality, int64(15+20+5); got != want {
			t.Errorf("quality is %d, want %d", got, want)
		}
		if found := h.search("ll"); len(found) != 1 {
			t.Errorf("initials find %v, want one", found)
		}
	})
}

func TestResolve_refuses(t *testing.T) {
	t.Parallel()
	h := setup(t, dbtest.Open(t, db.SQLite))
	for _, c := range []struct {
		name string
		ids  []customer.Identity
		want string
	}{
		{"nobody", nil, "customer.no_identity"},
		{"rounded phone", ids(customer.Identity{Kind: customer.Phone, Value: "1.38E+10"}), "identity.invalid"},
		{"unknown kind", ids(customer.Identity{Kind: "passport", Value: "E1"}), "identity.invalid"},
		{"openid of no app", ids(customer.Identity{Kind: customer.OpenID, Value: "o1"}), "identity.invalid"},
	} {
		err := h.try(func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Resolve(ctx, tx, customer.Resolve{Identities: c.ids, Source: "till"})
			return err
		})
		if errs.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// TestResolve_concurrently has many tills meet the same new customer at once.
func TestResolve_concurrently(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		const tills = 32
		found := make([]customer.ID, tills)
		var wg sync.WaitGroup
		for i := range tills {
			wg.Go(func() {
				// Each comes with the phone and something of its own.
				err := h.try(func(ctx context.Context, tx *db.Tx) (err error) {
					found[i], err = h.Resolve(ctx, tx, customer.Resolve{Identities: ids(card(i), phone(1)), Source: "till"})
					return err
				})
				if err != nil {
					t.Errorf("till %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		for i := range found {
			if found[i] != found[0] {
				t.Errorf("till %d found %s, till 0 %s", i, found[i], found[0])
			}
		}
		if n := h.count("select count(*) from customers"); n != 1 {
			t.Errorf("%d customers, want 1", n)
		}
		if n := h.count("select count(*) from customer_identities"); n != tills+1 {
			t.Errorf("%d identities, want %d", n, tills+1)
		}
		if n := h.kinds()["customer.created"]; n != 1 {
			t.Errorf("%d times created, want 1", n)
		}
	})
}

func TestResolve_merges_what_is_proven(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		a := h.met(customer.Resolve{Identities: ids(proven(phone(1))), Name: "李雷", Source: "till"})
		b := h.met(customer.Resolve{Identities: ids(proven(openid(1)), proven(unionid(1))), Source: "mini_program"})
		if got := h.met(customer.Resolve{Identities: ids(proven(openid(1)), proven(phone(1))), Source: "mini_program"}); got != a {
			t.Errorf("both proven: got %s, want the earlier record %s", got, a)
		}
		if got := h.met(customer.Resolve{Identities: ids(unionid(1)), Source: "till"}); got != a {
			t.Errorf("by union id after the merge: got %s, want %s", got, a)
		}
		h.view(func(ctx context.Context, tx *db.Tx) error {
			got, err := h.FindMerged(ctx, tx, b)
			if got != a {
				t.Errorf("survivor of %s is %s, want %s", b, got, a)
			}
			return err
		})
	})
}

// TestResolve_does_not_join holds the cases in which two records must stay two, and whether they are
// suggested.
func TestResolve_does_not_join(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		first  []customer.Identity
		second []customer.Identity // another record
		then   []customer.Identity
		want   int // 0: the first, 1: the second, 2: a new one
		reason string
	}{
		{"a typed phone does not bring a login to a record", ids(phone(1)), nil, ids(phone(1), proven(openid(1))), 2, "same_typed_identity"},
		{"one proven, one typed", ids(proven(openid(1))), ids(phone(1)), ids(proven(openid(1)), phone(1)), 0, "same_typed_identity"},
		{"both typed", ids(card(1)), ids(phone(1)), ids(card(1), phone(1)), 0, "same_typed_identity"},
		{"proven, but union ids disagree", ids(proven(phone(1)), proven(unionid(1))), ids(proven(card(1)), proven(unionid(2))), ids(proven(phone(1)), proven(card(1))), 1, "identities_disagree"},
		{"proven, but phones disagree", ids(proven(phone(1)), proven(unionid(1))), ids(proven(card(1)), proven(phone(2))), ids(proven(unionid(1)), proven(card(1))), 0, "identities_disagree"},
		{"the phone of a record that its owner did not prove", ids(phone(1), proven(openid(1))), nil, ids(proven(phone(1))), 2, "proven_by_other"},
		{"one phone with two WeChat accounts", ids(proven(phone(1)), proven(openid(1))), nil, ids(proven(phone(1)), proven(openid(2))), 2, "shared_phone"},
		{"the same name only", ids(phone(1)), ids(phone(2)), ids(phone(1)), 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := setup(t, dbtest.Open(t, db.SQLite))
			known := []customer.ID{h.met(customer.Resolve{Identities: c.first, Name: "李雷", Source: "till"})}
			if c.second != nil {
				known = append(known, h.met(customer.Resolve{Identities: c.second, Name: "李雷", Source: "till"}))
			}
			got := h.met(customer.Resolve{Identities: c.then, Source: "till"})
			switch {
			case c.want < 2 && got != known[c.want]:
				t.Errorf("got %s, want %s of %v", got, known[c.want], known)
			case c.want == 2 && (got == known[0] || got == known[len(known)-1]):
				t.Errorf("got %s, want a new record", got)
			}
			if n := h.count("select count(*) from customers where state = 'merged'"); n != 0 {
				t.Errorf("%d records were merged", n)
			}
			var reasons []string
			h.view(func(ctx context.Context, tx *db.Tx) error {
				list, err := h.ListSuggestions(ctx, tx, 0, customer.SuggestionID{}, 10)
				for _, g := range list {
					reasons = append(reasons, string(g.Reason))
				}
				return err
			})
			if want := c.reason; fmt.Sprint(reasons) != fmt.Sprintf("[%s]", want) {
				t.Errorf("suggested for %v, want [%s]", reasons, want)
			}
		})
	}
}

// TestResolve_pre_hijack: somebody makes a record with the phone of another and logs in with her own
// account; when the other proves her phone, she must not land in that record (SEC-26).
func TestResolve_pre_hijack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		attacker := h.met(customer.Resolve{Identities: ids(proven(openid(666)), phone(1)), Source: "mini_program"})
		victim := h.met(customer.Resolve{Identities: ids(proven(phone(1)), proven(openid(1))), Source: "mini_program"})
		if victim == attacker {
			t.Fatalf("the victim was given the record of the attacker")
		}
		if got := h.met(customer.Resolve{Identities: ids(proven(openid(666))), Source: "mini_program"}); got != attacker {
			t.Errorf("the attacker finds %s, want her own record", got)
		}
		if got := h.met(customer.Resolve{Identities: ids(phone(1)), Source: "till"}); got != victim {
			t.Errorf("the phone finds %s, want %s who proved it", got, victim)
		}
	})
}

// TestResolve_typed_phone_is_claimed: sales to a typed phone become hers who proves it, when nobody else
// has proven anything of that record.
func TestResolve_typed_phone_is_claimed(t *testing.T) {
	t.Parallel()
	h := setup(t, dbtest.Open(t, db.SQLite))
	typed := h.met(customer.Resolve{Identities: ids(phone(1)), Source: "till"})
	if got := h.met(customer.Resolve{Identities: ids(proven(phone(1)), proven(openid(1))), Source: "mini_program"}); got != typed {
		t.Errorf("got %s, want the record of the typed phone %s", got, typed)
	}
	if p := h.profile(typed); !p.Identities[0].Verified {
		t.Errorf("the phone is not verified: %+v", p.Identities)
	}
}

// TestResolve_recycled_phone: after 90 days without a visit a phone that comes with another account is a
// new person's (DOM-32).
func TestResolve_recycled_phone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		shop := h.shop("A")
		old := h.met(customer.Resolve{Identities: ids(proven(phone(1)), proven(openid(1))), Name: "李雷", Source: "mini_program"})
		h.do(func(ctx context.Context, tx *db.Tx) error {
			return h.Served(ctx, tx, []customer.Visit{{CustomerID: old, ShopID: shop.Int64(), On: cal.DayOf(tx.Now, h.Staff.Zone())}})
		})
		h.later(89)
		soon := h.met(customer.Resolve{Identities: ids(proven(phone(1)), proven(openid(2))), Source: "mini_program"})
		if got := h.met(customer.Resolve{Identities: ids(phone(1)), Source: "till"}); got != old {
			t.Errorf("after 89 days the phone finds %s, want %s", got, old)
		}
		h.later(2)
		reissued := h.met(customer.Resolve{Identities: ids(proven(phone(1)), proven(openid(3))), Name: "韩梅梅", Source: "mini_program"})
		if reissued == old || reissued == soon {
			t.Errorf("after 91 days the phone belongs to %s, want a new record", reissued)
		}
		if got := h.met(customer.Resolve{Identities: ids(phone(1)), Source: "till"}); got != reissued {
			t.Errorf("the phone finds %s, want its new holder %s", got, reissued)
		}
		if got := h.met(customer.Resolve{Identities: ids(proven(openid(1))), Source: "mini_program"}); got != old {
			t.Errorf("the old account finds %s, want %s", got, old)
		}
	})
}

func TestResolveMany_in_order(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := setup(t, d)
		known := h.met(customer.Resolve{Identities: ids(phone(1)), Source: "till"})
		var got []customer.ID
		h.do(func(ctx context.Context, tx *db.Tx) (err error) {
			got, err = h.ResolveMany(ctx, tx, []customer.Resolve{
				{Identities: ids(phone(1)), Source: "file"},
				{Identities: ids(phone(2)), Name: "李雷", Source: "file"},
				{Identities: ids(phone(2), card(2)), Source: "file"},
				{Identities: ids(card(2)), Source: "file"},
				{Identities: ids(proven(openid(9))), Source: "file"},
				{Identities: ids(proven(card(9))), Source: "file"},
				{Identities: ids(proven(openid(9)), proven(card(9))), Source: "file"}, // The two before are one.
				{Identities: ids(card(9)), Source: "file"},
			})
			return err
		})
		want := []customer.ID{known, got[1], got[1], got[1], got[4], got[4], got[4], got[4]}
		if diff := cmp.Diff(fmt.Sprint(want), fmt.Sprint(got)); diff != "" || got[1] == known || got[4] == got[1] {
			t.Errorf("ids (-want +got):\n%s", diff)
		}
		if n := h.count("select count(*) from customers where state = 'active'"); n != 3 {
			t.Errorf("%d customers, want 3", n)
		}
	})
}

func (h *house) search(text string) (found []customer.ID) {
	h.t.Helper()
	h.view(func(ctx context.Context, tx *db.Tx) (err error) {
		found, err = h.Search(ctx, tx, text, 20)
		return err
	})
	return found
}

// TestResolveMany_batches_do_not_deadlock: batches that name the same customers, in opposite orders and at
// once, do not end in a deadlock, which PostgreSQL finds only after a second.
func TestResolveMany_batches_do_not_deadlock(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := setup(t, d)
		const people, rounds = 60, 8
		batch := func(round int, name string) []customer.Resolve {
			all := make([]customer.Resolve, people)
			for i := range all {
				all[i] = customer.Resolve{Name: name, Source: "till", Identities: []customer.Identity{{Kind: customer.Phone, Value: fmt.Sprint(13700000000 + 1000*round + i)}}}
			}
			return all
		}
		resolve := func(all []customer.Resolve) error {
			return d.Update(access.With(context.Background(), access.Program("test")), func(ctx context.Context, tx *db.Tx) error {
				_, err := w.ResolveMany(ctx, tx, all)
				return err
			})
		}
		for round := range rounds {
			if err := resolve(batch(round, "")); err != nil {
				t.Fatal(err)
			}
			there, back := batch(round, "张三"), batch(round, "张三")
			slices.Reverse(back)
			done := make(chan error, 2)
			for _, all := range [][]customer.Resolve{there, back} {
				go func() { done <- resolve(all) }()
			}
			if err := errors.Join(<-done, <-done); err != nil {
				t.Fatal(err)
			}
		}
		if d.Engine == db.SQLite {
			return // One writer at a time.
		}
		var deadlocks int64
		for range 2 { // What a session counted is seen after a while.
			time.Sleep(1200 * time.Millisecond)
			err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return tx.QueryRow(ctx, "select deadlocks from pg_stat_database where datname = current_database()").Scan(&deadlocks)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if deadlocks > 0 {
			t.Errorf("%d deadlocks", deadlocks)
		}
	})
}
