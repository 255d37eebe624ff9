package event

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

const (
	followBatch = 500                    // facts per transaction of a follower
	pollEvery   = 500 * time.Millisecond // how soon the facts of other processes are seen
	gatherFor   = 200 * time.Millisecond // how long a follower lets facts gather after it took some
	errorPause  = 2 * time.Second        // how long a follower rests after the database failed it
)

// Run follows the log until ctx ends. On PostgreSQL several processes may run it: the cursor's row
// lock lets one of them at a time do each follower's work.
func (l *Log) Run(ctx context.Context) {
	var wg sync.WaitGroup
	if l.DB.Engine == db.Postgres {
		wg.Go(func() { l.loop(ctx, "sequencer", l.sequence) })
	}
	for _, f := range l.followers {
		wg.Go(func() { l.loop(ctx, f.name, func(ctx context.Context) (progress, error) { return l.step(ctx, f) }) })
	}
	wg.Wait()
}

// progress is what a step found in the log.
type progress int

const (
	nothing progress = iota
	some
	plenty // plenty is as much as is taken at once, so that there may be more.
)

// loop calls step again at once while there may be plenty, else when woken or after pollEvery. After it took
// some it rests for gatherFor: on a busy day each transaction of a follower keeps a sale waiting, so it
// takes the facts of many sales together. The first fact after a quiet time is taken at once.
func (l *Log) loop(ctx context.Context, name string, step func(context.Context) (progress, error)) {
	ctx = access.With(ctx, access.Program("follow:"+name))
	wake := make(chan struct{}, 1)
	l.mu.Lock()
	l.waiting = append(l.waiting, wake)
	l.mu.Unlock()
	for ctx.Err() == nil {
		found, err := step(ctx)
		pause, woken := pollEvery, wake
		switch {
		case err != nil && ctx.Err() == nil:
			slog.Error("following the log failed", "follower", name, "error", err)
			pause = errorPause
		case found == plenty:
			continue
		case found == some:
			pause, woken = gatherFor, nil
		}
		select {
		case <-ctx.Done():
			return
		case <-woken:
		case <-time.After(pause):
		}
	}
}

// Wake has the followers look at once. Append calls it after each commit.
func (l *Log) Wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range l.waiting {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

// CatchUp brings every follower to the end of the log, also past the facts that followers append, for the
// command line and tests.
func (l *Log) CatchUp(ctx context.Context) error {
	ctx = access.With(ctx, access.Program("follow"))
	for {
		again := false
		if l.DB.Engine == db.Postgres {
			found, err := l.sequence(ctx)
			if err != nil {
				return err
			}
			again = found != nothing
		}
		for _, f := range l.followers {
			found, err := l.step(ctx, f)
			if err != nil {
				return err
			}
			again = again || found != nothing
		}
		if !again {
			return nil
		}
	}
}

// sequencerLock is the advisory lock under which one process at a time gives facts their place.
const sequencerLock = 727001

// sequence gives the facts committed on PostgreSQL their place in the log. A customer's row lock is
// held to the commit, so the later fact of a customer has the higher id and is committed later: the
// order per customer holds, and no fact is passed over as with ids read directly. The lock and the
// update must be two statements: the second needs a snapshot taken after the first.
func (l *Log) sequence(ctx context.Context) (found progress, err error) {
	const limit = 1000
	err = l.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		var locked bool
		if err := tx.QueryRow(ctx, "select pg_try_advisory_xact_lock($1)", sequencerLock).Scan(&locked); err != nil || !locked {
			return err
		}
		n, err := tx.Exec(ctx, `
			with last as (select coalesce(max(pos), 0) as pos from events where pos is not null),
			     next as (select id, row_number() over (order by id) as n
			              from (select id from events where pos is null order by id limit $1) waiting)
			update events set pos = last.pos + next.n from next, last where events.id = next.id`, limit)
		if found = progressOf(int(n), limit); n > 0 {
			tx.OnCommit(l.Wake)
		}
		return err
	})
	if err != nil {
		return nothing, fmt.Errorf("sequence the log: %w", err)
	}
	return found, nil
}

func progressOf(n, limit int) progress {
	switch n {
	case 0:
		return nothing
	case limit:
		return plenty
	}
	return some
}

// step lets a follower take its next batch. If the batch fails it is taken fact by fact, up to the
// fact that fails, which is parked.
func (l *Log) step(ctx context.Context, f listener) (found progress, err error) {
	found, err = l.take(ctx, f, followBatch)
	if err == nil {
		return found, ctx.Err()
	}
	for n := 0; n < followBatch && ctx.Err() == nil; n++ {
		if _, err := l.take(ctx, f, 1); err != nil {
			return plenty, l.park(ctx, f, err)
		}
	}
	return plenty, ctx.Err()
}

// take hands the next facts to the follower, but for those whose customer has a parked fact: these are
// parked behind it, so that a customer's facts stay in order. It says how many facts it found.
func (l *Log) take(ctx context.Context, f listener, limit int) (found progress, err error) {
	err = l.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		pos, err := cursor(ctx, tx, f.name)
		if err != nil {
			return err
		}
		records, err := ListFrom(ctx, tx, pos, limit)
		if err != nil || len(records) == 0 {
			return err
		}
		found = progressOf(len(records), limit)
		batch, err := setAside(ctx, tx, f, f.wanted(records))
		if err != nil {
			return err
		}
		if len(batch) > 0 {
			if err := f.handle(ctx, tx, batch); err != nil {
				return err
			}
		}
		return setCursor(ctx, tx, f.name, records[len(records)-1].Pos)
	})
	return found, err
}

func cursor(ctx context.Context, tx *db.Tx, follower string) (pos int64, err error) {
	query := "select pos from followers where name = $1"
	if tx.Engine == db.Postgres {
		query += " for update"
	}
	err = tx.QueryRow(ctx, query, follower).Scan(&pos)
	if !db.NoRows(err) {
		return pos, err
	}
	_, err = tx.Exec(ctx, "insert into followers (name, pos) values ($1, 0) on conflict do nothing", follower)
	return 0, err
}

func setCursor(ctx context.Context, tx *db.Tx, follower string, pos int64) error {
	_, err := tx.Exec(ctx, "update followers set pos = $2 where name = $1", follower, pos)
	return err
}

// setAside parks the records whose customer has a parked fact and returns the others.
func setAside(ctx context.Context, tx *db.Tx, f listener, records []Record) ([]Record, error) {
	blocked, err := db.All(ctx, tx, func(scan db.Scan) (c int64, err error) { return c, scan(&c) },
		"select distinct customer_id from parked_facts where follower = $1 and customer_id is not null limit 10000", f.name)
	if err != nil || len(blocked) == 0 {
		return records, err
	}
	waits := map[int64]bool{}
	for _, c := range blocked {
		waits[c] = true
	}
	var free []Record
	for _, r := range records {
		if !waits[r.CustomerID] {
			free = append(free, r)
			continue
		}
		if err := insertParked(ctx, tx, f.name, r, "waits for an earlier fact of this customer"); err != nil {
			return nil, err
		}
	}
	return free, nil
}

// park puts the follower's next fact aside with its error and moves on.
func (l *Log) park(ctx context.Context, f listener, cause error) error {
	err := l.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		pos, err := cursor(ctx, tx, f.name)
		if err != nil {
			return err
		}
		records, err := ListFrom(ctx, tx, pos, 1)
		if err != nil || len(records) == 0 {
			return err
		}
		if err := insertParked(ctx, tx, f.name, records[0], cause.Error()); err != nil {
			return err
		}
		return setCursor(ctx, tx, f.name, records[0].Pos)
	})
	if err != nil {
		return errors.Join(fmt.Errorf("park a fact: %w", err), cause)
	}
	slog.Warn("fact parked", "follower", f.name, "error", cause)
	return nil
}

func insertParked(ctx context.Context, tx *db.Tx, follower string, r Record, why string) error {
	_, err := tx.Exec(ctx, `insert into parked_facts (follower, pos, customer_id, error, attempts, parked_at)
		values ($1, $2, $3, $4, 1, $5)`, follower, r.Pos, orNull(r.CustomerID), why, tx.Now.UnixMilli())
	return err
}
