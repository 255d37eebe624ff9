package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/job"
)

// Living has the customers of a demo live on while its clock is moved: they browse, buy, bring back, drift
// away and return, and new ones come. The clock goes day by day, and no day begins before whoever follows the
// log has taken the last, and the work of its night is done.
type Living struct {
	Services
	Log  *event.Log
	Jobs *job.Runner
}

// Told is what happened while the clock moved.
type Told struct {
	From      time.Time `json:"from"`
	Until     time.Time `json:"until"`
	Orders    int64     `json:"orders"`
	PaidFen   int64     `json:"paid_fen"`
	Returns   int64     `json:"returns"`
	Newcomers int64     `json:"newcomers"`
	CameBack  int64     `json:"came_back" doc:"Customers who bought after half a year or longer."`
	Visits    int64     `json:"visits" doc:"Visits to the mini-program."`
	CartsLeft int64     `json:"carts_left"`
	Notes     int64     `json:"notes"`
	Birthdays int64     `json:"birthdays"`
	Launches  int64     `json:"launches" doc:"New styles."`
}

// Life is how far the customers of a demo have lived.
type Life struct {
	Moving   bool      `json:"moving" doc:"Whether time is passing."`
	MovingTo time.Time `json:"moving_to" doc:"Where the clock will stand, or stood when it was moved last."`
	Told     Told      `json:"told"`
}

// live is the kind of the job, and its arguments.
const live job.Kind = "demo.live"

type liveArgs struct {
	Until time.Time `json:"until"`
}

// Work tells the runner what to do.
func (l *Living) Work(r *job.Runner) {
	r.Handle(live, job.Options{}, func(ctx context.Context, j job.Job) error {
		var args liveArgs
		if err := j.Args(&args); err != nil {
			return err
		}
		return l.liveUntil(ctx, args.Until, func(done, all int) error {
			return j.Progress(ctx, map[string]int{"days": done, "all": all})
		})
	})
}

// Find returns how far the customers have lived, or nil without a chain.
func (l *Living) Find(ctx context.Context, tx *db.Tx) (*Life, error) {
	if !l.DB.Movable() {
		return nil, nil
	}
	c, err := findChain(ctx, tx, false)
	if err != nil || c == nil {
		return nil, err
	}
	moving, err := l.moving(ctx, tx)
	return &Life{moving, c.movingTo, c.told}, err
}

// moving reports whether somebody is at it, or about to be.
func (l *Living) moving(ctx context.Context, tx *db.Tx) (bool, error) {
	jobs, err := l.Jobs.List(ctx, tx, job.Filter{Kind: live, States: []job.State{job.Ready, job.Running, job.Waiting, job.Retrying}}, job.ID{}, 1)
	return len(jobs) > 0, err
}

// longest is how far the clock may be sent ahead of where it stands.
const longest = 366 * 24 * time.Hour

// Move moves the clock of a demo: at once when it has no chain, else step by step as the customers live. While
// it moves, more time comes on top. Errors: clock.not_movable, clock.step.
func (l *Living) Move(ctx context.Context, by time.Duration) error {
	if !l.DB.Movable() || by <= 0 {
		return l.DB.MoveClock(ctx, by)
	}
	var empty bool
	err := l.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := findChain(ctx, tx, true)
		if empty = c == nil; err != nil || empty {
			return err
		}
		moving, err := l.moving(ctx, tx)
		if err != nil {
			return err
		}
		now := l.DB.Now()
		from := now
		if moving && c.movingTo.After(now) {
			from = c.movingTo
		} else {
			c.told = Told{From: c.livedUntil, Until: c.livedUntil}
		}
		if c.movingTo = from.Add(by); c.movingTo.Sub(now) > longest {
			return errs.New(errs.Invalid, "clock.step", "the clock moves forward by at most a year at a time")
		}
		if err := updateChain(ctx, tx, c); err != nil {
			return err
		}
		_, err = l.Jobs.Enqueue(ctx, tx, job.New{Kind: live, Args: liveArgs{c.movingTo}, UniqueKey: c.movingTo.String()})
		return err
	})
	if err == nil && empty {
		return l.DB.MoveClock(ctx, by)
	}
	return err
}

// windowDays is how much is thought out at a time.
const windowDays = 31

// liveUntil lets time pass until an instant, day by day: each step is one transaction that also says how
// far it came, so that after a crash the next attempt goes on from there.
func (l *Living) liveUntil(ctx context.Context, until time.Time, progress func(done, all int) error) error {
	ctx = access.With(ctx, access.Program("demo"))
	for done, all := 0, 0; ; {
		f, from, err := l.load(ctx)
		if err != nil || f == nil || !from.Before(until) {
			return err
		}
		first := cal.DayOf(from, f.Zone)
		if all == 0 {
			all = cal.DayOf(until, f.Zone).Sub(first) + 1
		}
		end := first.Add(windowDays).Start(f.Zone)
		if until.Before(end) {
			end = until
		}
		f.cast(cal.DayOf(end, f.Zone))
		ahead := f.between(f.people, f.shelve(f.goods), from, end)
		for from.Before(end) {
			if err := progress(done, all); err != nil {
				return err
			}
			to := cal.DayOf(from, f.Zone).Add(1).Start(f.Zone)
			if end.Before(to) {
				to = end
			}
			var step history
			step, ahead = ahead.cut(to)
			if err := l.pass(ctx, f, step, from, to); err != nil {
				return err
			}
			from = to
			done++
		}
	}
}

// load reads the chain and how far it has lived; the filler is nil without a chain.
func (l *Living) load(ctx context.Context) (f *filler, from time.Time, err error) {
	err = l.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := findChain(ctx, tx, false)
		if err != nil || c == nil {
			return err
		}
		f, from = &filler{Services: l.Services, Options: c.Options, names: c.names}, c.livedUntil
		f.customerIDs, err = listPeople(ctx, tx)
		return err
	})
	return f, from, err
}

// cast makes the goods and people there are until a day.
func (f *filler) cast(last cal.Day) {
	f.goods, f.people = f.stylesUntil(last), f.peopleUntil(last)
}

// pass moves the clock to the end of a step and lets it happen.
func (l *Living) pass(ctx context.Context, f *filler, step history, from, to time.Time) error {
	if behind := to.Sub(l.DB.Now()); behind > 0 {
		if err := l.DB.MoveClock(ctx, behind); err != nil {
			return err
		}
	}
	err := l.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := findChain(ctx, tx, true)
		if err != nil {
			return err
		}
		if !c.livedUntil.Equal(from) {
			return fmt.Errorf("live from %s: somebody else has come to %s", from, c.livedUntil)
		}
		return f.play(ctx, tx, c, step, to)
	})
	if err != nil {
		return fmt.Errorf("live until %s: %w", to, err)
	}
	if err := l.Log.CatchUp(ctx); err != nil {
		return fmt.Errorf("follow the log: %w", err)
	}
	return l.wait(ctx, to)
}

// A night is waited for, though not for ever: somebody may have started work that takes long.
const (
	waitStep = 10 * time.Millisecond
	longWait = 20 * time.Second
)

// wait waits until the jobs that were due at an instant are done.
func (l *Living) wait(ctx context.Context, at time.Time) error {
	l.Jobs.Wake()
	for began := db.Uptime(); db.Uptime()-began < longWait; {
		var settled bool
		err := l.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			settled, err = l.Jobs.Settled(ctx, tx, at, live)
			return err
		})
		if err != nil || settled {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(waitStep):
		}
	}
	return nil
}
