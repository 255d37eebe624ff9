package staff_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/staff"
)

// each runs a benchmark on every engine with a shop that is set up.
func each(b *testing.B, run func(b *testing.B, w *world)) {
	for _, engine := range dbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			w := newWorld(b, dbtest.Open(b, engine))
			w.open(b)
			run(b, w)
		})
	}
}

// BenchmarkCallerOfSession measures the first request of a session in five seconds, and the others.
func BenchmarkCallerOfSession(b *testing.B) {
	each(b, func(b *testing.B, w *world) {
		issued, err := w.SignIn(b.Context(), staff.SignIn{Login: ownerLogin, Password: ownerPassword, Device: staff.Device{IP: address(1)}})
		if err != nil {
			b.Fatal(err)
		}
		b.Run("found", func(b *testing.B) {
			for b.Loop() {
				fresh := &staff.Service{DB: w.d, Log: w.Log, Keys: w.Keys}
				if _, err := fresh.CallerOfSession(b.Context(), issued.Token); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("remembered", func(b *testing.B) {
			for b.Loop() {
				if _, err := w.CallerOfSession(b.Context(), issued.Token); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

// BenchmarkAudit measures what an audit entry adds to a transaction.
func BenchmarkAudit(b *testing.B) {
	each(b, func(b *testing.B, w *world) {
		ctx := access.With(b.Context(), access.Caller{StaffID: 7, Name: "Mei", Role: "clerk"})
		err := w.d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			for b.Loop() {
				err := w.Audit(ctx, tx, staff.AuditEntry{Action: "customer.revealed", Subject: "cus_1", Reason: "she called", Before: object{"tier": "gold"}, After: object{"tier": "silver"}})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkSignIn_fifty_at_once measures a morning: fifty people of one shop sign in at the same moment.
func BenchmarkSignIn_fifty_at_once(b *testing.B) {
	each(b, func(b *testing.B, w *world) {
		for n := range 50 {
			w.hire(b, fmt.Sprintf("clerk%d", n), staff.Clerk)
		}
		var took []time.Duration
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for b.Loop() {
			var wg sync.WaitGroup
			var mu sync.Mutex
			for n := range 50 {
				wg.Go(func() {
					start := time.Now()
					_, err := w.SignIn(context.Background(), staff.SignIn{Login: fmt.Sprintf("clerk%d", n), Password: staffPassword, Device: staff.Device{IP: address(1)}})
					if err != nil {
						b.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					took = append(took, time.Since(start))
				})
			}
			wg.Wait()
		}
		runtime.ReadMemStats(&after)
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)*95/100].Milliseconds()), "p95-ms")
		b.ReportMetric((float64(after.HeapSys)-float64(before.HeapSys))/1e6, "MB-grown")
	})
}
