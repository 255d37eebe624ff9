package job

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Info is a job as the page of jobs shows it.
type Info struct {
	ID          ID              `json:"id"`
	Kind        Kind            `json:"kind"`
	State       State           `json:"state"`
	Args        json.RawMessage `json:"args"`
	Priority    int             `json:"priority"`
	RunAt       time.Time       `json:"run_at"` // RunAt is by the shop's clock in every state.
	Attempt     int             `json:"attempt"`
	MaxAttempts int             `json:"max_attempts"`
	Cancelling  bool            `json:"cancelling"` // Cancelling is true from a cancel until the handler returns.
	LastError   string          `json:"last_error"`
	Progress    json.RawMessage `json:"progress,omitempty"`
	CreatedAt   time.Time       `json:"created_at"`
}

// Filter says which jobs to list; what is not set does not restrict.
type Filter struct {
	Kind   Kind
	States []State
}

// List returns jobs, newest first: those older than the job before, or the newest if that is zero.
func (r *Runner) List(ctx context.Context, tx *db.Tx, f Filter, before ID, limit int) ([]Info, error) {
	where, args := []string{"true"}, []any{limit}
	if !before.IsZero() {
		args = append(args, before)
		where = append(where, "id < $"+strconv.Itoa(len(args)))
	}
	if f.Kind != "" {
		args = append(args, string(f.Kind))
		where = append(where, "kind = $"+strconv.Itoa(len(args)))
	}
	if len(f.States) > 0 {
		var states []string // Written in, so that SQLite sees which index holds them.
		for _, s := range f.States {
			states = append(states, "state = "+strconv.Itoa(int(s)))
		}
		where = append(where, "("+strings.Join(states, " or ")+")")
	}
	jobs, err := db.All(ctx, tx, r.scanInfo, infoSQL+strings.Join(where, " and ")+` order by id desc limit $1`, args...)
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	return jobs, nil
}

// Find returns a job, or job.not_found, which it also is when it is done.
func (r *Runner) Find(ctx context.Context, tx *db.Tx, job ID) (Info, error) {
	found, err := db.All(ctx, tx, r.scanInfo, infoSQL+`id = $1`, job)
	if err != nil {
		return Info{}, fmt.Errorf("find job: %w", err)
	}
	if len(found) == 0 {
		return Info{}, errs.New(errs.NotFound, "job.not_found", "there is no such job; it may be done")
	}
	return found[0], nil
}

const infoSQL = `select id, kind, state, args, priority, run_at, attempt, max_attempts, cancel, last_error, progress, created_at
	from jobs where `

func (r *Runner) scanInfo(scan db.Scan) (i Info, err error) {
	var args, progress []byte
	err = scan(&i.ID, &i.Kind, &i.State, &args, &i.Priority, db.ScanTime(&i.RunAt), &i.Attempt, &i.MaxAttempts, &i.Cancelling,
		&i.LastError, &progress, db.ScanTime(&i.CreatedAt))
	i.Args, i.Progress = args, progress
	if i.State == Retrying {
		i.RunAt = i.RunAt.Add(r.DB.Offset())
	}
	return i, err
}

// Retry runs a job again at once, with all its attempts: a dead one, or one that waits or rests. A job that
// runs is refused (job.running).
func (r *Runner) Retry(ctx context.Context, tx *db.Tx, job ID) error {
	n, err := tx.Exec(ctx, `update jobs set state = 0, run_at = $1, attempt = 0 where id = $2 and state <> 1`, db.Millis(tx.Now), job)
	if err != nil {
		return fmt.Errorf("retry job: %w", err)
	}
	r.wakeAfter(tx)
	return r.refused(ctx, tx, job, n, errs.New(errs.Conflict, "job.running", "the job is running"))
}

// Discard deletes a dead job. Others are refused (job.not_dead); see Cancel.
func (r *Runner) Discard(ctx context.Context, tx *db.Tx, job ID) error {
	n, err := tx.Exec(ctx, `delete from jobs where id = $1 and state = 2`, job)
	if err != nil {
		return fmt.Errorf("discard job: %w", err)
	}
	return r.refused(ctx, tx, job, n, errs.New(errs.Conflict, "job.not_dead", "the job may still run; cancel it"))
}

// Cancel deletes a job that does not run. One that runs is asked to end: its context ends with ErrCancelled,
// and it is deleted when its handler returns.
func (r *Runner) Cancel(ctx context.Context, tx *db.Tx, job ID) error {
	n, err := tx.Exec(ctx, `delete from jobs where id = $1 and state <> 1`, job)
	if err != nil {
		return fmt.Errorf("cancel job: %w", err)
	}
	if n > 0 {
		return nil
	}
	n, err = tx.Exec(ctx, `update jobs set cancel = true where id = $1 and state = 1`, job)
	if err != nil {
		return fmt.Errorf("cancel running job: %w", err)
	}
	tx.OnCommit(func() {
		if c := r.snapshot()[job.Int64()]; c != nil {
			c.cancel(ErrCancelled)
		}
	})
	return r.refused(ctx, tx, job, n, nil)
}

// refused returns nil if rows changed, else why none did: there is no such job, or the reason.
func (r *Runner) refused(ctx context.Context, tx *db.Tx, job ID, changed int64, reason error) error {
	if changed > 0 {
		return nil
	}
	if _, err := r.Find(ctx, tx, job); err != nil {
		return err
	}
	return reason
}

// Counts says how many jobs of a kind are in each state.
type Counts struct {
	Kind     Kind  `json:"kind"`
	Ready    int64 `json:"ready"`
	Running  int64 `json:"running"`
	Dead     int64 `json:"dead"`
	Waiting  int64 `json:"waiting"`
	Retrying int64 `json:"retrying"`
}

// Counts returns the counts of each kind that has jobs, by kind.
func (r *Runner) Counts(ctx context.Context, tx *db.Tx) ([]Counts, error) {
	counts, err := db.All(ctx, tx, func(scan db.Scan) (c Counts, err error) {
		return c, scan(&c.Kind, &c.Ready, &c.Running, &c.Dead, &c.Waiting, &c.Retrying)
	}, `select kind, count(*) filter (where state = 0), count(*) filter (where state = 1), count(*) filter (where state = 2),
			count(*) filter (where state = 3), count(*) filter (where state = 4)
		from jobs group by kind order by kind limit 1000`)
	if err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	return counts, nil
}
