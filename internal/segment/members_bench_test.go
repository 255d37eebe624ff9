package segment

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

// benchRules are thirty rules of the kinds that shops have.
func benchRules() []Rule {
	var rules []Rule
	for i := range int64(5) {
		rules = append(rules,
			all(atLeast("orders.count", 1+i), atLeast("orders.count", 1, 30*(i+1))),
			all(atLeast("orders.sum", 1_000_00*(i+1), 365), Rule{Not: new(boughtWithin(30 * (i + 1)))}),
			all(oneOf("stage", "active", "new"), atLeast("orders.average", 100_00*(i+1))),
			all(oneOf("value_group", "vip", "active"), atLeast("rfm.m", i+1)),
			all(Rule{Test: &Test{Field: "orders.last_days", Op: LTE, Number: new(NumberOf(30 * (i + 1)))}}, atLeast("orders.days", 2)),
			all(Rule{Test: &Test{Field: "consent.marketing.sms", Op: Yes}}, boughtWithin(90*(i+1))),
		)
	}
	return rules
}

const benchOrder = `insert into orders (id, source, order_no, customer_id, shop_id, channel, paid_at, received_at, on_day, paid_fen, discount_fen, units,
	line_count, exchange_of, history, content_hash) `

// fillOrders gives the customers of fill an order on each purchase day, and every second her consent.
func fillOrders(s *shop) {
	s.do(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, benchOrder+`select row_number() over (order by customer_id, on_day), 'bench', 'B' || customer_id || '-' || on_day, customer_id, 1, 'store',
			cast(on_day as bigint) * 86400000, 0, on_day, paid_fen, 0, units, 1, '', true, 0 from purchase_days`)
		if err == nil {
			_, err = tx.Exec(ctx, `insert into consent_states (customer_id, channel, purpose, given, consent_id, since_at)
				select customer_id, 'sms', 'marketing', true, customer_id, 0 from profiles where customer_id % 2 = 0`)
		}
		return err
	})
}

// BenchmarkMembers measures how soon after the till an order has moved its customer between thirty segments,
// with as many customers as SHUKE_BENCH_MEMBERS says, 10,000 by default.
func BenchmarkMembers(b *testing.B) {
	customers := 10_000
	if n, err := strconv.Atoi(os.Getenv("SHUKE_BENCH_MEMBERS")); err == nil {
		customers = n
	}
	for _, engine := range dbtest.Engines() {
		a := serve(b, dbtest.Open(b, engine))
		fill(a.shop, customers, 10*customers)
		fillOrders(a.shop)
		if err := a.Refresh(a.ctx); err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		members := int64(0)
		for i, r := range benchRules() {
			a.segment(fmt.Sprint("segment ", i), r)
		}
		a.view(func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, "select count(*) from segment_members").Scan(&members)
		})
		b.Logf("%s: %d customers, %d memberships of 30 segments, found in %v", engine, customers, members, time.Since(began).Round(time.Millisecond))
		b.Run(string(engine)+"/order", func(b *testing.B) { benchOrders(b, a.shop, customers) })
		if err := a.DB.MoveClock(a.ctx, 24*time.Hour); err != nil {
			b.Fatal(err)
		}
		began = time.Now()
		if err := a.Refresh(a.ctx); err != nil {
			b.Fatal(err)
		}
		refreshed := time.Since(began)
		began = time.Now()
		if err := a.judgeDays(a.ctx, func(int64, int64) error { return nil }); err != nil {
			b.Fatal(err)
		}
		b.Logf("%s: the next day: refresh %v, segments %v", engine, refreshed.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
		for _, page := range []string{"/v1/segments", "/v1/customers?sort=spend&limit=50"} {
			b.Run(string(engine)+page, func(b *testing.B) {
				for b.Loop() {
					a.call("owner", http.MethodGet, page, nil, &struct{}{})
				}
			})
		}
		b.Run(string(engine)+"/preview", func(b *testing.B) {
			for b.Loop() {
				a.call("owner", http.MethodPost, "/v1/segments/preview", map[string]any{"rule": benchRules()[1]}, &struct{}{})
			}
		})
	}
}

// benchOrders has one sale after another go through Apply and the followers.
func benchOrders(b *testing.B, s *shop, customers int) {
	var took []time.Duration
	k := 0
	for b.Loop() {
		k += 7919
		one := int64(1 + k%customers)
		began := time.Now()
		s.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, benchOrder+"values ($1, 'bench', $2, $3, 1, 'store', $4, 0, $5, 12300, 0, 2, 1, '', false, 0)",
				tx.NewID(), fmt.Sprint("S", k), one, tx.Now.UnixMilli(), s.today())
			if err != nil {
				return err
			}
			return s.Log.Append(ctx, tx, event.Entry{Fact: order.Paid{On: s.today(), PaidFen: 12_300, Units: 2}, CustomerID: one, ShopID: 1})
		})
		if err := s.Log.CatchUp(s.ctx); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
