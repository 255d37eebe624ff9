package segment

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

// oneByOne answers what if by the rules alone, one customer at a time.
func (a *api) oneByOne(ctx context.Context, tx *db.Tx, t Thresholds, g Grouping) WhatIf {
	a.t.Helper()
	b, err := a.basis(ctx, tx)
	if err != nil {
		a.t.Fatalf("%v", err)
	}
	rows, err := db.All(ctx, tx, scanProfile, "select "+profileColumns+" from profiles where "+a.Customers.ScopeSQL(ctx, tx, "profiles.customer_id"))
	if err != nil {
		a.t.Fatalf("%v", err)
	}
	var profiles []Profile
	for _, r := range rows {
		profiles = append(profiles, r.Profile)
	}
	if t.WindowDays != b.thresholds.WindowDays || b.state.version != b.settings.version {
		if err := recount(ctx, tx, profiles, b, t); err != nil {
			a.t.Fatalf("%v", err)
		}
	}
	slices.SortFunc(profiles, func(p, o Profile) int {
		return cmp.Or(cmp.Compare(o.PaidFen, p.PaidFen), cmp.Compare(p.CustomerID.Int64(), o.CustomerID.Int64()))
	})
	before, after, moves := map[string]sum{}, map[string]sum{}, map[[2]string]int64{}
	var most []Profile
	for _, p := range profiles {
		from, to := g.now(&p), g.by(&p, t, b.today)
		tot(before, from, sum{1, p.PaidFen})
		tot(after, to, sum{1, p.PaidFen})
		if from != to {
			moves[[2]string{from, to}]++
			most = append(most, p)
		}
	}
	w := WhatIf{Groups: shifts(g, before, after), Moves: sortedMoves(moves)}
	w.Sample, err = a.sampled(ctx, tx, most[:min(len(most), sampleSize)], func(p *Profile) (from, to string) { return g.now(p), g.by(p, t, b.today) })
	if err != nil {
		a.t.Fatalf("%v", err)
	}
	return w
}

// TestWhatIf_one_by_one asks by any thresholds, near the figures of the customers, and holds the answers against those
// of the rules one customer at a time.
func TestWhatIf_one_by_one(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := serve(t, d)
		random := rand.New(rand.NewPCG(3, 5))
		for n := range 60 {
			a.person(n)
			for range random.IntN(7) {
				a.sell(sold{customer: n, daysAgo: random.IntN(40), fen: int64(100 * (1 + random.IntN(8))), shop: []string{"S1", "S2"}[n%2], history: true})
			}
		}
		a.sell(sold{customer: 3, daysAgo: -2, fen: 300, shop: "S1", history: true}) // By a till whose clock is ahead.
		a.refreshNow()
		anything := func() Thresholds {
			up := func(from, by int) int64 { return int64(from + random.IntN(by)) }
			some := Thresholds{WindowDays: up(7, 35), ActivePurchases: up(2, 2), ValuePurchases: up(1, 4), ValueFen: 100 * up(0, 15), DormantDays: up(1, 20), PotentialFen: 100 * up(0, 9)}
			some.ActiveDays = 1 + random.Int64N(some.WindowDays)
			some.VIPDays = 1 + random.Int64N(some.ActiveDays)
			some.VIPPurchases, some.VIPFen, some.LostDays = some.ActivePurchases+up(1, 2), some.PotentialFen+100*up(1, 9), some.DormantDays+up(1, 20)
			return some
		}
		everybody, moved := caller(), 0
		check := func(name string, who access.Caller, some Thresholds, g Grouping) {
			err := d.View(access.With(a.ctx, who), func(ctx context.Context, tx *db.Tx) error {
				got, err := a.WhatIf(ctx, tx, some, g)
				if want := a.oneByOne(ctx, tx, some, g); !reflect.DeepEqual(got, want) {
					t.Errorf("%s, by %s, %+v:\n got %+v\nwant %+v", name, g, some, got, want)
				}
				moved += len(got.Moves)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for round := range 40 {
			some := anything()
			if round%2 == 0 {
				some.WindowDays = max(handbook.WindowDays, some.ActiveDays) // As it is counted.
			}
			for _, g := range []Grouping{ByValueGroup, ByQuadrant, ByStage} {
				check(fmt.Sprintf("round %d, everybody", round), everybody, some, g)
				check(fmt.Sprintf("round %d, one shop", round), caller(a.shopID("S2")), some, g)
			}
		}
		// Decided, but nobody was gone through by them yet.
		a.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := a.Decide(ctx, tx, anything(), func(int64) error { return nil })
			return err
		})
		for _, g := range []Grouping{ByValueGroup, ByQuadrant, ByStage} {
			check("just decided", everybody, anything(), g)
		}
		if moved < 500 {
			t.Errorf("only %d moves were compared", moved)
		}
	})
}
