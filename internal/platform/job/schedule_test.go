package job

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

func TestEvery_runs_once_per_period_with_two_workers(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		var ran atomic.Int64
		workers := []*Runner{r, runner(r.DB)}
		for _, w := range workers {
			w.Every("hourly", time.Hour, "a")
			w.Handle("a", Options{Limit: 5}, func(context.Context, Job) error { ran.Add(1); return nil })
			start(t, w)
		}
		seen := func() (n int64) {
			for _, w := range workers {
				n += w.Stats()["a"].Done
			}
			return n
		}
		for want := int64(1); want <= 6; want++ { // At once when new, then once per step, however long.
			until(t, "the period's job is done", func() bool { return seen() == want && len(list(t, r)) == 0 })
			if ran.Load() != want {
				t.Fatalf("ran %d times, want %d", ran.Load(), want)
			}
			if err := r.DB.MoveClock(t.Context(), time.Duration(want)*time.Hour+time.Minute); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestEvery_comes_round_again_when_the_clock_goes_back(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		update(t, r.DB, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `insert into job_schedules (name, next_at) values ('hourly', $1)`, db.Millis(tx.Now.Add(24*time.Hour)))
			return err
		})
		r.Every("hourly", time.Hour, "a")
		r.Handle("a", Options{}, func(context.Context, Job) error { return nil })
		for want := range int64(2) { // Not at once, but within the hour.
			if err := r.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := r.Stats()["a"].Done; got != want {
				t.Errorf("done %d, want %d", got, want)
			}
			if err := r.DB.MoveClock(t.Context(), time.Hour); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestEvery_runs_once_when_the_clock_moves_meanwhile: a round that began before the clock was moved finds that another
// worker has moved the schedule since.
func TestEvery_runs_once_when_the_clock_moves_meanwhile(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		other := runner(r.DB)
		for _, w := range []*Runner{r, other} {
			w.Every("hourly", time.Hour, "a")
			w.Handle("a", Options{}, func(context.Context, Job) error { return nil })
		}
		drain := func(w *Runner) {
			if err := w.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		drain(other)
		meanwhile := func() {
			if err := r.DB.MoveClock(t.Context(), 2*time.Hour+time.Minute); err != nil {
				t.Fatal(err)
			}
			drain(other)
		}
		if r.DB.Engine == db.SQLite {
			meanwhile() // It has one writer at a time, so that a round begins before or after.
		}
		update(t, r.DB, func(ctx context.Context, tx *db.Tx) error {
			if r.DB.Engine == db.Postgres {
				meanwhile()
			}
			_, err := r.tick(ctx, tx, r.schedules[0])
			return err
		})
		drain(r)
		if got := r.Stats()["a"].Done + other.Stats()["a"].Done; got != 2 {
			t.Errorf("done %d times, want 2", got)
		}
	})
}

func TestDaily_runs_at_the_hour_once_a_day(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		zone, err := time.LoadLocation("Asia/Shanghai")
		if err != nil {
			t.Fatal(err)
		}
		r.Daily("nightly", 3, func() *time.Location { return zone }, "a")
		r.Handle("a", Options{}, func(context.Context, Job) error { return nil })
		first := nextHour(r.DB.Now().In(zone), 3)
		for _, step := range []struct {
			to   time.Time
			want int64
		}{
			{first.Add(-time.Minute), 0}, {first.Add(time.Minute), 1}, {first.Add(23 * time.Hour), 1},
			{first.Add(24*time.Hour + time.Minute), 2}, {first.Add(10*24*time.Hour + time.Minute), 3},
		} {
			if by := step.to.Sub(r.DB.Now()); by > 0 {
				if err := r.DB.MoveClock(t.Context(), by); err != nil {
					t.Fatal(err)
				}
			}
			if err := r.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := r.Stats()["a"].Done; got != step.want {
				t.Errorf("at %v done %d, want %d", step.to, got, step.want)
			}
		}
	})
}

func TestNextHour(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, zone, now, want string }{
		{"later today", "Asia/Shanghai", "2026-11-24T01:00:00+08:00", "2026-11-24T03:00:00+08:00"},
		{"at the hour it is tomorrow", "Asia/Shanghai", "2026-11-24T03:00:00+08:00", "2026-11-25T03:00:00+08:00"},
		{"end of the year", "Asia/Shanghai", "2026-12-31T23:59:59+08:00", "2027-01-01T03:00:00+08:00"},
		{"29 February", "Asia/Shanghai", "2028-02-28T12:00:00+08:00", "2028-02-29T03:00:00+08:00"},
		{"the day of 23 hours", "Europe/Berlin", "2026-03-28T03:00:00+01:00", "2026-03-29T03:00:00+02:00"},
		{"the day of 25 hours", "Europe/Berlin", "2026-10-24T03:00:00+02:00", "2026-10-25T03:00:00+01:00"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		now, _ := time.Parse(time.RFC3339, c.now)
		want, _ := time.Parse(time.RFC3339, c.want)
		if got := nextHour(now.In(zone), 3); !got.Equal(want) {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
	}
}

func TestSettled_when_what_was_due_is_done(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		r.Handle("night", Options{}, func(context.Context, Job) error { return nil })
		r.Daily("night", 3, func() *time.Location { return time.UTC }, "night")
		settled := func(at time.Time, but Kind) (done bool) {
			t.Helper()
			update(t, r.DB, func(ctx context.Context, tx *db.Tx) (err error) {
				done, err = r.Settled(ctx, tx, at, but)
				return err
			})
			return done
		}
		if err := r.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		now, morrow := r.DB.Now(), r.DB.Now().Add(24*time.Hour)
		if !settled(now, "") || settled(morrow, "") {
			t.Errorf("settled now %v and tomorrow %v, want true and false: the night is to come", settled(now, ""), settled(morrow, ""))
		}
		enqueue(t, r, New{Kind: "night"})
		enqueue(t, r, New{Kind: "later", RunAt: morrow})
		if settled(now, "") || !settled(now, "night") {
			t.Error("a job that is ready counts, unless it is of the kind left out")
		}
		if err := r.DB.MoveClock(t.Context(), 24*time.Hour); err != nil {
			t.Fatal(err)
		}
		if err := r.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !settled(morrow, "later") {
			t.Error("the night is over and its work is not done")
		}
	})
}
