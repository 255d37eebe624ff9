package job

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

const (
	defaultAttempts = 8
	defaultTimeout  = time.Hour
	patience        = 5 * time.Second // patience is how long a handler may take to return when its context has ended.
)

// process names this process among those that share a database.
var process = rand.Text()

// Runner enqueues jobs and runs them. Make one with NewRunner; register handlers and schedules before Run.
type Runner struct {
	DB *db.DB
	// Grace is how long running jobs may go on after the end of Run was asked for; then their contexts end
	// and they have five seconds to return.
	Grace time.Duration

	worker    string
	lease     time.Duration // lease is how long a worker may be silent.
	poll      time.Duration // poll is how often to look for work that nobody woke us for.
	backoff   func(n int) time.Duration
	handlers  map[Kind]*handler
	schedules []*schedule
	wake      chan struct{}
	keeper    keeper

	mu      sync.Mutex
	running map[int64]*run // running holds also what has ended and is not stored yet.
	ended   []*run
	stats   map[Kind]Stats
}

type handler struct {
	Options
	fn func(ctx context.Context, j Job) error
}

// run is one attempt in this process.
type run struct {
	Job
	handler  *handler
	cancel   context.CancelCauseFunc
	took     time.Duration
	err      error
	cause    error                  // cause is why the context of the job ended before it returned, if it did.
	progress atomic.Pointer[string] // progress is what is not stored yet.
	stored   time.Duration          // stored is when progress was last stored.
}

// The reasons why the context of a job ends, besides ErrCancelled and its time.
var (
	errStopping = errors.New("the program is stopping")
	errLost     = errors.New("another worker has taken the job over")
)

// NewRunner returns a runner for the jobs in d.
func NewRunner(d *db.DB) *Runner {
	return &Runner{
		DB: d, Grace: 10 * time.Second,
		worker: process + "/" + rand.Text()[:8],
		lease:  15 * time.Second, poll: 500 * time.Millisecond,
		backoff:  func(n int) time.Duration { return backoff(n, jitter()) },
		handlers: map[Kind]*handler{},
		wake:     make(chan struct{}, 1),
		running:  map[int64]*run{},
		stats:    map[Kind]Stats{},
	}
}

// Handle has jobs of the kind run by fn, which opens its own transactions and is called as the program
// (access.Program). It does the work again if it returns an error, unless that is from Snooze. Its context
// ends when its time is up, the job is cancelled, the grace of a stop is over, or the lease is lost.
func (r *Runner) Handle(kind Kind, o Options, fn func(ctx context.Context, j Job) error) {
	if r.handlers[kind] != nil {
		panic("job: kind " + string(kind) + " is handled twice")
	}
	if o.Limit <= 0 {
		o.Limit = 1
	}
	if o.MaxAttempts <= 0 {
		o.MaxAttempts = defaultAttempts
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	r.handlers[kind] = &handler{o, fn}
}

// Wake makes the runner look for work now. Call it after the clock was moved.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run runs jobs until ctx ends, then lets those that run come to their end within the grace.
func (r *Runner) Run(ctx context.Context) error {
	base := access.With(context.WithoutCancel(ctx), access.Program("job"))
	for ctx.Err() == nil {
		busy, rest := r.turn(base, true)
		r.pause(ctx.Done(), rest, busy)
	}
	return r.stop(base)
}

// Drain runs jobs until none is ready or running, then returns: for the command line and for tests. Jobs
// that wait for their time or rest after a failure stay.
func (r *Runner) Drain(ctx context.Context) error {
	base := access.With(context.WithoutCancel(ctx), access.Program("job"))
	for ctx.Err() == nil {
		busy, rest := r.turn(base, true)
		if !busy && r.idle() {
			return nil
		}
		r.pause(ctx.Done(), rest, busy)
	}
	return errors.Join(context.Cause(ctx), r.stop(base))
}

// turn does one round and returns whether there is more to do at once, and how long to rest before: as long
// as the round took, so that others have half of SQLite's one writer.
func (r *Runner) turn(base context.Context, claim bool) (busy bool, rest time.Duration) {
	began := db.Uptime()
	busy, err := r.round(base, claim)
	if err != nil {
		slog.Error("job round failed", "error", err)
		return true, r.poll // The database may be away; look again soon, not at once.
	}
	return busy, min(db.Uptime()-began, 20*time.Millisecond)
}

// pause waits for the rest, then for work: a wake-up or the next time to poll.
func (r *Runner) pause(done <-chan struct{}, rest time.Duration, busy bool) {
	select {
	case <-done:
		return
	case <-time.After(rest):
	}
	if busy {
		return
	}
	select {
	case <-done:
	case <-r.wake:
	case <-time.After(r.poll):
	}
}

func (r *Runner) idle() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.running) == 0
}

// stop waits for running jobs, ends their contexts when the grace is over, and stores how they ended. Those
// that do not return keep their lease, so that nobody runs them at the same time while this process lives.
func (r *Runner) stop(base context.Context) error {
	r.settle(base, r.Grace)
	for _, run := range r.snapshot() {
		run.cancel(errStopping)
	}
	r.settle(base, patience)
	if left := len(r.snapshot()); left > 0 {
		return fmt.Errorf("%d jobs did not stop; they run again after their lease", left)
	}
	return nil
}

// settle goes on storing, and claiming nothing, until all jobs have ended or the time is up.
func (r *Runner) settle(base context.Context, limit time.Duration) {
	done := make(chan struct{})
	timer := time.AfterFunc(limit, func() { close(done) })
	defer timer.Stop()
	for over := false; !over; {
		_, rest := r.turn(base, false)
		if r.idle() {
			return
		}
		r.pause(done, rest, false)
		select {
		case <-done:
			over = true
		default:
		}
	}
	r.turn(base, false)
}

func (r *Runner) snapshot() map[int64]*run {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.running)
}

// start runs a claimed job.
func (r *Runner) start(base context.Context, c *run) {
	ctx, cancel := context.WithCancelCause(base)
	c.cancel = cancel
	r.mu.Lock()
	old := r.running[c.ID.Int64()]
	r.running[c.ID.Int64()] = c
	r.count(c.Kind, func(s *Stats) { s.Started++ })
	r.mu.Unlock()
	if old != nil {
		old.cancel(errLost) // It was taken over, given back, and has come to us again.
	}
	go func() {
		began := db.Uptime()
		c.err = errors.New("the handler did not return") // What remains after runtime.Goexit.
		defer func() {
			c.took, c.cause = db.Uptime()-began, context.Cause(ctx)
			cancel(nil)
			r.mu.Lock()
			r.ended = append(r.ended, c)
			r.mu.Unlock()
			r.Wake()
		}()
		limited, done := context.WithTimeout(ctx, c.handler.Timeout)
		defer done()
		c.err = c.call(limited)
	}()
}

// call runs the handler; its panic is an error like any other.
func (c *run) call(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("job panicked", "kind", string(c.Kind), "job", c.ID.String(), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return c.handler.fn(ctx, c.Job)
}

// drop forgets runs that are others' now, and tells their handlers.
func (r *Runner) drop(lost []*run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, run := range lost {
		if r.running[run.ID.Int64()] == run {
			delete(r.running, run.ID.Int64())
		}
		run.cancel(errLost)
		slog.Warn("job lost its lease", "kind", string(run.Kind), "job", run.ID.String())
	}
}
