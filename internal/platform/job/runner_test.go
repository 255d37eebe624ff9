package job

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// The runners are as three processes where that can be, on PostgreSQL; some attempts fail.
func TestRun_several_workers_run_each_job_once(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			target := dbtest.Target(t, engine)
			d := dbtest.OpenTarget(t, target)
			open := func() *db.DB { return d }
			if engine == db.Postgres {
				open = func() *db.DB { return dbtest.OpenTarget(t, target) }
			}
			severalWorkers(t, d, open)
		})
	}
}

func severalWorkers(t *testing.T, d *db.DB, open func() *db.DB) {
	const jobs = 3000
	var succeeded [jobs]atomic.Int64
	var failed sync.Map
	runners := make([]*Runner, 3)
	for i := range runners {
		runners[i] = runner(open())
		runners[i].Handle("a", Options{Limit: 50}, func(_ context.Context, j Job) error {
			var n int
			if err := j.Args(&n); err != nil {
				return err
			}
			if _, again := failed.LoadOrStore(n, true); n%100 == 0 && !again {
				return errors.New("the first attempt fails")
			}
			succeeded[n].Add(1)
			return nil
		})
	}
	update(t, d, func(ctx context.Context, tx *db.Tx) error {
		many := make([]New, jobs)
		for n := range many {
			many[n] = New{Kind: "a", Args: n}
		}
		_, err := runners[0].EnqueueMany(ctx, tx, many)
		return err
	})
	for i, r := range runners {
		stop := start(t, r)
		if i == 2 { // One leaves midway.
			until(t, "the third has done some", func() bool { return r.Stats()["a"].Done > 10 || len(list(t, r)) == 0 })
			if err := stop(); err != nil {
				t.Error(err)
			}
		}
	}
	until(t, "all are done", func() bool { return len(list(t, runners[0])) == 0 })
	for n := range succeeded {
		if got := succeeded[n].Load(); got != 1 {
			t.Fatalf("job %d was done %d times, want once", n, got)
		}
	}
	for i, r := range runners {
		t.Logf("runner %d: %+v", i, r.Stats()["a"])
	}
}

func TestLimit_counts_over_all_workers(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		const limit = 3
		var flying, most, done atomic.Int64
		workers := []*Runner{r, runner(r.DB)}
		for _, w := range workers {
			w.Handle("a", Options{Limit: limit}, func(context.Context, Job) error {
				if now := flying.Add(1); now > most.Load() {
					most.Store(now)
				}
				time.Sleep(2 * time.Millisecond)
				flying.Add(-1)
				done.Add(1)
				return nil
			})
		}
		for range 40 {
			enqueue(t, r, New{Kind: "a"})
		}
		for _, w := range workers {
			start(t, w)
		}
		until(t, "all are done", func() bool { return done.Load() == 40 })
		if most.Load() > limit {
			t.Errorf("%d ran at once, want at most %d", most.Load(), limit)
		}
	})
}

// blocked is a handler that tells when it starts and goes on until it is let go or told to stop.
type blocked struct {
	started chan Job
	release chan struct{}
	ended   chan error
}

func newBlocked() *blocked {
	return &blocked{make(chan Job, 10), make(chan struct{}), make(chan error, 10)}
}

func (b *blocked) handle(ctx context.Context, j Job) error {
	b.started <- j
	select {
	case <-ctx.Done():
		b.ended <- context.Cause(ctx)
		return ctx.Err()
	case <-b.release:
		b.ended <- nil
		return nil
	}
}

func TestStop_waits_for_running_jobs(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		b := newBlocked()
		r.Handle("a", Options{}, b.handle)
		enqueue(t, r, New{Kind: "a"})
		enqueue(t, r, New{Kind: "a"})
		stop := start(t, r)
		<-b.started
		stopped := make(chan error)
		go func() { stopped <- stop() }()
		select {
		case err := <-stopped:
			t.Fatalf("Run returned (%v) while a job ran", err)
		case <-time.After(30 * time.Millisecond):
		}
		close(b.release)
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		if left := list(t, r); len(left) != 1 || left[0].State != Ready {
			t.Errorf("left %+v; want the second job, ready: nothing starts once a stop was asked for", left)
		}
	})
}

func TestStop_releases_what_outlasts_the_grace(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		r.Grace = time.Millisecond
		b := newBlocked()
		r.Handle("a", Options{}, b.handle)
		enqueue(t, r, New{Kind: "a"})
		stop := start(t, r)
		<-b.started
		if err := stop(); err != nil {
			t.Error(err)
		}
		if cause := <-b.ended; !errors.Is(cause, errStopping) {
			t.Errorf("the handler stopped because of %v, want %v", cause, errStopping)
		}
		if left := list(t, r); len(left) != 1 || left[0].State != Ready || left[0].Attempt != 0 {
			t.Errorf("left %+v; want it ready, the attempt not counted", left)
		}
	})
}

func TestCancel_ends_a_running_job(t *testing.T) {
	for _, where := range []string{"same worker", "another worker"} {
		t.Run(where, func(t *testing.T) {
			each(t, func(t *testing.T, r *Runner) {
				b := newBlocked()
				r.Handle("a", Options{}, func(ctx context.Context, j Job) error {
					err := b.handle(ctx, j)
					if perr := j.Progress(ctx, 1); !errors.Is(perr, ErrCancelled) {
						t.Errorf("Progress = %v, want ErrCancelled", perr)
					}
					return err
				})
				job := enqueue(t, r, New{Kind: "a"})
				start(t, r)
				<-b.started
				if where == "another worker" {
					r = runner(r.DB)
				}
				update(t, r.DB, func(ctx context.Context, tx *db.Tx) error {
					if err := r.Retry(ctx, tx, job); errs.CodeOf(err) != "job.running" {
						t.Errorf("Retry of a running job: %v, want job.running", err)
					}
					return r.Cancel(ctx, tx, job)
				})
				if cause := <-b.ended; !errors.Is(cause, ErrCancelled) {
					t.Errorf("the handler stopped because of %v, want ErrCancelled", cause)
				}
				until(t, "the job is gone", func() bool { return len(list(t, r)) == 0 })
			})
		})
	}
}

func TestProgress_is_shown(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		b := newBlocked()
		r.Handle("import", Options{}, func(ctx context.Context, j Job) error {
			for rows := range 1000 {
				if err := j.Progress(ctx, map[string]int{"rows": rows}); err != nil {
					return err
				}
			}
			return b.handle(ctx, j)
		})
		enqueue(t, r, New{Kind: "import"})
		start(t, r)
		<-b.started
		until(t, "the last progress is stored", func() bool {
			jobs := list(t, r, Running)
			var rows struct{ Rows int }
			return len(jobs) == 1 && Job{args: jobs[0].Progress}.Args(&rows) == nil && rows.Rows == 999
		})
		close(b.release)
	})
}

// kill claims what is ready for a worker of another process that then is no more.
func kill(t *testing.T, d *db.DB, kind Kind) {
	t.Helper()
	dead := runner(d)
	dead.worker = "other/1"
	dead.Handle(kind, Options{Limit: 10}, func(ctx context.Context, _ Job) error { <-ctx.Done(); return ctx.Err() })
	if _, err := dead.round(context.Background(), true); err != nil {
		t.Fatal(err)
	}
}

func TestRescue_jobs_of_a_killed_process_run_once_more(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		enqueue(t, r, New{Kind: "a"})
		kill(t, r.DB, "a")
		if running := list(t, r, Running); len(running) != 1 {
			t.Fatalf("running %+v, want one", running)
		}
		var ran atomic.Int64
		for range 2 {
			w := runner(r.DB)
			w.lease = 400 * time.Millisecond
			w.Handle("a", Options{Limit: 10}, func(_ context.Context, j Job) error {
				if j.Attempt != 2 {
					t.Errorf("attempt %d, want 2: the killed one counts", j.Attempt)
				}
				ran.Add(1)
				return nil
			})
			start(t, w)
		}
		until(t, "the job is done", func() bool { return len(list(t, r)) == 0 })
		if ran.Load() != 1 {
			t.Errorf("ran %d times, want once", ran.Load())
		}
	})
}

func TestRescue_a_job_that_kills_the_process_runs_out_of_attempts(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		r.Handle("a", Options{MaxAttempts: 2}, func(context.Context, Job) error { return nil })
		r.lease = 200 * time.Millisecond
		enqueue(t, r, New{Kind: "a"})
		delete(r.handlers, "a") // This runner only watches.
		for kills := 1; kills <= 2; kills++ {
			kill(t, r.DB, "a")
			r.keeper = keeper{}
			until(t, "the job is taken over", func() bool {
				// A round may take longer than half of so short a lease; the next one tries again.
				if _, err := r.round(t.Context(), true); err != nil && !errors.Is(err, context.DeadlineExceeded) {
					t.Fatal(err)
				}
				return len(list(t, r, Running)) == 0
			})
		}
		dead := list(t, r)
		if len(dead) != 1 || dead[0].State != Dead || dead[0].LastError == "" {
			t.Errorf("jobs %+v, want one dead with its reason", dead)
		}
	})
}

func TestRescue_leaves_running_jobs_alone_when_the_clock_moves(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		b := newBlocked()
		workers := []*Runner{r, runner(r.DB)}
		for _, w := range workers {
			w.lease = 2 * time.Second
			w.Handle("a", Options{Limit: 10}, b.handle)
			start(t, w)
		}
		enqueue(t, r, New{Kind: "a"})
		<-b.started
		for range 3 {
			if err := r.DB.MoveClock(t.Context(), 7*24*time.Hour); err != nil {
				t.Fatal(err)
			}
			for _, w := range workers {
				w.Wake()
			}
		}
		watched := func() bool { return len(b.started) > 0 || len(b.ended) > 0 }
		deadline := time.Now().Add(3 * time.Second) // Longer than the lease: the beat keeps it.
		until(t, "the lease would be over", func() bool { return watched() || time.Now().After(deadline) })
		if watched() {
			t.Error("the job was taken from its worker")
		}
		close(b.release)
		until(t, "the job is done", func() bool { return len(list(t, r)) == 0 })
	})
}

func TestRound_gives_up_jobs_that_others_took(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		b := newBlocked()
		r.lease = 200 * time.Millisecond
		r.Handle("a", Options{}, b.handle)
		job := enqueue(t, r, New{Kind: "a"})
		start(t, r)
		<-b.started
		update(t, r.DB, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update jobs set worker = 'other/1' where id = $1`, job)
			return err
		})
		if cause := <-b.ended; !errors.Is(cause, errLost) {
			t.Errorf("the handler stopped because of %v, want %v", cause, errLost)
		}
	})
}

func TestRound_gives_back_what_it_holds_without_knowing(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		enqueue(t, r, New{Kind: "a"})
		update(t, r.DB, func(ctx context.Context, tx *db.Tx) error { // A claim whose commit seemed to fail.
			_, err := tx.Exec(ctx, `update jobs set state = 1, attempt = 1, worker = $1`, r.worker)
			return err
		})
		r.lease = 200 * time.Millisecond
		r.Handle("a", Options{}, func(context.Context, Job) error { return nil })
		start(t, r)
		until(t, "the job is done", func() bool { return len(list(t, r)) == 0 })
	})
}

func TestRound_outlives_a_database_that_is_away(t *testing.T) {
	each(t, func(t *testing.T, r *Runner) {
		rename := func(from, to string) {
			update(t, r.DB, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, "alter table "+from+" rename to "+to)
				return err
			})
		}
		ended := make(chan struct{})
		r.Handle("a", Options{}, func(context.Context, Job) error { close(ended); return nil })
		enqueue(t, r, New{Kind: "a"})
		r.turn(t.Context(), true)
		<-ended
		until(t, "the end has come to the runner", func() bool { return len(r.wake) > 0 })
		rename("jobs", "away")
		if busy, rest := r.turn(t.Context(), true); !busy || rest != r.poll {
			t.Errorf("after a failure: busy %t, rest %v; want to try again after %v", busy, rest, r.poll)
		}
		rename("away", "jobs")
		if err := r.Drain(t.Context()); err != nil || len(list(t, r)) != 0 {
			t.Errorf("Drain = %v, left %+v; want the end stored, and the job not run again", err, list(t, r))
		}
	})
}

// The server throws everybody out while jobs run, as in a restart or a fail-over.
func TestRun_goes_on_after_the_connections_are_lost(t *testing.T) {
	t.Parallel()
	if len(dbtest.Engines()) < 2 {
		t.Skip("SHUKE_TEST_POSTGRES is not set: this is about the connections to PostgreSQL; make test starts one")
	}
	target := dbtest.Target(t, db.Postgres)
	d, err := db.Open(t.Context(), db.Options{Target: target})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() }) // The connection that holds its node number is lost: it says so.
	const jobs = 400
	var done [jobs]atomic.Int64
	r := runner(d)
	r.Handle("a", Options{Limit: 20, MaxAttempts: 100}, func(ctx context.Context, j Job) error {
		var n int
		err := d.View(ctx, func(ctx context.Context, tx *db.Tx) error { return tx.QueryRow(ctx, `select 1`).Scan(new(int)) })
		if err = errors.Join(err, j.Args(&n)); err == nil {
			done[n].Add(1)
		}
		return err
	})
	update(t, d, func(ctx context.Context, tx *db.Tx) error {
		many := make([]New, jobs)
		for n := range many {
			many[n] = New{Kind: "a", Args: n}
		}
		_, err := r.EnqueueMany(ctx, tx, many)
		return err
	})
	start(t, r)
	other := dbtest.OpenTarget(t, target)
	count := func() (n int64) {
		for i := range done {
			n += min(done[i].Load(), 1)
		}
		return n
	}
	for _, after := range []int64{1, 100, 200} {
		until(t, "some are done", func() bool { return count() >= after })
		update(t, other, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `select pg_terminate_backend(pid) from pg_stat_activity
				where datname = current_database() and pid not in (select pid from pg_locks where locktype = 'advisory') and pid <> pg_backend_pid()`)
			return err
		})
	}
	until(t, "all are done", func() bool { return len(list(t, runner(other))) == 0 })
	if got := count(); got != jobs {
		t.Errorf("%d jobs were done, want %d", got, jobs)
	}
}

func BenchmarkEnqueue(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		for _, size := range []int{1, 1000} {
			b.Run(fmt.Sprintf("%s/%d_per_tx", engine, size), func(b *testing.B) {
				r := NewRunner(dbtest.Open(b, engine))
				many := make([]New, size)
				for i := range many {
					many[i] = New{Kind: "a", Args: map[string]int{"n": i}}
				}
				b.ResetTimer()
				for n := 0; n < b.N; n += size {
					update(b, r.DB, func(ctx context.Context, tx *db.Tx) error {
						_, err := r.EnqueueMany(ctx, tx, many)
						return err
					})
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
			})
		}
	}
}

func BenchmarkWork(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			r := NewRunner(dbtest.Open(b, engine))
			r.Handle("a", Options{Limit: 1000}, func(context.Context, Job) error { return nil })
			many := make([]New, b.N)
			for i := range many {
				many[i] = New{Kind: "a", Args: map[string]int{"n": i}}
			}
			update(b, r.DB, func(ctx context.Context, tx *db.Tx) error {
				_, err := r.EnqueueMany(ctx, tx, many)
				return err
			})
			b.ResetTimer()
			if err := r.Drain(context.Background()); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
		})
	}
}
