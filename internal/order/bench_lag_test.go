package order_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// followed posts turns of orders while the followers run as they do in the program, and bare ones between,
// while they have nothing to do. It reports how long after its commit a fact is behind the slowest follower
// (99 of 100 sooner), and what the followers cost the orders.
func (h *house) followed(b *testing.B, ours, bare string, turns, turn int) {
	b.Helper()
	if err := h.Log.CatchUp(program()); err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(program())
	var running sync.WaitGroup
	running.Go(func() { h.Log.Run(ctx) })
	var took, bareTook time.Duration
	var lags []time.Duration
	for i := range turns {
		done := make(chan struct{})
		var watching sync.WaitGroup
		watching.Go(func() { lags = append(lags, h.watch(b, done)...) })
		t, _ := post(b, ours, turn, fmt.Sprint("followed", i))
		took += t
		close(done)
		watching.Wait() // The followers are at the end of the log.
		t, _ = post(b, bare, turn, fmt.Sprint("followed", i))
		bareTook += t
	}
	stop()
	running.Wait()
	slices.Sort(lags)
	b.ReportMetric(float64(turns*turn)/took.Seconds(), "followed_orders/s")
	b.ReportMetric(bareTook.Seconds()/took.Seconds(), "followed_of_bare")
	b.ReportMetric(float64(lags[len(lags)*99/100].Milliseconds()), "lag-p99-ms")
}

// watch returns how long each fact took from its commit to the slowest follower's cursor, for the facts
// that were committed until done and after the call. It looks every 20 ms.
func (h *house) watch(b *testing.B, done <-chan struct{}) (lags []time.Duration) {
	type mark struct {
		facts int64
		seen  time.Time
	}
	var waiting []mark
	var ended bool
	passed := int64(-1)
	for {
		var facts, cursor int64
		err := h.db.View(program(), func(ctx context.Context, tx *db.Tx) (err error) {
			if facts, err = event.Head(ctx, tx); err != nil {
				return err
			}
			if tx.Engine == db.Postgres { // Those without a place yet get the next ones.
				var placeless int64
				if err := tx.QueryRow(ctx, "select count(*) from events where pos is null").Scan(&placeless); err != nil {
					return err
				}
				facts += placeless
			}
			return tx.QueryRow(ctx, "select min(pos) from followers").Scan(&cursor)
		})
		if err != nil {
			b.Error(err)
			return lags
		}
		now := time.Now()
		if passed < 0 {
			passed = facts
		}
		if n := len(waiting); facts > passed && (n == 0 || facts > waiting[n-1].facts) {
			waiting = append(waiting, mark{facts, now})
		}
		for len(waiting) > 0 && waiting[0].facts <= cursor {
			for range waiting[0].facts - passed {
				lags = append(lags, now.Sub(waiting[0].seen))
			}
			passed, waiting = waiting[0].facts, waiting[1:]
		}
		if ended && len(waiting) == 0 {
			return lags
		}
		select {
		case <-done:
			ended, done = true, nil
		case <-time.After(20 * time.Millisecond):
		}
	}
}
