package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/app"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/insight"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/staff"
)

// purchase is an order as the definitions of docs/kpis.md see it.
type purchase struct {
	customer, shop int64
	on             cal.Day
	channel        string
	paidFen        int64
}

// counts are the figures that count customers, worked out by the definitions one customer at a time.
type counts struct {
	Buyers, New, Repeat, RetainedOf, Retained, ActiveOf, Active, ChurnedOf, Churned, NewFen int64
}

func countByDefinition(all []purchase, p insight.Period, within func(purchase) bool) (c counts) {
	byCustomer := map[int64][]purchase{}
	for _, s := range all {
		byCustomer[s.customer] = append(byCustomer[s.customer], s)
	}
	one := func(is bool) int64 { return map[bool]int64{true: 1}[is] }
	for _, sales := range byCustomer {
		first := slices.MinFunc(sales, func(a, b purchase) int { return a.on.Sub(b.on) }).on
		days := func(from, to cal.Day) int64 {
			seen := map[cal.Day]bool{}
			for _, s := range sales {
				if within(s) && !s.on.Before(from) && !to.Before(s.on) {
					seen[s.on] = true
				}
			}
			return int64(len(seen))
		}
		in, before := days(p.From, p.To), days(p.Before().From, p.Before().To)
		earlier, recent := days(p.From.Add(-180), p.From.Add(-1)), days(p.To.Add(-179), p.To)
		fresh := in > 0 && !first.Before(p.From)
		c.Buyers += one(in > 0)
		c.New += one(fresh)
		c.Repeat += one(in > 1)
		c.RetainedOf += one(before > 0)
		c.Retained += one(before > 0 && in > 0)
		c.ActiveOf += one(days(cal.Date(1970, 1, 1), p.To) > 0)
		c.Active += one(days(p.To.Add(-89), p.To) > 0)
		c.ChurnedOf += one(earlier > 0)
		c.Churned += one(earlier > 0 && recent == 0)
		for _, s := range sales {
			if fresh && within(s) && !s.on.Before(p.From) && !p.To.Before(s.on) {
				c.NewFen += s.paidFen
			}
		}
	}
	return c
}

func countsOf(f insight.Figures) counts {
	return counts{f.Buyers, f.NewBuyers, f.RepeatBuyers, f.RetainedOf, f.Retained, f.ActiveOf, f.Active, f.ChurnedOf, f.Churned, f.NewFen}
}

// TestFiguresOfAnyHistory sells to a dozen customers in any order of days, has two become one and apart
// again, and holds the figures of any period and cut against the definitions.
func TestFiguresOfAnyHistory(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d.Engine)
		owner := ownerOf(t, a)
		random := rand.New(rand.NewPCG(7, 11))
		shops := makeShops(t, a)
		server := httptest.NewServer(a.Handler())
		t.Cleanup(server.Close)
		for round := range 6 {
			sellAnything(t, a, random, round)
			all := listPurchases(t, a)
			for range 30 {
				to := cal.Date(2026, time.November, 1).Add(-random.IntN(300))
				p := insight.Period{From: to.Add(-random.IntN(260)), To: to}
				shop, channel := []staff.ShopID{{}, shops[0], shops[1]}[random.IntN(3)], []string{"", "store", "online"}[random.IntN(3)]
				path := fmt.Sprintf("/v1/kpis?from=%s&to=%s&channel=%s", p.From, p.To, channel)
				if !shop.IsZero() {
					path += "&shop_id=" + shop.String()
				}
				var board struct{ Now, Previous insight.Figures }
				ask(t, "GET", server.URL+path, nil, owner).json(t, &board)
				within := func(s purchase) bool {
					return (shop.IsZero() || s.shop == shop.Int64()) && (channel == "" || s.channel == channel)
				}
				if diff := cmp.Diff(countByDefinition(all, p, within), countsOf(board.Now)); diff != "" {
					t.Errorf("round %d, %s, now (-want +got):\n%s", round, path, diff)
				}
				if diff := cmp.Diff(countByDefinition(all, p.Before(), within), countsOf(board.Previous)); diff != "" {
					t.Errorf("round %d, %s, previous (-want +got):\n%s", round, path, diff)
				}
			}
			checkScope(t, a, all, shops[:2])
		}
	})
}

// checkScope looks with the eyes of somebody who sees two of the shops.
func checkScope(t *testing.T, a *app.App, all []purchase, shops []staff.ShopID) {
	t.Helper()
	caller := access.Program("test")
	caller.Scope = access.Scope{Shops: []int64{shops[0].Int64(), shops[1].Int64()}}
	err := a.DB.View(access.With(context.Background(), caller), func(ctx context.Context, tx *db.Tx) error {
		to := cal.Date(2026, time.September, 30)
		r, err := a.Insight.ReportKPIs(ctx, tx, to)
		want := countByDefinition(all, insight.Period{From: to.Add(-29), To: to}, func(s purchase) bool {
			return caller.Scope.Has(s.shop)
		})
		if diff := cmp.Diff(want, countsOf(r.Now)); diff != "" {
			t.Errorf("of two shops (-want +got):\n%s", diff)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func makeShops(t *testing.T, a *app.App) (shops []staff.ShopID) {
	t.Helper()
	err := a.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
		shops = nil
		for _, code := range []string{"A", "B", "C"} {
			shop, err := a.Staff.CreateShop(ctx, tx, staff.NewShop{Code: code, Name: "店" + code})
			if err != nil {
				return err
			}
			shops = append(shops, shop.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return shops
}

// sellAnything sells, and in the later rounds also has two customers become one, and apart again.
func sellAnything(t *testing.T, a *app.App, random *rand.Rand, round int) {
	t.Helper()
	var drafts []order.Draft
	for i := range 30 {
		d := order.Draft{
			Source: "till", OrderNo: fmt.Sprint(round, "-", i), ShopCode: []string{"A", "B", "C"}[random.IntN(3)],
			PaidAt:  time.Date(2026, time.November, 1, 4, 0, 0, 0, time.UTC).AddDate(0, 0, -random.IntN(400)),
			Channel: []string{"store", "online"}[random.IntN(2)],
			Lines:   []order.DraftLine{{SKU: "S", Quantity: 1, UnitPriceFen: int64(random.IntN(5))}},
		}
		if who := random.IntN(13); who < 12 {
			d.Identities = []customer.Identity{{Kind: customer.Phone, Value: fmt.Sprintf("138000000%02d", who)}}
		}
		drafts = append(drafts, d)
	}
	err := a.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
		recorded, err := a.Orders.RecordMany(ctx, tx, drafts, true)
		for _, r := range recorded {
			if err == nil {
				err = r.Err
			}
		}
		return err
	})
	if err == nil && round%2 == 1 {
		err = a.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
			live, err := a.Customers.ListLive(ctx, tx, customer.ID{}, 100)
			if err == nil {
				_, err = a.Customers.Merge(ctx, tx, live[round].ID, live[round+1].ID, "one person")
			}
			return err
		})
	}
	if err == nil && round == 4 {
		err = a.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
			var merge customer.MergeID
			if err := tx.QueryRow(ctx, "select max(id) from merges where state = 'active'").Scan(&merge); err != nil {
				return err
			}
			return a.Customers.Unmerge(ctx, tx, merge, "two after all")
		})
	}
	if err == nil {
		err = a.CatchUp(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func listPurchases(t *testing.T, a *app.App) (all []purchase) {
	t.Helper()
	err := a.DB.View(as(), func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = db.All(ctx, tx, func(scan db.Scan) (p purchase, err error) {
			return p, scan(&p.customer, &p.shop, &p.on, &p.channel, &p.paidFen)
		}, "select customer_id, shop_id, on_day, channel, paid_fen from orders where customer_id is not null and paid_fen > 0")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
