package app_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/app"
	"github.com/shuke-crm/shuke/internal/demo"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/staff"
)

// largeCustomers make about a million orders.
const largeCustomers = 220_000

// BenchmarkLarge fills a shop with a million orders, then measures what its pages ask for, how soon the
// program is ready on it, and what it needs when nothing happens. Filling takes some ten minutes.
func BenchmarkLarge(b *testing.B) {
	if os.Getenv("SHUKE_BENCH") == "" {
		b.Skip("SHUKE_BENCH is not set: filling a shop takes ten minutes; use make bench")
	}
	folder := b.TempDir()
	target, keys := filepath.Join(folder, "large.db"), filepath.Join(folder, "keys")
	a, owner := fillLarge(b, target, keys)
	server := httptest.NewServer(a.Handler())
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
	b.Run("start", func(b *testing.B) { benchStart(b, target, keys) })
}

func fillLarge(b *testing.B, target, keys string) (*app.App, func(*http.Request)) {
	b.Helper()
	a, err := app.Open(context.Background(), app.Options{Target: target, KeyFile: keys, Demo: true, Import: true, Limits: unlimited})
	if err != nil {
		b.Fatal(err)
	}
	o := demo.Default(a.DB.Now(), a.Staff.Zone())
	o.Customers = largeCustomers
	start := time.Now()
	err = demo.Fill(context.Background(), demo.Services{
		DB: a.DB, Staff: a.Staff, Consents: a.Consents, Customers: a.Customers, Catalog: a.Catalog, Orders: a.Orders,
	}, o, func(int, int) {})
	if err != nil {
		b.Fatal(err)
	}
	filled := time.Since(start)
	if err := a.CatchUp(context.Background()); err != nil {
		b.Fatal(err)
	}
	var orders int64
	var token string
	err = a.DB.Update(as(), func(ctx context.Context, tx *db.Tx) error {
		if err := tx.QueryRow(ctx, "select count(*) from orders").Scan(&orders); err != nil {
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
	b.Logf("%d customers, %d orders in %.0f s, figures after %.0f s", largeCustomers, orders, filled.Seconds(), time.Since(start).Seconds())
	return a, withCookies([]*http.Cookie{{Name: "shuke", Value: token}})
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
