package app_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/app"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/demo"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/staff"
)

// BenchmarkLarge fills a shop with 100,000 customers and a million orders, then measures how fast followers are,
// what rules and pages ask for, how soon the program is ready on it, and what it needs when nothing happens. Filling
// takes minutes.
func BenchmarkLarge(b *testing.B) {
	if os.Getenv("SHUKE_BENCH") == "" {
		b.Skip("SHUKE_BENCH is not set: filling a shop takes minutes; use make bench")
	}
	for _, engine := range dbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) { benchLarge(b, engine) })
	}
}

func benchLarge(b *testing.B, engine db.Engine) {
	target, keys := dbtest.Target(b, engine), filepath.Join(b.TempDir(), "keys")
	a, owner := fillLarge(b, target, keys)
	b.Run("followers", func(b *testing.B) { benchFollowers(b, a) })
	// What sales set off a while later is done before, so that the pages are full and the program idle.
	if err := errors.Join(a.Jobs.Drain(context.Background()), a.Log.CatchUp(context.Background())); err != nil {
		b.Fatal(err)
	}
	b.Run("rules", func(b *testing.B) { benchRules(b, a) })
	server := httptest.NewServer(a.Handler())
	b.Run("dashboard_after_sale", func(b *testing.B) { benchAfterSale(b, a, server.URL+"/v1/kpis", owner) })
	for _, page := range []struct{ name, path string }{
		{"dashboard", "/v1/kpis"}, {"rfm_map", "/v1/rfm"}, {"cohorts", "/v1/cohorts"}, {"todo", "/v1/todo"},
		{"customer_list", "/v1/customers?limit=50"},
	} {
		b.Run(page.name, func(b *testing.B) { benchPage(b, server.URL+page.path, owner) })
	}
	server.Close()
	if err := a.Close(); err != nil {
		b.Fatal(err)
	}
	if engine == db.SQLite {
		b.Run("start", func(b *testing.B) { benchStart(b, target, keys) })
	}
}

func fillLarge(b *testing.B, target, keys string) (*app.App, func(*http.Request)) {
	b.Helper()
	a, err := app.Open(context.Background(), app.Options{Target: target, KeyFile: keys, Demo: true, Import: true, Limits: unlimited})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = a.Close() }) // For a benchmark that fails; else it is closed already.
	start := time.Now()
	err = demo.Fill(context.Background(), demo.Services{
		DB: a.DB, Staff: a.Staff, Consents: a.Consents, Customers: a.Customers, Catalog: a.Catalog, Orders: a.Orders,
	}, demo.Busy(100_000, a.DB.Now(), a.Staff.Zone()), func(int, int) {})
	if err != nil {
		b.Fatal(err)
	}
	var customers, orders int64
	var token string
	err = a.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
		if err := tx.QueryRow(ctx, "select (select count(*) from profiles), (select count(*) from orders)").Scan(&customers, &orders); err != nil {
			return err
		}
		owner, err := a.Staff.DemoPerson(ctx, tx, staff.Owner)
		if err != nil {
			return err
		}
		issued, err := a.Staff.SignInDemo(ctx, tx, owner, staff.Device{})
		token = issued.Token
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d customers, %d orders in %.0f s", customers, orders, time.Since(start).Seconds())
	return a, withCookies([]*http.Cookie{{Name: "shuke", Value: token}})
}

// benchFollowers has the followers catch up with all that was filled in, one batch of each in turn. It
// reports the facts that went past all of them in a second, and the sales among these.
func benchFollowers(b *testing.B, a *app.App) {
	for b.Loop() { // Once: it takes minutes.
		if err := a.Log.CatchUp(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	for name, kinds := range map[string]string{"facts/s": "(1=1)", "sales/s": "kind in ('order.paid', 'order.refunded')"} {
		var facts int64
		err := a.DB.View(as(), func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, "select count(*) from events where "+kinds).Scan(&facts)
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(facts)/b.Elapsed().Seconds(), name)
	}
}

// benchAfterSale asks for a page that counts, each time after another sale, and reports the median.
func benchAfterSale(b *testing.B, a *app.App, url string, sign func(*http.Request)) {
	var took []time.Duration
	for b.Loop() {
		for range 9 {
			if err := errors.Join(sellAgain(a, len(took)), a.Log.CatchUp(context.Background())); err != nil {
				b.Fatal(err)
			}
			start := time.Now()
			if got := ask(b, "GET", url, nil, sign); got.status != http.StatusOK {
				b.Fatalf("%s: %d %s", url, got.status, got.body)
			}
			took = append(took, time.Since(start))
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
}

func sellAgain(a *app.App, n int) error {
	return a.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
		var shop staff.ShopID
		if err := tx.QueryRow(ctx, "select min(id) from shops").Scan(&shop); err != nil {
			return err
		}
		recorded, err := a.Orders.RecordMany(ctx, tx, []order.Draft{{
			Source: "bench", OrderNo: fmt.Sprint(n), ShopID: shop, PaidAt: a.DB.Now(),
			Identities: []customer.Identity{{Kind: customer.Phone, Value: fmt.Sprint(13900000000 + n)}},
			Lines:      []order.DraftLine{{SKU: "bench", Quantity: 1, UnitPriceFen: 39900}},
		}}, false)
		if err == nil {
			err = recorded[0].Err
		}
		return err
	})
}

// benchPage asks once for a page that nobody has asked for, and then again.
func benchPage(b *testing.B, url string, sign func(*http.Request)) {
	start := time.Now()
	got := ask(b, "GET", url, nil, sign)
	first := time.Since(start)
	if got.status != http.StatusOK {
		b.Fatalf("%s: %d %s", url, got.status, got.body)
	}
	for b.Loop() { // It forgets what was reported before.
		ask(b, "GET", url, nil, sign)
	}
	b.ReportMetric(float64(first.Microseconds())/1000, "first-ms")
}

// benchStart starts the program as it is released, and looks at it after it has been idle for a while.
func benchStart(b *testing.B, target, keys string) {
	binary := filepath.Join(b.TempDir(), "shuke")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, "github.com/shuke-crm/shuke/cmd/shuke")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	size, err := os.Stat(binary)
	if err != nil {
		b.Fatal(err)
	}
	data, err := os.Stat(target)
	if err != nil {
		b.Fatal(err)
	}
	var ready time.Duration
	var idle int64
	for b.Loop() {
		ready, idle = startOnce(b, binary, target, keys)
	}
	b.ReportMetric(float64(ready.Milliseconds()), "ready-ms")
	b.ReportMetric(float64(idle)/1024, "idle-MB")
	b.ReportMetric(float64(size.Size())/(1<<20), "binary-MB")
	b.ReportMetric(float64(data.Size())/(1<<30), "database-GB")
}

// startOnce returns how long the program took to listen, and its resident memory in KB when idle.
func startOnce(b *testing.B, binary, target, keys string) (ready time.Duration, idle int64) {
	b.Helper()
	command := exec.Command(binary, "serve", "--listen", "127.0.0.1:0", "--db", target, "--key-file", keys)
	log, err := command.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		_ = command.Process.Kill()
		_ = command.Wait() // It was killed.
	}()
	lines := bufio.NewScanner(log)
	for lines.Scan() && !strings.Contains(lines.Text(), "listening") {
	}
	ready = time.Since(start)
	time.Sleep(5 * time.Second) // Idle is meant.
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", command.Process.Pid))
	if err != nil {
		return ready, 0 // Not Linux.
	}
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &idle); err == nil {
			break
		}
	}
	return ready, idle
}
