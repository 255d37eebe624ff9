package order_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

const clients = 16

// BenchmarkPostOrder posts orders of 3 lines from 16 clients over HTTP, with all effects, and compares
// with a bare handler that commits one order and its lines on the same driver.
func BenchmarkPostOrder(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			h, ours, bare := servers(b, engine)

			// The two take turns, so that both meet the same machine.
			var took, bareTook time.Duration
			var each, bareEach []time.Duration
			const turn = 400
			post(b, bare, turn, "warm")
			post(b, ours, turn, "warm")
			turns := max(1, b.N/turn)
			b.ResetTimer()
			for i := range turns {
				t, some := post(b, ours, turn, fmt.Sprint("turn", i))
				took, each = took+t, append(each, some...)
				t, some = post(b, bare, turn, fmt.Sprint("turn", i))
				bareTook, bareEach = bareTook+t, append(bareEach, some...)
			}
			b.StopTimer()
			b.ReportMetric(float64(turns*turn)/took.Seconds(), "orders/s")
			b.ReportMetric(float64(turns*turn)/bareTook.Seconds(), "bare/s")
			b.ReportMetric(bareTook.Seconds()/took.Seconds(), "of_bare")
			b.ReportMetric(p99(each), "p99_ms")
			b.ReportMetric(p99(bareEach), "bare_p99_ms")
			h.followed(b, ours, bare, turns, turn)
		})
	}
}

// servers starts the order route with all effects, and the bare handler, and returns their addresses.
func servers(b *testing.B, engine db.Engine) (h *house, ours, bare string) {
	b.Helper()
	h = setup(b, dbtest.Open(b, engine))
	h.withSegments()
	h.stockUp()
	w := web.New(web.Config{
		DB: h.db, Log: slog.New(slog.DiscardHandler), Limits: web.Limits{KeyPerMinute: -1, SessionPerMinute: -1, AnonymousPerMinute: -1},
		Authenticate: func(*http.Request) (access.Caller, error) { return access.From(program()), nil },
	})
	h.Routes(w)
	floor := newBare(b, engine)
	if engine == db.Postgres {
		floor.pool.SetMaxOpenConns(clients)
		floor.pool.SetMaxIdleConns(clients)
	}
	oursServer, bareServer := httptest.NewServer(w.Handler()), httptest.NewServer(floor)
	b.Cleanup(oursServer.Close)
	b.Cleanup(bareServer.Close)
	return h, oursServer.URL, bareServer.URL
}

// BenchmarkPostBatch posts orders of 3 lines in batches of 100 from 2 clients, and one by one from 16, in turn. More
// clients at once would bring orders of the same customers, which wait for each other on PostgreSQL.
func BenchmarkPostBatch(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			_, ours, _ := servers(b, engine)
			var batches, singles time.Duration
			const many, few = 64, 400 // Batches and single orders of a turn.
			post(b, ours, few, "warm")
			turns := max(1, b.N/(100*many))
			b.ResetTimer()
			for i := range turns {
				took, _ := send(b, ours+"/v1/orders/batch", 2, many, func(random *rand.Rand, n int) string { return batch(random, fmt.Sprint("batch", i), n) })
				batches += took
				took, _ = post(b, ours, few, fmt.Sprint("single", i))
				singles += took
			}
			b.StopTimer()
			rate, single := float64(turns*many*100)/batches.Seconds(), float64(turns*few)/singles.Seconds()
			b.ReportMetric(rate, "orders/s")
			b.ReportMetric(single, "single/s")
			b.ReportMetric(rate/single, "x_single")
		})
	}
}

// batch is the nth batch of 100 orders as JSON.
func batch(random *rand.Rand, source string, n int) string {
	items := make([]string, 100)
	for i := range items {
		items[i] = order3(random, source, n*100+i)
	}
	return `{"orders":[` + strings.Join(items, ",") + "]}"
}

// stockUp makes the goods and customers known of a shop that has been open for a while.
func (h *house) stockUp() {
	random := rand.New(rand.NewPCG(5, 6))
	for i := range 20 {
		drafts := make([]order.Draft, 500)
		for j := range drafts {
			var in struct {
				OrderNo string `json:"order_no"`
			}
			_ = json.Unmarshal([]byte(order3(random, "past", i*500+j)), &in)
			drafts[j] = order.Draft{Source: "past", OrderNo: in.OrderNo, ShopCode: "S1", PaidAt: h.db.Now().Add(-time.Duration(i) * time.Hour), Identities: phone(random.IntN(5000)), CustomerName: "张三"}
			for range 3 {
				drafts[j].Lines = append(drafts[j].Lines, order.DraftLine{SKU: fmt.Sprint("SKU-", random.IntN(2000)), Name: "连衣裙", Quantity: 1, UnitPriceFen: 39900})
			}
		}
		h.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := h.RecordMany(ctx, tx, drafts, true)
			return err
		})
	}
}

// order3 is an order of 3 lines as JSON; nine in ten are by a customer who is known.
func order3(random *rand.Rand, source string, n int) string {
	who := random.IntN(5000)
	if random.IntN(10) == 0 {
		who = 10_000 + n
	}
	var lines []string
	for range 3 {
		lines = append(lines, fmt.Sprintf(`{"sku":"SKU-%d","name":"连衣裙","quantity":1,"unit_price_fen":39900,"discount_fen":1000,"paid_fen":38900}`, random.IntN(2000)))
	}
	return fmt.Sprintf(`{"source":%q,"order_no":"%d","shop_code":"S1","identities":[{"kind":"phone","value":"%d"}],"customer_name":"张三","lines":[%s],"paid_fen":116700}`,
		source, n, 13800000000+who, strings.Join(lines, ","))
}

// p99 returns the 99th percentile in ms.
func p99(latencies []time.Duration) float64 {
	slices.Sort(latencies)
	return float64(latencies[len(latencies)*99/100].Microseconds()) / 1000
}

// post sends n orders one by one, and returns how long it took, in all and each.
func post(b *testing.B, url string, n int, source string) (took time.Duration, each []time.Duration) {
	b.Helper()
	return send(b, url+"/v1/orders", clients, n, func(random *rand.Rand, i int) string { return order3(random, source, i) })
}

// send posts n bodies from some clients.
func send(b *testing.B, url string, clients, n int, body func(random *rand.Rand, i int) string) (took time.Duration, each []time.Duration) {
	b.Helper()
	var next atomic.Int64
	latencies := make([]time.Duration, n)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	defer client.CloseIdleConnections()
	var wg sync.WaitGroup
	start := time.Now()
	for c := range clients {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(uint64(c), 7))
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				text := body(random, i)
				sent := time.Now()
				r, err := client.Post(url, "application/json", strings.NewReader(text))
				if err != nil {
					b.Error(err)
					return
				}
				answer, _ := io.ReadAll(r.Body)
				_ = r.Body.Close()
				latencies[i] = time.Since(sent)
				if r.StatusCode != http.StatusOK {
					b.Errorf("status %d: %s", r.StatusCode, answer)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start), latencies
}

// ServeHTTP is the bare handler: it decodes an order and commits it with its lines.
func (f *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Source     string `json:"source"`
		OrderNo    string `json:"order_no"`
		PaidFen    int64  `json:"paid_fen"`
		Identities []struct{ Value string }
		Lines      []struct {
			SKU          string `json:"sku"`
			Name         string `json:"name"`
			Quantity     int64  `json:"quantity"`
			UnitPriceFen int64  `json:"unit_price_fen"`
			DiscountFen  int64  `json:"discount_fen"`
			PaidFen      int64  `json:"paid_fen"`
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	id := f.next.Add(1)
	now := time.Now()
	tx, err := f.pool.BeginTx(r.Context(), nil)
	if err == nil {
		defer tx.Rollback() //nolint:errcheck // After a commit this does nothing.
		_, err = tx.Exec("insert into bare_orders (id, source, order_no, customer, shop_id, channel, paid_at, on_day, paid_fen, units) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
			id, in.Source, in.OrderNo, in.Identities[0].Value, 1, "store", now.UnixMilli(), now.Unix()/86400, in.PaidFen, 3)
	}
	if err == nil {
		var args []any
		for i, l := range in.Lines {
			args = append(args, id*100+int64(i), id, l.SKU, l.Name, l.Quantity, l.UnitPriceFen, l.DiscountFen, l.PaidFen)
		}
		_, err = tx.Exec("insert into bare_lines (id, order_id, sku, name, quantity, unit_price_fen, discount_fen, paid_fen) values "+f.values(len(in.Lines), 8), args...)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"id": id})
}
