package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// New is a job to enqueue.
type New struct {
	Kind Kind
	Args any // Args is kept as JSON.
	// UniqueKey, if any, is taken by one job of the kind until that job is done. Enqueuing the key again
	// changes nothing while the first job waits, rests or runs, and gives a dead one another chance.
	UniqueKey string
	RunAt     time.Time // RunAt is the instant of the shop's clock to run at; zero means now.
	Priority  int       // Priority orders the ready jobs of a kind, smaller first.
}

// Enqueue adds a job in the caller's transaction: it runs if, and after, that commits. It returns the
// identifier of the job, which is an older one if the unique key is taken.
func (r *Runner) Enqueue(ctx context.Context, tx *db.Tx, n New) (ID, error) {
	row, err := r.row(tx, n)
	if err != nil {
		return ID{}, err
	}
	var job ID
	err = tx.QueryRow(ctx, "insert into jobs ("+columns+") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "+
		revive+" returning id", row...).Scan(&job)
	if db.NoRows(err) {
		err = tx.QueryRow(ctx, `select id from jobs where kind = $1 and unique_key = $2`, string(n.Kind), n.UniqueKey).Scan(&job)
	}
	if err != nil {
		return ID{}, fmt.Errorf("enqueue %s: %w", n.Kind, err)
	}
	r.wakeAfter(tx)
	return job, nil
}

// EnqueueMany adds many jobs, 50 to a statement, and returns how many were added or revived.
func (r *Runner) EnqueueMany(ctx context.Context, tx *db.Tx, jobs []New) (int64, error) {
	type key struct {
		kind Kind
		key  string
	}
	rows, seen := make([][]any, 0, len(jobs)), map[key]bool{}
	for _, n := range jobs {
		if k := (key{n.Kind, n.UniqueKey}); n.UniqueKey != "" {
			if seen[k] {
				continue // PostgreSQL refuses a statement that meets its own row.
			}
			seen[k] = true
		}
		row, err := r.row(tx, n)
		if err != nil {
			return 0, err
		}
		rows = append(rows, row)
	}
	added, err := db.InsertRows(ctx, tx, "jobs", columns, rows, revive)
	if err != nil {
		return 0, fmt.Errorf("enqueue jobs: %w", err)
	}
	r.wakeAfter(tx)
	return added, nil
}

const (
	columns = "id, kind, args, state, priority, run_at, attempt, max_attempts, worker, beat, cancel, unique_key, last_error, created_at"
	revive  = `on conflict (kind, unique_key) where unique_key is not null do update set
		args = excluded.args, state = excluded.state, priority = excluded.priority, run_at = excluded.run_at,
		attempt = 0, max_attempts = excluded.max_attempts, progress = null
		where jobs.state = 2`
)

func (r *Runner) row(tx *db.Tx, n New) ([]any, error) {
	if n.Kind == "" {
		return nil, errors.New("enqueue a job without a kind")
	}
	args, err := json.Marshal(n.Args)
	if err != nil {
		return nil, fmt.Errorf("write arguments of %s: %w", n.Kind, err)
	}
	attempts := defaultAttempts
	if h := r.handlers[n.Kind]; h != nil {
		attempts = h.MaxAttempts
	}
	state, runAt := Ready, tx.Now
	if n.RunAt.After(tx.Now) {
		state, runAt = Waiting, n.RunAt
	}
	var key any
	if n.UniqueKey != "" {
		key = n.UniqueKey
	}
	return []any{tx.NewID(), string(n.Kind), string(args), int(state), n.Priority, db.Millis(runAt), 0, attempts,
		"", 0, false, key, "", db.Millis(tx.Now)}, nil
}

type woken struct{ r *Runner }

// wakeAfter wakes the runner once when the transaction has committed.
func (r *Runner) wakeAfter(tx *db.Tx) {
	if tx.Kept(woken{r}) == nil {
		tx.Keep(woken{r}, true)
		tx.OnCommit(r.Wake)
	}
}
