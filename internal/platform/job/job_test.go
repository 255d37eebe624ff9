package job

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// runner returns a quick runner: it polls often and rests little after a failure.
func runner(d *db.DB) *Runner {
	r := NewRunner(d)
	r.poll = 10 * time.Millisecond
	r.backoff = func(int) time.Duration { return time.Millisecond }
	return r
}

// run runs r until the test ends or stop is called, which returns what Run returned.
func start(t *testing.T, r *Runner) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return stop
}

// until waits for a condition.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

func update(t testing.TB, d *db.DB, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := d.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func enqueue(t testing.TB, r *Runner, n New) (job ID) {
	t.Helper()
	update(t, r.DB, func(ctx context.Context, tx *db.Tx) (err error) {
		job, err = r.Enqueue(ctx, tx, n)
		return err
	})
	return job
}

func list(t testing.TB, r *Runner, states ...State) (jobs []Info) {
	t.Helper()
	err := r.DB.View(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
		jobs, err = r.List(ctx, tx, Filter{States: states}, ID{}, 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}

// each runs the test on every engine with a runner.
func each(t *testing.T, test func(t *testing.T, r *Runner)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, runner(d)) })
}

func TestRun_runs_what_was_enqueued(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		type greeting struct{ Text string }
		got := make(chan string, 1)
		r.Handle("greet", Options{}, func(ctx context.Context, j Job) error {
			var g greeting
			err := j.Args(&g)
			got <- fmt.Sprint(g.Text, " ", j.Kind, " ", j.Attempt, "/", j.MaxAttempts, " ", access.From(ctx).Program, access.From(ctx).Touchpoint)
			return err
		})
		start(t, r)
		enqueue(t, r, New{Kind: "greet", Args: greeting{"你好"}})
		if got, want := <-got, "你好 greet 1/8 truejob"; got != want {
			t.Errorf("the handler saw %q, want %q", got, want)
		}
		until(t, "the row is deleted", func() bool { return len(list(t, r)) == 0 })
		until(t, "it is counted", func() bool { s := r.Stats()["greet"]; return s.Started == 1 && s.Done == 1 && s.Took > 0 })
	})
}

func TestEnqueue_rolled_back_leaves_none(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		boom := errors.New("boom")
		err := r.DB.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := r.Enqueue(ctx, tx, New{Kind: "a"})
			return errors.Join(err, boom)
		})
		if !errors.Is(err, boom) || len(list(t, r)) != 0 {
			t.Errorf("Update = %v, jobs %v; want boom and none", err, list(t, r))
		}
	})
}

func TestEnqueue_unique_key_is_taken_once(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		first := enqueue(t, r, New{Kind: "a", UniqueKey: "k", Args: 1})
		if again := enqueue(t, r, New{Kind: "a", UniqueKey: "k", Args: 2}); again != first {
			t.Errorf("second = %v, want the first, %v", again, first)
		}
		if other := enqueue(t, r, New{Kind: "b", UniqueKey: "k"}); other == first {
			t.Error("another kind with the same key was taken for the first")
		}
		var added int64
		update(t, r.DB, func(ctx context.Context, tx *db.Tx) (err error) {
			added, err = r.EnqueueMany(ctx, tx, []New{{Kind: "a", UniqueKey: "k"}, {Kind: "a", UniqueKey: "n"}, {Kind: "a", UniqueKey: "n"}, {Kind: "a"}, {Kind: "a"}})
			return err
		})
		if added != 3 || len(list(t, r)) != 5 {
			t.Errorf("added %d of 5, have %d; want 3 and 5", added, len(list(t, r)))
		}
		r.Handle("a", Options{}, func(context.Context, Job) error { return nil })
		if err := r.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if again := enqueue(t, r, New{Kind: "a", UniqueKey: "k"}); again == first {
			t.Error("the key was not free after its job was done")
		}
	})
}

func TestEnqueue_for_the_future_waits_for_the_shops_clock(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		var ran atomic.Int64
		r.Handle("a", Options{}, func(context.Context, Job) error { ran.Add(1); return nil })
		enqueue(t, r, New{Kind: "a", RunAt: r.DB.Now().Add(7 * 24 * time.Hour)})
		if err := r.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if waiting := list(t, r, Waiting); ran.Load() != 0 || len(waiting) != 1 {
			t.Fatalf("ran %d, waiting %v; want 0 and one", ran.Load(), waiting)
		}
		r.poll = time.Hour // Only Wake can make it run in time.
		start(t, r)
		if err := r.DB.MoveClock(t.Context(), 8*24*time.Hour); err != nil {
			t.Fatal(err)
		}
		r.Wake()
		until(t, "the job runs after the clock was moved", func() bool { return ran.Load() == 1 })
	})
}

func TestFailure_rests_by_the_machines_clock(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		r.backoff = func(int) time.Duration { return time.Hour }
		var ran atomic.Int64
		r.Handle("a", Options{}, func(context.Context, Job) error { ran.Add(1); return errors.New("refused \x00\xff") })
		job := enqueue(t, r, New{Kind: "a"})
		for range 2 {
			if err := r.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := r.DB.MoveClock(t.Context(), 7*24*time.Hour); err != nil {
				t.Fatal(err)
			}
		}
		got := list(t, r)
		if ran.Load() != 1 || len(got) != 1 || got[0].State != Retrying || got[0].Attempt != 1 || got[0].LastError != "refused �" {
			t.Fatalf("ran %d, jobs %+v; want one run, and resting though a week went by", ran.Load(), got)
		}
		if wait := got[0].RunAt.Sub(r.DB.Now()); wait < 50*time.Minute || wait > time.Hour {
			t.Errorf("runs again in %v of the shop's time, want about an hour", wait)
		}
		update(t, r.DB, func(ctx context.Context, tx *db.Tx) error { return r.Retry(ctx, tx, job) })
		if err := r.Drain(t.Context()); err != nil || ran.Load() != 2 {
			t.Errorf("after Retry: ran %d (%v), want 2", ran.Load(), err)
		}
		// The machine's clock goes back by a day: the job does not rest until then.
		update(t, r.DB, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update jobs set run_at = run_at + 86400000`)
			return err
		})
		if err := r.Drain(t.Context()); err != nil || ran.Load() != 3 {
			t.Errorf("after the clock went back: ran %d (%v), want 3", ran.Load(), err)
		}
	})
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]time.Duration{1: 4 * time.Second, 2: 16 * time.Second, 5: 1024 * time.Second, 6: time.Hour, 1000: time.Hour} {
		if got := backoff(n, 0.5); got != want {
			t.Errorf("backoff(%d) = %v, want %v", n, got, want)
		}
	}
	if low, high := backoff(1, 0), backoff(1, 1); low != 3*time.Second || high != 5*time.Second {
		t.Errorf("jitter from %v to %v, want 3s to 5s", low, high)
	}
}

func TestFailure_ends_as_a_dead_job_that_can_be_retried(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		var ran atomic.Int64
		r.Handle("a", Options{MaxAttempts: 3}, func(_ context.Context, j Job) error {
			switch ran.Add(1) {
			case 1:
				panic("broken")
			case 4:
				return nil
			}
			return fmt.Errorf("attempt %d failed", j.Attempt)
		})
		job := enqueue(t, r, New{Kind: "a", UniqueKey: "k"})
		stop := start(t, r)
		until(t, "the job is dead", func() bool { return len(list(t, r, Dead)) == 1 })
		dead := list(t, r)[0]
		if ran.Load() != 3 || dead.Attempt != 3 || dead.LastError != "attempt 3 failed" {
			t.Errorf("ran %d, %+v; want 3 attempts and the last error", ran.Load(), dead)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if got := r.Stats()["a"]; got.Failed != 3 || got.Dead != 1 {
			t.Errorf("Stats = %+v, want 3 failed, 1 dead", got)
		}
		if revived := enqueue(t, r, New{Kind: "a", UniqueKey: "k"}); revived != job || len(list(t, r, Ready)) != 1 {
			t.Errorf("enqueued %v, jobs %+v; want the dead one, %v, ready", revived, list(t, r), job)
		}
		if err := r.Drain(t.Context()); err != nil || len(list(t, r)) != 0 {
			t.Errorf("after the revival: %v, left %+v", err, list(t, r))
		}
	})
}

func TestPage(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		r.Handle("a", Options{MaxAttempts: 1}, func(context.Context, Job) error { return errors.New("no") })
		dead := enqueue(t, r, New{Kind: "a"})
		if err := r.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		ready, other := enqueue(t, r, New{Kind: "a"}), enqueue(t, r, New{Kind: "b"})
		update(t, r.DB, func(ctx context.Context, tx *db.Tx) error {
			counts, err := r.Counts(ctx, tx)
			if got, want := fmt.Sprint(counts), "[{a 1 0 1 0 0} {b 1 0 0 0 0}]"; got != want {
				t.Errorf("Counts = %s, want %s", got, want)
			}
			page, err2 := r.List(ctx, tx, Filter{}, other, 1)
			if len(page) != 1 || page[0].ID != ready {
				t.Errorf("List before %v = %+v, want %v alone", other, page, ready)
			}
			kind, err3 := r.List(ctx, tx, Filter{Kind: "a", States: []State{Dead, Running}}, ID{}, 10)
			if len(kind) != 1 || kind[0].ID != dead {
				t.Errorf("List of dead = %+v, want %v", kind, dead)
			}
			return errors.Join(err, err2, err3)
		})
		update(t, r.DB, func(ctx context.Context, tx *db.Tx) error {
			if err := r.Discard(ctx, tx, ready); errs.CodeOf(err) != "job.not_dead" {
				t.Errorf("Discard of a ready job: %v, want job.not_dead", err)
			}
			if err := r.Retry(ctx, tx, ID{}); errs.CodeOf(err) != "job.not_found" {
				t.Errorf("Retry of nothing: %v, want job.not_found", err)
			}
			return errors.Join(r.Discard(ctx, tx, dead), r.Cancel(ctx, tx, ready), r.Cancel(ctx, tx, other))
		})
		if left := list(t, r); len(left) != 0 {
			t.Errorf("left: %+v", left)
		}
	})
}

func TestSnooze_does_not_count(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		var attempts []int
		r.Handle("a", Options{MaxAttempts: 1}, func(_ context.Context, j Job) error {
			if attempts = append(attempts, j.Attempt); len(attempts) == 1 {
				return fmt.Errorf("quiet hours: %w", Snooze(time.Hour))
			}
			return nil
		})
		enqueue(t, r, New{Kind: "a"})
		for range 2 {
			if err := r.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := r.DB.MoveClock(t.Context(), time.Hour); err != nil {
				t.Fatal(err)
			}
		}
		if fmt.Sprint(attempts) != "[1 1]" || len(list(t, r)) != 0 {
			t.Errorf("attempts %v, left %+v; want the first attempt twice, and none left", attempts, list(t, r))
		}
	})
}

func TestTimeout_fails_the_attempt(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		r.Handle("a", Options{MaxAttempts: 1, Timeout: time.Millisecond}, func(ctx context.Context, _ Job) error { <-ctx.Done(); return ctx.Err() })
		enqueue(t, r, New{Kind: "a"})
		if err := r.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if dead := list(t, r, Dead); len(dead) != 1 || !strings.Contains(dead[0].LastError, "deadline") {
			t.Errorf("jobs %+v, want one dead by its deadline", list(t, r))
		}
	})
}

func TestPriority_small_numbers_run_first(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		var order []int
		r.Handle("a", Options{}, func(_ context.Context, j Job) error {
			var n int
			err := j.Args(&n)
			order = append(order, n)
			return err
		})
		for n, priority := range []int{2, 0, 1, 0} {
			enqueue(t, r, New{Kind: "a", Args: n, Priority: priority})
		}
		if err := r.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(order), "[1 3 2 0]"; got != want {
			t.Errorf("order %s, want %s", got, want)
		}
	})
}
