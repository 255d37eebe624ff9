package job

import (
	"context"
	"fmt"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// schedule is periodic work. Its row in job_schedules holds when it comes round; the node that moves this
// on, in one conditional statement, is the one that enqueues.
type schedule struct {
	name  string
	kind  Kind
	every time.Duration // every is zero for daily work.
	first func(now time.Time) time.Time
	next  func(last, now time.Time) time.Time // next returns when it comes round again, after now.
	at    time.Time                           // at is when it comes round, as last read; zero if never read.
}

// Every has a job of the kind enqueued each time the duration has passed, by one node, and at once when the
// name is new. What was missed while no node ran, or because the clock was moved, runs once. A job that is
// not done when the next comes round is not enqueued again.
func (r *Runner) Every(name string, every time.Duration, kind Kind) {
	if every < time.Second {
		panic("job: schedule " + name + " is shorter than a second")
	}
	r.schedules = append(r.schedules, &schedule{name: name, kind: kind, every: every,
		first: func(now time.Time) time.Time { return now },
		next: func(last, now time.Time) time.Time {
			if last.After(now) {
				return now.Add(every)
			}
			return last.Add((now.Sub(last)/every + 1) * every)
		}})
}

// Daily has a job of the kind enqueued each day at the hour in the shop's zone, by one node; otherwise it is
// like Every. Days that were missed are not made up for: the handler looks at what has come due since.
func (r *Runner) Daily(name string, hour int, zone func() *time.Location, kind Kind) {
	next := func(now time.Time) time.Time { return nextHour(now.In(zone()), hour) }
	r.schedules = append(r.schedules, &schedule{name: name, kind: kind, first: next,
		next: func(_, now time.Time) time.Time { return next(now) }})
}

// nextHour returns the first instant after now at which it is the hour in the zone of now. A day whose
// clocks jump over the hour has it an hour off.
func nextHour(now time.Time, hour int) time.Time {
	y, m, d := now.Date()
	at := time.Date(y, m, d, hour, 0, 0, 0, now.Location())
	if !at.After(now) {
		at = time.Date(y, m, d+1, hour, 0, 0, 0, now.Location())
	}
	return at.UTC()
}

// early reports whether the schedule lies further ahead than it can: the machine's clock went back. Daily
// work stays where it is then, so that no day is done twice.
func (s *schedule) early(at, now time.Time) bool { return s.every > 0 && at.Sub(now) > s.every }

// due reports whether it is time to look at the row.
func (s *schedule) due(now time.Time) bool {
	return s.at.IsZero() || !s.at.After(now) || s.early(s.at, now)
}

// Settled reports whether what was due at an instant is done, jobs of one kind apart: every schedule has come
// round, and no job is ready or runs. What waits for a time that has come is not done either.
func (r *Runner) Settled(ctx context.Context, tx *db.Tx, at time.Time, but Kind) (bool, error) {
	names := make([]string, len(r.schedules))
	for i, s := range r.schedules {
		names[i] = s.name
	}
	list, args := db.In(2, names)
	var open int64
	err := tx.QueryRow(ctx, `select (select count(*) from jobs where kind <> $2 and (state in (0, 1) or state = 3 and run_at <= $1))
		+ (select count(*) from job_schedules where next_at <= $1 and name in `+list+`)`,
		append([]any{db.Millis(at), string(but)}, args...)...).Scan(&open)
	if err != nil {
		return false, fmt.Errorf("look for what is due: %w", err)
	}
	return open == 0, nil
}

// tick enqueues the job of the schedule if its time has come and no other node was first. It returns when
// it comes round again.
func (r *Runner) tick(ctx context.Context, tx *db.Tx, s *schedule) (time.Time, error) {
	var at time.Time
	err := tx.QueryRow(ctx, `select next_at from job_schedules where name = $1`, s.name).Scan(db.ScanTime(&at))
	if db.NoRows(err) {
		at = s.first(tx.Now)
		_, err = tx.Exec(ctx, `insert into job_schedules (name, next_at) values ($1, $2) on conflict do nothing`, s.name, db.Millis(at))
	}
	if err != nil {
		return at, fmt.Errorf("read schedule %s: %w", s.name, err)
	}
	// Not the instant of the transaction: since it began another may have found the clock moved and moved the row,
	// which would seem early and be moved back, for the job to be enqueued twice.
	now := r.DB.Now()
	early := s.early(at, now)
	if at.After(now) && !early {
		return at, nil
	}
	next := s.next(at, now)
	moved, err := tx.Exec(ctx, `update job_schedules set next_at = $1 where name = $2 and next_at = $3`,
		db.Millis(next), s.name, db.Millis(at))
	if err != nil {
		return at, fmt.Errorf("move schedule %s: %w", s.name, err)
	}
	if moved == 1 && !early {
		_, err = r.Enqueue(ctx, tx, New{Kind: s.kind, UniqueKey: "schedule:" + s.name})
	}
	return next, err
}
