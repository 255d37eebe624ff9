package segment

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

// fill makes customers with orders spread over eighteen months, straight into the tables.
func fill(s *shop, customers, orders int) {
	today := s.today()
	rng := uint64(42)
	next := func(n int) int {
		rng = rng*6364136223846793005 + 1442695040888963407
		return int(rng >> 33 % uint64(n))
	}
	const chunk = 5_000
	for from := 0; from < customers; from += chunk {
		s.do(func(ctx context.Context, tx *db.Tx) error {
			var people, days [][]any
			for c := from; c < min(from+chunk, customers); c++ {
				most := 6 * orders / customers
				n := (next(most+1) * next(most+1)) / max(most, 1) // Many buy seldom, few often.
				var p Profile
				on := today.Add(-540 + next(200) + next(200))
				for range n {
					p.buy(order.PurchaseDay{On: on, Orders: 1, Units: 2, PaidFen: int64(1_000 + next(60_000))})
					days = append(days, []any{int64(c + 1), on, int64(1), int64(2), p.PaidFen})
					if on = on.Add(1 + next(max(2, 360*customers/orders))); today.Before(on) {
						break
					}
				}
				people = append(people, []any{int64(c + 1), int64(1 + c%50), today.Add(-600), today.Add(-600), p.FirstOrderOn, p.LastOrderOn, p.OrderCount,
					p.PurchaseDayCount, p.Units, p.PaidFen, tx.Now.UnixMilli()})
			}
			_, err := db.InsertRows(ctx, tx, "profiles", `customer_id, shop_id, created_on, stage_since_on, first_order_on, last_order_on, order_count,
				purchase_day_count, units, paid_fen, updated_at`, people, "")
			if err == nil {
				_, err = db.InsertRows(ctx, tx, "purchase_days", dayColumns, days, "")
			}
			return err
		})
	}
}

// size returns the customers and orders of the large benchmarks: 10,000 and 100,000, or as
// SHUKE_BENCH_ORDERS says, a tenth of it customers.
func size() (customers, orders int) {
	if n, err := strconv.Atoi(os.Getenv("SHUKE_BENCH_ORDERS")); err == nil {
		return n / 10, n
	}
	return 10_000, 100_000
}

func BenchmarkApply(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		for _, facts := range []int{1, 1_000} {
			b.Run(fmt.Sprintf("%s/%d facts", engine, facts), func(b *testing.B) {
				s := setup(b, dbtest.Open(b, engine))
				fill(s, 10_000, 100_000)
				today, k := s.today(), 0
				var took time.Duration
				for b.Loop() {
					records := make([]event.Record, facts)
					for i := range records {
						k += 7919
						records[i] = event.Record{
							Kind: order.PaidKind, CustomerID: int64(1 + k%10_000), HappenedAt: s.DB.Now(),
							Fact: order.Paid{On: today.Add(-k % 3), PaidFen: 12_300, Units: 2},
						}
					}
					s.do(func(ctx context.Context, tx *db.Tx) error {
						began := time.Now()
						err := s.apply(ctx, tx, records)
						took += time.Since(began)
						return err
					})
				}
				b.ReportMetric(float64(took.Microseconds())/float64(b.N*facts), "µs/fact")
			})
		}
	}
}

func BenchmarkFollow(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			s := setup(b, dbtest.Open(b, engine))
			fill(s, 10_000, 100_000)
			if err := s.Refresh(s.ctx); err != nil {
				b.Fatal(err)
			}
			today, k, n := s.today(), 0, 0
			payload := fmt.Appendf(nil, `{"on":%q,"paid_fen":12300,"units":2}`, today)
			for b.Loop() {
				records := make([]event.Record, 500)
				for i := range records {
					k += 7919
					records[i] = event.Record{Pos: int64(k), Kind: order.PaidKind, CustomerID: int64(1 + k%10_000), HappenedAt: s.DB.Now(), Payload: payload,
						Fact: order.Paid{On: today, PaidFen: 12_300, Units: 2}}
				}
				b.StopTimer()
				s.do(func(ctx context.Context, tx *db.Tx) error { return s.apply(ctx, tx, records) })
				b.StartTimer()
				s.do(func(ctx context.Context, tx *db.Tx) error { return s.follow(ctx, tx, records) })
				n += len(records)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "facts/s")
		})
	}
}

// BenchmarkLarge reads the pages of a large shop, and times what runs by day.
func BenchmarkLarge(b *testing.B) {
	customers, orders := size()
	for _, engine := range dbtest.Engines() {
		a := serve(b, dbtest.Open(b, engine))
		fill(a.shop, customers, orders)
		began := time.Now()
		if err := a.Refresh(a.ctx); err != nil {
			b.Fatal(err)
		}
		var bought int64
		a.view(func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, "select cast(sum(order_count) as bigint) from profiles").Scan(&bought)
		})
		b.Logf("%s: %d customers, %d orders, first refresh %v", engine, customers, bought, time.Since(began).Round(time.Millisecond))
		began = time.Now()
		if err := a.Refresh(a.ctx); err != nil {
			b.Fatal(err)
		}
		b.Logf("%s: refresh without changes %v", engine, time.Since(began).Round(time.Millisecond))
		if err := a.DB.MoveClock(a.ctx, 24*time.Hour); err != nil {
			b.Fatal(err)
		}
		began = time.Now()
		if err := a.Refresh(a.ctx); err != nil {
			b.Fatal(err)
		}
		b.Logf("%s: refresh of the next day %v", engine, time.Since(began).Round(time.Millisecond))
		for _, page := range []string{
			"/v1/rfm", "/v1/lifecycle", "/v1/customers?sort=spend", "/v1/customers?sort=last_order&stage=dormant", "/v1/customers?rfm_group=general_winback&sort=spend",
			"/v1/customers?value_group=vip&sort=orders", "/v1/rfm/customers?cell=555", "/v1/rfm/report",
		} {
			b.Run(string(engine)+page, func(b *testing.B) {
				for b.Loop() {
					a.call("owner", http.MethodGet, page, nil, &struct{}{})
				}
			})
		}
	}
}

// BenchmarkWhatIf moves thresholds of a large shop; moving the window counts the purchase days anew.
func BenchmarkWhatIf(b *testing.B) {
	customers, orders := size()
	moved := func(move func(*Thresholds)) Thresholds {
		t := handbook
		move(&t)
		return t
	}
	for _, engine := range dbtest.Engines() {
		a := serve(b, dbtest.Open(b, engine))
		fill(a.shop, customers, orders)
		if err := a.Refresh(a.ctx); err != nil {
			b.Fatal(err)
		}
		for _, move := range []struct {
			name string
			by   Grouping
			t    Thresholds
		}{
			{"vip_fen", ByValueGroup, moved(func(t *Thresholds) { t.VIPFen = 300_000 })},
			{"active_days", ByValueGroup, moved(func(t *Thresholds) { t.ActiveDays = 100 })},
			{"value_fen", ByQuadrant, moved(func(t *Thresholds) { t.ValueFen = 199_000 })},
			{"lost_days", ByStage, moved(func(t *Thresholds) { t.LostDays = 365 })},
			{"window_days", ByValueGroup, moved(func(t *Thresholds) { t.WindowDays = 365 })},
		} {
			b.Run(string(engine)+"/"+move.name, func(b *testing.B) {
				for b.Loop() {
					a.call("owner", http.MethodPost, "/v1/rfm/what_if", map[string]any{"thresholds": move.t, "by": move.by}, &struct{}{})
				}
			})
		}
	}
}
