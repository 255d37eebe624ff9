package order_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/insight"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/job"
	"github.com/shuke-crm/shuke/internal/segment"
)

// history makes orders in the shape of Online Retail: 20 lines each of 4,000 SKUs, by one of 4,400
// customers over a year; one in eight is anonymous.
func history(random *rand.Rand, from, n int, h *house) []order.Draft {
	drafts := make([]order.Draft, n)
	start := time.Date(2025, 12, 1, 1, 0, 0, 0, time.UTC)
	for i := range drafts {
		k := from + i
		d := order.Draft{
			Source: "bench", OrderNo: fmt.Sprint(536365 + k), ShopID: h.shops[0], PaidAt: start.Add(time.Duration(k) * 10 * time.Minute),
			ImportID: 1, Lines: make([]order.DraftLine, 20),
		}
		if k%8 != 0 {
			d.Identities = []customer.Identity{{Kind: customer.ShopRef, Space: "bench", Value: fmt.Sprint(12346 + random.IntN(4400))}}
		}
		for j := range d.Lines {
			sku := random.IntN(4000)
			quantity, price := int64(1+random.IntN(12)), int64(85+sku%1500)
			d.Lines[j] = order.DraftLine{
				SKU: fmt.Sprint(20000 + sku), Name: fmt.Sprintf("WHITE HANGING HEART T-LIGHT %04d", sku),
				Quantity: quantity, UnitPriceFen: price, PaidFen: quantity * price,
			}
		}
		drafts[i] = d
	}
	return drafts
}

// withSegments adds what applies the facts of orders in the program.
func (h *house) withSegments() {
	s := &segment.Service{DB: h.db, Log: h.Log, Jobs: job.NewRunner(h.db), Staff: h.Staff, Customers: h.Customers, Orders: h.Service}
	s.Register(h.Log)
	(&insight.Service{DB: h.db, Log: h.Log, Staff: h.Staff, Customers: h.Customers}).Register(h.Log)
}

// BenchmarkRecordMany records batches of 1,000 orders of 20 lines with all effects, and compares with a
// bare program that inserts the same rows on the same driver by statements of 50 rows.
func BenchmarkRecordMany(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			d := dbtest.Open(b, engine)
			h := setup(b, d)
			h.withSegments()
			floor := newBare(b, engine)
			random := rand.New(rand.NewPCG(1, 2))
			var ours, bare time.Duration
			lines := 0
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				drafts := history(random, i*1000, 1000, h)
				b.StartTimer()
				start := time.Now()
				h.do(func(ctx context.Context, tx *db.Tx) error {
					_, err := h.RecordMany(ctx, tx, drafts, true)
					return err
				})
				ours += time.Since(start)
				b.StopTimer()
				start = time.Now()
				floor.insert(b, drafts, i)
				bare += time.Since(start)
				lines += 20 * len(drafts)
				b.StartTimer()
			}
			b.ReportMetric(float64(ours.Microseconds())/float64(lines), "us/line")
			b.ReportMetric(float64(bare.Microseconds())/float64(lines), "bare_us/line")
			b.ReportMetric(float64(ours)/float64(bare), "x_bare")
		})
	}
}

// BenchmarkRecord records single orders of 3 lines with all effects, one transaction each, and compares
// with a bare transaction of the same rows.
func BenchmarkRecord(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			d := dbtest.Open(b, engine)
			h := setup(b, d)
			h.withSegments()
			floor := newBare(b, engine)
			random := rand.New(rand.NewPCG(1, 2))
			var ours, bare time.Duration
			n := 0
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				drafts := history(random, i, 1, h)
				drafts[0].Lines, drafts[0].PaidAt, drafts[0].ImportID = drafts[0].Lines[:3], time.Time{}, 0
				b.StartTimer()
				start := time.Now()
				h.mustRecord(drafts[0])
				ours += time.Since(start)
				b.StopTimer()
				start = time.Now()
				floor.insert(b, drafts, i)
				bare += time.Since(start)
				n++
				b.StartTimer()
			}
			b.ReportMetric(float64(bare.Microseconds())/float64(n), "bare_us/order")
			b.ReportMetric(float64(ours)/float64(bare), "x_bare")
		})
	}
}

// bare is a program that only inserts orders and lines.
type bare struct {
	next     atomic.Int64
	pool     *sql.DB
	question bool
}

func newBare(b *testing.B, engine db.Engine) *bare {
	b.Helper()
	f := &bare{question: engine == db.SQLite}
	var err error
	if engine == db.SQLite {
		pragmas := url.Values{"_txlock": {"immediate"}, "_pragma": {
			"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)", "temp_store(MEMORY)", "cache_size(-16384)",
			"mmap_size(1073741824)", "journal_size_limit(67108864)",
		}}
		f.pool, err = sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?"+pragmas.Encode())
	} else {
		f.pool, err = sql.Open("pgx", dbtest.Target(b, engine))
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.pool.Close() })
	f.pool.SetMaxOpenConns(1)
	for _, statement := range []string{
		`create table bare_orders (id bigint primary key, source text not null, order_no text not null, customer text, shop_id bigint not null,
			channel text not null, paid_at bigint not null, on_day bigint not null, paid_fen bigint not null, units bigint not null)`,
		`create unique index bare_number on bare_orders (source, order_no)`,
		`create index bare_customer on bare_orders (customer, on_day)`,
		`create index bare_day on bare_orders (on_day, shop_id)`,
		`create table bare_lines (id bigint primary key, order_id bigint not null, sku text not null, name text not null, quantity bigint not null,
			unit_price_fen bigint not null, discount_fen bigint not null, paid_fen bigint not null)`,
		`create index bare_lines_order on bare_lines (order_id)`,
	} {
		if _, err := f.pool.Exec(statement); err != nil {
			b.Fatal(err)
		}
	}
	return f
}

func (f *bare) insert(b *testing.B, drafts []order.Draft, round int) {
	b.Helper()
	tx, err := f.pool.Begin()
	if err != nil {
		b.Fatal(err)
	}
	var orders, lines [][]any
	for i, d := range drafts {
		id := int64(round*len(drafts) + i + 1)
		var customer any
		if len(d.Identities) > 0 {
			customer = d.Identities[0].Value
		}
		var paid, units int64
		for j, l := range d.Lines {
			lines = append(lines, []any{id*100 + int64(j), id, l.SKU, l.Name, l.Quantity, l.UnitPriceFen, l.DiscountFen, l.PaidFen})
			paid += l.PaidFen
			units += l.Quantity
		}
		orders = append(orders, []any{id, d.Source, d.OrderNo, customer, d.ShopID.Int64(), "store", d.PaidAt.UnixMilli(), d.PaidAt.Unix() / 86400, paid, units})
	}
	f.rows(b, tx, "insert into bare_orders (id, source, order_no, customer, shop_id, channel, paid_at, on_day, paid_fen, units) values ", orders)
	f.rows(b, tx, "insert into bare_lines (id, order_id, sku, name, quantity, unit_price_fen, discount_fen, paid_fen) values ", lines)
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// rows inserts rows, 50 to a statement.
func (f *bare) rows(b *testing.B, tx *sql.Tx, head string, rows [][]any) {
	b.Helper()
	var full *sql.Stmt
	for len(rows) > 0 {
		n := min(50, len(rows))
		var args []any
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		var err error
		switch {
		case n < 50:
			_, err = tx.Exec(head+f.values(n, len(rows[0])), args...)
		default:
			if full == nil {
				if full, err = tx.Prepare(head + f.values(n, len(rows[0]))); err != nil {
					b.Fatal(err)
				}
			}
			_, err = full.Exec(args...)
		}
		if err != nil {
			b.Fatal(err)
		}
		rows = rows[n:]
	}
	if full != nil {
		_ = full.Close()
	}
}

func (f *bare) values(n, width int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(map[bool]string{true: "(", false: ",("}[i == 0])
		for j := range width {
			if j > 0 {
				b.WriteByte(',')
			}
			if f.question {
				b.WriteByte('?')
			} else {
				fmt.Fprintf(&b, "$%d", i*width+j+1)
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}
