package segment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

func TestSale_shows_in_the_profile_at_once(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		id := s.person(1)
		if p := s.profile(id); p.Stage != Lead || p.PaidFen != 0 || p.CreatedOn != s.today() {
			t.Errorf("profile before a sale = %+v", p)
		}
		s.sell(sold{customer: 1, fen: 1_000}, sold{customer: 1, fen: 500}, sold{customer: 1, daysAgo: 3, fen: 250}, sold{customer: 1, fen: 0}, sold{customer: -1, fen: 9})
		p := s.profile(id)
		if p.OrderCount != 3 || p.PurchaseDayCount != 2 || p.Units != 3 || p.PaidFen != 1_750 || p.LastOrderOn != s.today() || p.FirstOrderOn != s.today().Add(-3) {
			t.Errorf("profile after three sales on two days, one of 0 and one to nobody = %+v", p)
		}
		s.sell(sold{customer: 1, fen: 70})
		if p := s.profile(id); p.OrderCount != 4 || p.PurchaseDayCount != 2 || p.PaidFen != 1_820 {
			t.Errorf("profile after another sale on the same day = %+v", p)
		}
		if p.ShopID == 0 {
			t.Error("the shop that served her first is not her home shop")
		}
	})
}

func TestStage_moves_by_purchases_and_days(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		id := s.person(1)
		s.catchUp()
		steps := []struct {
			do    func()
			stage Stage
			facts string
		}{
			{func() { s.sell(sold{customer: 1, fen: 100}) }, New, "lead>new purchase"},
			{func() { s.later(5); s.sell(sold{customer: 1, fen: 100}) }, Active, "lead>new purchase, new>active purchase"},
			{func() { s.later(90) }, Active, "lead>new purchase, new>active purchase"},
			{func() { s.later(1) }, Dormant, "lead>new purchase, new>active purchase, active>dormant day"},
			{func() { s.later(200) }, Lost, "lead>new purchase, new>active purchase, active>dormant day, dormant>lost day"},
			{func() { s.sell(sold{customer: 1, fen: 100}) }, Active,
				"lead>new purchase, new>active purchase, active>dormant day, dormant>lost day, lost>active purchase"},
		}
		for i, step := range steps {
			step.do()
			s.catchUp()
			if got := s.profile(id).Stage; got != step.stage {
				t.Errorf("step %d: stage = %s, want %s", i, got, step.stage)
			}
			if got := s.facts(id); got != step.facts {
				t.Errorf("step %d: facts\n got %s\nwant %s", i, got, step.facts)
			}
		}
		var log []change
		s.view(func(ctx context.Context, tx *db.Tx) error {
			logs, err := listChanges(ctx, tx, []int64{id.Int64()})
			log = logs[id.Int64()]
			return err
		})
		start := s.today().Add(-296)
		want := "0 purchase lead>new 0d, 5 purchase new>active 5d, 96 day active>dormant 91d, 186 day dormant>lost 90d, 296 purchase lost>active 110d"
		if got := tell(start, log); got != want {
			t.Errorf("log of stages\n got %s\nwant %s", got, want)
		}
		for _, c := range log {
			if (c.pos != 0) != (c.step == byPurchase) {
				t.Errorf("the change on %s by %s points to fact %d", c.on, c.step, c.pos)
			}
		}
	})
}

func TestHistory_tells_the_whole_life_and_starts_nothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		s.sell(sold{customer: 1, daysAgo: 400, fen: 100, history: true}, sold{customer: 1, daysAgo: 300, fen: 100, history: true})
		s.catchUp()
		id := s.person(1)
		p := s.profile(id)
		if p.Stage != Lost || p.StageSinceOn != s.today().Add(-300+181) {
			t.Errorf("stage = %s since %s, want lost since 181 days after the last purchase", p.Stage, p.StageSinceOn)
		}
		if got, want := s.facts(id), "lead>lost day history"; got != want {
			t.Errorf("facts = %s, want %s", got, want)
		}
		var changes int
		s.view(func(ctx context.Context, tx *db.Tx) error {
			logs, err := listChanges(ctx, tx, []int64{id.Int64()})
			changes = len(logs[id.Int64()])
			return err
		})
		if changes != 5 { // new, dormant, active, dormant, lost
			t.Errorf("%d changes in the log, want 5", changes)
		}
	})
}

func TestMerge_and_unmerge_move_the_numbers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		s.sell(sold{customer: 1, fen: 100}, sold{customer: 2, fen: 200}, sold{customer: 2, daysAgo: 7, fen: 50})
		a, b := s.person(1), s.person(2)
		s.refreshNow()
		before := s.dump()
		var merge customer.MergeID
		s.do(func(ctx context.Context, tx *db.Tx) (err error) {
			merge, err = s.Customers.Merge(ctx, tx, a, b, "same person")
			return err
		})
		s.catchUp()
		if p := s.profile(a); p.PaidFen != 350 || p.PurchaseDayCount != 2 || p.OrderCount != 3 || p.Stage != Active {
			t.Errorf("profile of the survivor = %+v", p)
		}
		s.view(func(ctx context.Context, tx *db.Tx) error {
			_, ok, err := s.FindProfile(ctx, tx, b)
			if ok {
				t.Error("the merged customer still has a profile")
			}
			return err
		})
		s.do(func(ctx context.Context, tx *db.Tx) error { return s.Customers.Unmerge(ctx, tx, merge, "two people") })
		s.refreshNow()
		if diff := cmp.Diff(before, s.dump()); diff != "" {
			t.Errorf("after merge and unmerge (-before +after):\n%s", diff)
		}
	})
}

func TestRemovedCustomer_leaves_nothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		s.person(1)
		gone := s.person(2)
		s.refreshNow()
		s.do(func(ctx context.Context, tx *db.Tx) error {
			return s.Customers.RemoveMany(ctx, tx, []customer.ID{gone})
		})
		s.refreshNow()
		if lines := strings.Join(s.dump(), "\n"); strings.Count(lines, "profile") != 1 || !strings.Contains(lines, "cell 000 lead lead   1 0") {
			t.Errorf("what is left:\n%s", lines)
		}
	})
}

func TestSales_at_once_are_counted_once(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		s.sell(sold{customer: 0, fen: 100}, sold{customer: 1, daysAgo: 1, fen: 100})
		const clerks, each = 6, 8
		var drafts [clerks][]order.Draft
		for c := range clerks {
			for i := range each {
				drafts[c] = append(drafts[c], s.draft(sold{customer: i % 2, daysAgo: i % 3, fen: 100}))
			}
		}
		stop := make(chan struct{})
		var selling, following sync.WaitGroup
		following.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := errors.Join(s.Log.CatchUp(s.ctx), s.Refresh(s.ctx)); err != nil {
					t.Errorf("follow: %v", err)
					return
				}
			}
		})
		for c := range clerks {
			selling.Go(func() {
				for _, draft := range drafts[c] {
					err := d.Update(s.ctx, func(ctx context.Context, tx *db.Tx) error {
						_, err := s.Orders.Record(ctx, tx, draft)
						return err
					})
					if err != nil {
						t.Errorf("sell: %v", err)
					}
				}
			})
		}
		selling.Wait()
		close(stop)
		following.Wait()
		s.refreshNow()
		if p := s.profile(s.person(0)); p.OrderCount != 1+clerks*each/2 || p.PurchaseDayCount != 3 {
			t.Errorf("%d orders on %d days, want %d on 3", p.OrderCount, p.PurchaseDayCount, 1+clerks*each/2)
		}
		kept := s.dump()
		if err := s.Rebuild(s.ctx, d, func(int64) {}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s.dump(), kept); diff != "" {
			t.Errorf("kept at once differs from built again (-built +kept):\n%s", diff)
		}
	})
}

// act is one thing that happens to the shop in the property test.
type act struct {
	kind     string
	customer int
	other    int
	daysAgo  int
	fen      int64
}

var acts = rapid.Custom(func(t *rapid.T) act {
	return act{
		kind: rapid.SampledFrom([]string{"sell", "sell", "sell", "sell", "history", "import", "undo", "refund", "refund", "edit", "edit", "anonymous", "claim",
			"merge", "unmerge", "days", "days", "log", "follow", "refresh"}).Draw(t, "kind"),
		customer: rapid.IntRange(0, 5).Draw(t, "customer"),
		other:    rapid.IntRange(0, 5).Draw(t, "other"),
		daysAgo:  rapid.SampledFrom([]int{0, 1, 6, 40, 90, 91, 120, 250}).Draw(t, "days ago"),
		fen:      rapid.SampledFrom([]int64{0, 1, 5_000, 60_000, 700_000}).Draw(t, "fen"),
	}
})

// play has the acts happen.
func play(s *shop, list []act) {
	const imported = 4711
	var orders, anonymous []order.ID
	var merges []customer.MergeID
	for _, a := range list {
		switch a.kind {
		case "sell":
			orders = append(orders, s.sell(sold{customer: a.customer, daysAgo: a.daysAgo % 7, fen: a.fen})[0].ID)
		case "history", "import":
			x := sold{customer: a.customer, daysAgo: a.daysAgo, fen: a.fen, history: true}
			if a.kind == "import" {
				x.importID = imported
			}
			orders = append(orders, s.sell(x, sold{customer: a.other, daysAgo: a.daysAgo / 2, fen: a.fen, importID: x.importID, history: true})[0].ID)
		case "undo":
			s.do(func(ctx context.Context, tx *db.Tx) error {
				for {
					n, err := s.Orders.RemoveImport(ctx, tx, imported, 2)
					if err != nil || n == 0 {
						return err
					}
				}
			})
		case "anonymous":
			id := s.sell(sold{customer: -1, daysAgo: a.daysAgo % 7, fen: a.fen})[0].ID
			orders, anonymous = append(orders, id), append(anonymous, id)
		case "claim":
			if len(anonymous) > 0 {
				s.do(func(ctx context.Context, tx *db.Tx) error {
					_, _, err := s.Orders.Claim(ctx, tx, anonymous[0], order.Claimer{Identities: phone(a.customer), Name: "顾客"})
					return err
				})
				anonymous = anonymous[1:]
			}
		case "refund":
			if len(orders) > 0 {
				s.giveBack(orders[a.daysAgo%len(orders)], a.fen/2, int64(a.other%2)*imported)
			}
		case "edit":
			if len(orders) > 0 {
				s.edit(orders[a.other%len(orders)], a.fen, a.daysAgo)
			}
		case "merge":
			x, y := s.person(a.customer), s.person(a.other)
			if x != y {
				s.do(func(ctx context.Context, tx *db.Tx) error {
					m, err := s.Customers.Merge(ctx, tx, x, y, "test")
					merges = append(merges, m)
					return err
				})
			}
		case "unmerge":
			if n := len(merges); n > 0 {
				s.do(func(ctx context.Context, tx *db.Tx) error { return s.Customers.Unmerge(ctx, tx, merges[n-1], "test") })
				merges = merges[:n-1]
			}
		case "days":
			s.later(1 + a.daysAgo)
		case "log":
			if err := s.Log.CatchUp(s.ctx); err != nil {
				s.t.Fatalf("catch up: %v", err)
			}
		case "follow":
			s.catchUp()
		case "refresh":
			s.refreshNow()
		}
	}
	s.refreshNow()
}

// onOrder does something to an order, unless it is gone with its import.
func (s *shop) onOrder(id order.ID, act func(ctx context.Context, tx *db.Tx, o order.Order) error) {
	s.t.Helper()
	s.do(func(ctx context.Context, tx *db.Tx) error {
		o, err := s.Orders.Find(ctx, tx, id)
		if errs.KindOf(err) == errs.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		return act(ctx, tx, o)
	})
}

// edit has an order be of another amount and day, unless too much of it has come back.
func (s *shop) edit(id order.ID, fen int64, daysAgo int) {
	s.t.Helper()
	s.onOrder(id, func(ctx context.Context, tx *db.Tx, o order.Order) error {
		d := s.draft(sold{customer: -1, daysAgo: daysAgo, fen: fen})
		d.Source, d.OrderNo, d.Version = o.Source, o.OrderNo, o.Version+1
		_, err := s.Orders.Record(ctx, tx, d)
		if errs.CodeOf(err) == "order.edit_refunded" {
			return nil
		}
		return err
	})
}

// giveBack refunds a part of an order.
func (s *shop) giveBack(id order.ID, fen, importID int64) {
	s.t.Helper()
	s.onOrder(id, func(ctx context.Context, tx *db.Tx, o order.Order) error {
		s.no++
		_, err := s.Orders.RefundMany(ctx, tx, []order.RefundDraft{{
			Source: "till", RefundNo: fmt.Sprint("R", s.no), OrderNo: o.OrderNo, At: tx.Now, AmountFen: max(fen, 1), ImportID: importID,
		}}, false)
		return err
	})
}

func TestProfiles_equal_what_is_built_again(t *testing.T) {
	t.Parallel()
	check := func(t failer, d *db.DB, list []act) {
		s := setup(t, d)
		play(s, list)
		kept := s.dump()
		if err := s.Rebuild(s.ctx, d, func(int64) {}); err != nil {
			t.Fatalf("rebuild: %v", err)
		}
		if diff := cmp.Diff(s.dump(), kept); diff != "" {
			t.Errorf("kept by facts differs from built again (-built +kept):\n%s", diff)
		}
		var paid, counted int64
		s.view(func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `select cast(coalesce(sum(paid_fen), 0) as bigint), (select cast(coalesce(sum(paid_fen), 0) as bigint) from rfm_cells)
				from orders where customer_id is not null`).Scan(&paid, &counted)
		})
		if paid != counted {
			t.Errorf("the cells hold %d fen, the orders %d", counted, paid)
		}
	}
	list := rapid.SliceOfN(acts, 8, 20)
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		n := 0
		rapid.Check(t, func(r *rapid.T) {
			n++
			d, err := db.Open(t.Context(), db.Options{Target: dbtest.Target(t, db.SQLite), Demo: true, Import: true})
			if err != nil {
				r.Fatalf("open: %v", err)
			}
			defer d.Close()
			check(r, d, list.Draw(r, "acts"))
		})
	})
	if !slices.Contains(dbtest.Engines(), db.Postgres) {
		return
	}
	for seed := range 6 {
		t.Run(fmt.Sprintf("postgres/%d", seed), func(t *testing.T) {
			t.Parallel()
			example := list.Example(seed)
			defer func() {
				if t.Failed() {
					t.Log(strings.Join(strings.Fields(fmt.Sprintf("%+v", example)), " "))
				}
			}()
			check(t, dbtest.Open(t, db.Postgres), example)
		})
	}
}
