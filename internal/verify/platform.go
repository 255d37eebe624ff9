package verify

import (
	"context"
	"fmt"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// maxLag is how long a follower may leave a fact lying.
const maxLag = 10 * time.Minute

func platformChecks() []*check {
	return []*check{
		{Check: Check{Name: "database", What: "tables and indexes agree, byte for byte"}, by: checkDatabase},
		{
			Check: Check{Name: "log", What: "the log of facts has no gap"},
			count: `select count(*) from events`,
			rules: []rule{{
				thing: numbered("fact"), key: "pos",
				from:   `(select pos, lag(pos) over (order by pos) as before from events where pos is not null) e`,
				fields: []field{{"place", "coalesce(before, 0) + 1", "pos"}},
			}},
		},
		{Check: Check{Name: "followers", What: "every follower of the log is at most ten minutes behind"}, by: checkFollowers},
		{
			Check: Check{Name: "parked", What: "no fact was refused by a follower"},
			count: `select count(*) from parked_facts`,
			rules: []rule{{
				thing: numbered("fact"), key: "pos", note: "'for ' || follower", from: "parked_facts",
				fields: []field{{"", "'taken'", "error"}},
			}},
		},
	}
}

// checkDatabase has the engine look at itself. PostgreSQL has no such command without an extension, but knows
// of indexes whose building failed.
func checkDatabase(ctx context.Context, tx *db.Tx, c *check) error {
	if tx.Engine == db.Postgres {
		if err := tx.QueryRow(ctx, `select count(*) from pg_index`).Scan(&c.Checked); err != nil {
			return err
		}
		return c.apply(ctx, tx, rule{
			thing: named("index"), key: "0", note: "relname", from: "pg_index join pg_class on pg_class.oid = indexrelid",
			fields: []field{{"", "'valid'", "case when indisvalid then 'valid' else 'not valid' end"}},
		})
	}
	if err := tx.QueryRow(ctx, `pragma page_count`).Scan(&c.Checked); err != nil {
		return err
	}
	said, err := db.All(ctx, tx, func(scan db.Scan) (s string, err error) { return s, scan(&s) },
		fmt.Sprintf("pragma integrity_check(%d)", maxFaults+1))
	if err != nil {
		return err
	}
	for _, s := range said {
		if s != "ok" {
			c.fault("file", "ok", s)
		}
	}
	return nil
}

// checkFollowers compares each cursor with the log.
func checkFollowers(ctx context.Context, tx *db.Tx, c *check) error {
	var head int64
	if err := tx.QueryRow(ctx, `select coalesce(max(pos), 0) from events`).Scan(&head); err != nil {
		return err
	}
	type follower struct {
		name    string
		pos     int64
		waiting time.Time // waiting is since when its next fact waits.
	}
	all, err := db.All(ctx, tx, func(scan db.Scan) (f follower, err error) {
		return f, scan(&f.name, &f.pos, db.ScanTime(&f.waiting))
	}, `select name, pos, (select recorded_at from events where events.pos > followers.pos order by events.pos limit 1) from followers order by name limit 1000`)
	if err != nil {
		return err
	}
	c.Checked = int64(len(all))
	for _, f := range all {
		switch {
		case f.pos > head:
			c.fault(f.name, fmt.Sprintf("at most fact %d, the last", head), fmt.Sprintf("fact %d", f.pos))
		case !f.waiting.IsZero() && tx.Now.Sub(f.waiting) > maxLag:
			c.fault(f.name, fmt.Sprintf("near fact %d, the last", head), fmt.Sprintf("fact %d; the next waits since %s", f.pos, f.waiting.Format(time.RFC3339)))
		}
	}
	if tx.Engine != db.Postgres {
		return nil
	}
	var placed time.Time
	err = tx.QueryRow(ctx, `select min(recorded_at) from events where pos is null`).Scan(db.ScanTime(&placed))
	if err == nil && !placed.IsZero() && tx.Now.Sub(placed) > maxLag {
		c.fault("sequencer", "every fact in its place", "facts without one since "+placed.Format(time.RFC3339))
	}
	return err
}
