package job

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// claimLock is the class of the PostgreSQL advisory locks under which jobs of a kind are claimed, so that
// two nodes do not both fill its limit.
const claimLock = 727003

// skipLocked ends the choice of rows where several processes choose.
func skipLocked(tx *db.Tx) string {
	if tx.Engine == db.Postgres {
		return " for update skip locked"
	}
	return ""
}

// finish stores how jobs ended: what is done is deleted.
func (n *round) finish(ctx context.Context, tx *db.Tx) error {
	var gone []int64
	for _, c := range n.ended {
		o := c.outcome(tx.Now, n.backoff)
		n.outcomes = append(n.outcomes, o)
		if o.gone {
			gone = append(gone, c.ID.Int64())
			continue
		}
		kept, err := tx.Exec(ctx, `update jobs set state = $1, run_at = $2, attempt = $3, worker = '',
				last_error = coalesce(nullif(cast($4 as text), ''), last_error)
			where id = $5 and state = 1 and worker = $6 and not cancel`,
			int(o.state), db.Millis(o.runAt), o.attempt, o.text, c.ID, n.worker)
		if err != nil {
			return fmt.Errorf("store the end of a job: %w", err)
		}
		if kept == 0 { // It was cancelled as it ended.
			gone = append(gone, c.ID.Int64())
		}
	}
	for ids := range slices.Chunk(gone, 500) {
		list, args := db.In(1, ids)
		_, err := tx.Exec(ctx, `delete from jobs where state = 1 and worker = $1 and id in `+list, append([]any{n.worker}, args...)...)
		if err != nil {
			return fmt.Errorf("delete jobs that are done: %w", err)
		}
	}
	return nil
}

func (n *round) storeProgress(ctx context.Context, tx *db.Tx) error {
	for c, text := range n.progress {
		_, err := tx.Exec(ctx, `update jobs set progress = $1 where id = $2`, text, c.ID)
		if err != nil {
			return fmt.Errorf("store progress: %w", err)
		}
	}
	return nil
}

// beat renews the lease on our jobs at half its time, and finds those that are no longer ours. A job that
// is ours without our knowing, because the answer to a commit was lost, is given back.
func (n *round) beat(ctx context.Context, tx *db.Tx) error {
	if n.began-n.keeper.beatAt < n.lease/2 {
		return nil
	}
	n.beaten = true
	ids, err := db.All(ctx, tx, scanInt, `update jobs set beat = beat + 1 where state = 1 and worker = $1 returning id`, n.worker)
	if err != nil {
		return fmt.Errorf("renew leases: %w", err)
	}
	held := map[int64]bool{}
	for _, job := range ids {
		held[job] = true
		if n.mine[job] != nil {
			continue
		}
		_, err := tx.Exec(ctx, `update jobs set state = 0, attempt = attempt - 1, worker = '' where id = $1`, job)
		if err != nil {
			return fmt.Errorf("give back a job: %w", err)
		}
	}
	for job, c := range n.mine {
		if !held[job] {
			n.lost = append(n.lost, c)
		}
	}
	return nil
}

// look finds jobs of ours that somebody, perhaps at another node, wants to end.
func (n *round) look(ctx context.Context, tx *db.Tx) error {
	if len(n.mine) == 0 || n.began-n.keeper.lookedAt < n.poll {
		return nil
	}
	n.looked = true
	ids, err := db.All(ctx, tx, scanInt, `select id from jobs where state = 1 and cancel and worker = $1`, n.worker)
	if err != nil {
		return fmt.Errorf("look for cancelled jobs: %w", err)
	}
	for _, job := range ids {
		if c := n.mine[job]; c != nil {
			n.cancelled = append(n.cancelled, c)
		}
	}
	return nil
}

// rescue takes over the jobs of workers that are no more: on SQLite those of other processes, once; on
// PostgreSQL those whose beat has stood still for a lease.
func (n *round) rescue(ctx context.Context, tx *db.Tx) error {
	if tx.Engine == db.SQLite {
		if n.keeper.adopted {
			return nil
		}
		return n.takeOver(ctx, tx, `worker not like $1`, process+"/%")
	}
	if n.began-n.keeper.watched < n.lease/4 {
		return nil
	}
	n.seen = map[int64]sign{}
	rows, err := tx.Query(ctx, `select id, beat from jobs where state = 1 and worker <> $1`, n.worker)
	if err != nil {
		return fmt.Errorf("watch other workers: %w", err)
	}
	defer rows.Close()
	silent := map[int64]int64{}
	for rows.Next() {
		var job, beat int64
		if err := rows.Scan(&job, &beat); err != nil {
			return err
		}
		s, known := n.keeper.seen[job]
		switch {
		case !known || s.beat != beat:
			n.seen[job] = sign{beat: beat} // Since is set after the commit, later than the read.
		case n.began-s.since < n.lease:
			n.seen[job] = s
		default:
			silent[job] = beat
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for job, beat := range silent {
		if err := n.takeOver(ctx, tx, `id = $1 and beat = $2`, job, beat); err != nil {
			return err
		}
	}
	return nil
}

// takeOver makes jobs of a lost worker ready again, the first time at once and later after a rest, so that a
// job that kills its process does not do so in a loop.
func (n *round) takeOver(ctx context.Context, tx *db.Tx, condition string, args ...any) error {
	type left struct {
		id           int64
		attempt, max int
		cancel       bool
	}
	jobs, err := db.All(ctx, tx, func(scan db.Scan) (l left, err error) {
		return l, scan(&l.id, &l.attempt, &l.max, &l.cancel)
	}, `select id, attempt, max_attempts, cancel from jobs where state = 1 and `+condition+skipLocked(tx), args...)
	if err != nil {
		return fmt.Errorf("find jobs of lost workers: %w", err)
	}
	for _, l := range jobs {
		statement := `update jobs set state = $2, run_at = $3, worker = '', last_error = 'the process ended while this ran' where id = $1`
		args := []any{l.id, int(Ready), db.Millis(tx.Now)}
		switch {
		case l.cancel:
			statement, args = `delete from jobs where id = $1`, args[:1]
		case l.attempt >= l.max:
			args[1] = int(Dead)
		case l.attempt > 1:
			args[1], args[2] = int(Retrying), db.Millis(db.Wall().Add(n.backoff(l.attempt-1)))
		}
		if _, err := tx.Exec(ctx, statement, args...); err != nil {
			return fmt.Errorf("take over a job: %w", err)
		}
		n.rescued++
	}
	return nil
}

func (n *round) tickAll(ctx context.Context, tx *db.Tx) error {
	for _, s := range n.schedules {
		if !s.due(tx.Now) {
			continue
		}
		at, err := n.tick(ctx, tx, s)
		if err != nil {
			return err
		}
		if n.ticked == nil {
			n.ticked = map[*schedule]time.Time{}
		}
		n.ticked[s] = at
	}
	return nil
}

// promote makes ready what is due by its clock. A job that rests for longer than any rest is due as well:
// the machine's clock went back.
func (n *round) promote(ctx context.Context, tx *db.Tx) error {
	wall := db.Wall()
	for _, due := range []struct {
		condition string
		args      []any
	}{
		{`state = 3 and run_at <= $1`, []any{db.Millis(tx.Now)}},
		{`state = 4 and (run_at <= $2 or run_at > $3)`, []any{db.Millis(tx.Now), db.Millis(wall), db.Millis(wall.Add(2 * maxBackoff))}},
	} {
		moved, err := tx.Exec(ctx, `with due as materialized (select id from jobs where `+due.condition+
			` order by run_at limit `+strconv.Itoa(batch)+skipLocked(tx)+`)
			update jobs set state = 0, run_at = $1 where id in (select id from due)`, due.args...)
		if err != nil {
			return fmt.Errorf("find jobs that are due: %w", err)
		}
		n.busy = n.busy || moved == batch
	}
	return nil
}

// claimAll claims jobs of every kind that has some ready.
func (n *round) claimAll(ctx context.Context, tx *db.Tx) error {
	if len(n.handlers) == 0 {
		return nil
	}
	var values []string
	var args []any
	for kind := range n.handlers {
		args = append(args, string(kind))
		values = append(values, "($"+strconv.Itoa(len(args))+")")
	}
	kinds, err := db.All(ctx, tx, func(scan db.Scan) (kind Kind, err error) { return kind, scan(&kind) },
		`select column1 from (values `+strings.Join(values, ",")+`) as handled
			where exists (select 1 from jobs where state = 0 and kind = handled.column1) order by column1`, args...)
	if err != nil {
		return fmt.Errorf("find kinds that have jobs ready: %w", err)
	}
	for _, kind := range kinds {
		if err := n.claim(ctx, tx, kind); err != nil {
			return fmt.Errorf("claim %s: %w", kind, err)
		}
	}
	return nil
}

// claim takes as many jobs of the kind as its limit leaves room for, over all processes.
func (n *round) claim(ctx context.Context, tx *db.Tx, kind Kind) error {
	if tx.Engine == db.Postgres {
		var mine bool
		if err := tx.QueryRow(ctx, `select pg_try_advisory_xact_lock($1, hashtext($2))`, claimLock, string(kind)).Scan(&mine); err != nil {
			return err
		}
		if !mine {
			n.busy = true // Another node is claiming this kind just now.
			return nil
		}
	}
	var flying int
	if err := tx.QueryRow(ctx, `select count(*) from jobs where state = 1 and kind = $1`, string(kind)).Scan(&flying); err != nil {
		return err
	}
	h := n.handlers[kind]
	room := min(h.Limit-flying, batch)
	if room <= 0 {
		return nil
	}
	type ordered struct {
		*run
		priority int
		runAt    int64
	}
	jobs, err := db.All(ctx, tx, func(scan db.Scan) (ordered, error) {
		o := ordered{run: &run{handler: h, Job: Job{Kind: kind}}}
		o.Job.run = o.run
		return o, scan(&o.ID, &o.args, &o.Attempt, &o.MaxAttempts, &o.priority, &o.runAt)
	}, `with due as materialized (
			select id from jobs where state = 0 and kind = $1 order by priority, run_at, id limit $2`+skipLocked(tx)+`)
		update jobs set state = 1, attempt = attempt + 1, beat = beat + 1, worker = $3, cancel = false, progress = null
		where id in (select id from due) returning id, args, attempt, max_attempts, priority, run_at`,
		string(kind), room, n.worker)
	if err != nil {
		return err
	}
	slices.SortFunc(jobs, func(a, b ordered) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(a.runAt, b.runAt), cmp.Compare(a.ID.Int64(), b.ID.Int64()))
	})
	for _, o := range jobs {
		n.claimed = append(n.claimed, o.run)
	}
	n.busy = n.busy || len(jobs) == batch
	return nil
}

func scanInt(scan db.Scan) (n int64, err error) { return n, scan(&n) }
