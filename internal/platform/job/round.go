package job

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

const (
	batch         = 1000                   // batch is the most jobs that one round moves of each sort.
	progressEvery = 500 * time.Millisecond // progressEvery is how often the progress of a job is stored.
	errorLength   = 2000
)

// keeper is what the goroutine that does the rounds remembers.
type keeper struct {
	adopted  bool
	beatAt   time.Duration // beatAt is when the last round with a beat began: the lease counts from it.
	lookedAt time.Duration // lookedAt is when cancel requests were last looked for.
	watched  time.Duration
	seen     map[int64]sign // seen holds the running jobs of other workers.
}

// sign is a sign of life: a beat and since when it has been the last.
type sign struct {
	beat  int64
	since time.Duration
}

// round is one transaction of the runner: it stores how jobs ended, moves what is due, and claims. What it
// learns is used after the commit.
type round struct {
	*Runner
	began    time.Duration
	claiming bool
	ended    []*run
	progress map[*run]string
	mine     map[int64]*run // mine are the running jobs, without those that ended.

	learned
}

type learned struct {
	outcomes  []outcome // outcomes go with ended.
	claimed   []*run
	cancelled []*run
	lost      []*run
	ticked    map[*schedule]time.Time
	seen      map[int64]sign
	beaten    bool
	looked    bool
	rescued   int
	busy      bool
}

// round does what there is to do and reports whether there is more.
func (r *Runner) round(base context.Context, claim bool) (busy bool, err error) {
	n := r.gather(claim)
	ctx := base
	if r.DB.Engine == db.Postgres { // A connection that hangs must not hide that the lease is over.
		var done context.CancelFunc
		ctx, done = context.WithTimeout(base, r.lease/2)
		defer done()
	}
	err = r.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n.learned = learned{} // A transaction that is run again starts afresh.
		return n.work(ctx, tx)
	})
	if err != nil {
		r.undo(n)
		return true, err
	}
	r.apply(base, n)
	return n.busy, nil
}

// work is the transaction of the round.
func (n *round) work(ctx context.Context, tx *db.Tx) error {
	steps := []func(context.Context, *db.Tx) error{n.finish, n.storeProgress, n.beat, n.look}
	if n.claiming {
		steps = append(steps, n.rescue, n.tickAll, n.promote, n.claimAll)
	}
	for _, step := range steps {
		if err := step(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// gather takes what the handlers left since the last round.
func (r *Runner) gather(claim bool) *round {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := &round{Runner: r, began: db.Uptime(), claiming: claim, progress: map[*run]string{}, mine: map[int64]*run{}}
	for id, c := range r.running {
		n.mine[id] = c
	}
	for _, c := range r.ended {
		if r.running[c.ID.Int64()] != c {
			continue // It was lost: others say how it ended.
		}
		n.ended = append(n.ended, c)
		delete(n.mine, c.ID.Int64())
		if c.err != nil {
			c.stored = 0
		}
	}
	r.ended = nil
	for _, c := range r.running {
		if c.stored != 0 && n.began-c.stored < progressEvery {
			continue
		}
		if text := c.progress.Swap(nil); text != nil {
			n.progress[c] = *text
		}
	}
	return n
}

// undo puts back what a failed round took. On PostgreSQL, when the lease is over, others may have our jobs.
func (r *Runner) undo(n *round) {
	r.mu.Lock()
	r.ended = append(n.ended, r.ended...)
	r.mu.Unlock()
	for c, text := range n.progress {
		c.progress.CompareAndSwap(nil, &text)
	}
	if r.DB.Engine == db.Postgres && db.Uptime()-r.keeper.beatAt > r.lease {
		var lost []*run
		for _, c := range n.mine {
			lost = append(lost, c)
		}
		r.drop(lost)
	}
}

// apply uses what a committed round learned.
func (r *Runner) apply(base context.Context, n *round) {
	k := &r.keeper
	k.adopted = k.adopted || n.claiming
	now := db.Uptime()
	if n.beaten {
		k.beatAt = n.began
	}
	if n.looked {
		k.lookedAt = n.began
	}
	if n.seen != nil {
		k.watched, k.seen = now, n.seen
		for job, s := range k.seen {
			if s.since == 0 {
				k.seen[job] = sign{s.beat, now}
			}
		}
	}
	for s, at := range n.ticked {
		s.at = at
	}
	for c := range n.progress {
		c.stored = n.began
	}
	if n.rescued > 0 {
		slog.Warn("jobs of a lost worker taken over", "jobs", n.rescued)
	}
	r.report(n)
	for _, c := range n.cancelled {
		c.cancel(ErrCancelled)
	}
	r.drop(n.lost)
	for _, c := range n.claimed {
		r.start(base, c)
	}
}

// report forgets, counts and logs what has ended.
func (r *Runner) report(n *round) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, c := range n.ended {
		o := n.outcomes[i]
		delete(r.running, c.ID.Int64())
		r.count(c.Kind, func(s *Stats) {
			s.Took += c.took
			o.counter(s)
		})
		switch {
		case o.state == Dead:
			slog.Error("job is dead", "kind", string(c.Kind), "job", c.ID.String(), "attempt", c.Attempt, "error", o.text)
		case o.state == Retrying:
			slog.Warn("job failed", "kind", string(c.Kind), "job", c.ID.String(), "attempt", c.Attempt, "error", o.text)
		}
	}
}

// outcome is what becomes of a job that has ended.
type outcome struct {
	gone    bool
	state   State
	runAt   time.Time
	attempt int
	text    string // text is the error to keep.
	counter func(s *Stats)
}

// outcome decides what becomes of the job; now is the shop's time.
func (c *run) outcome(now time.Time, backoff func(int) time.Duration) outcome {
	var later snooze
	o := outcome{state: Ready, runAt: now, attempt: c.Attempt}
	switch {
	case c.err == nil:
		o.gone, o.counter = true, func(s *Stats) { s.Done++ }
	case errors.Is(c.cause, ErrCancelled):
		o.gone, o.counter = true, func(s *Stats) { s.Cancelled++ }
	case errors.As(c.err, &later):
		o.state, o.runAt, o.attempt = Waiting, now.Add(time.Duration(later)), c.Attempt-1
		o.counter = func(s *Stats) { s.Snoozed++ }
	case errors.Is(c.cause, errStopping):
		o.attempt, o.counter = c.Attempt-1, func(s *Stats) { s.Released++ }
	case c.Attempt >= c.MaxAttempts:
		o.state, o.text, o.counter = Dead, clean(c.err.Error()), func(s *Stats) { s.Failed++; s.Dead++ }
	default:
		o.state, o.runAt, o.text = Retrying, db.Wall().Add(backoff(c.Attempt)), clean(c.err.Error())
		o.counter = func(s *Stats) { s.Failed++ }
	}
	return o
}

// clean makes an error fit a column: PostgreSQL takes no zero bytes and no broken characters.
func clean(text string) string {
	text = strings.ReplaceAll(text[:min(len(text), errorLength)], "\x00", "")
	return strings.ToValidUTF8(text, "�")
}
