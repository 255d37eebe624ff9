package db

import (
	"context"
	"fmt"
	"strings"
)

// Analyze has PostgreSQL look again at the tables that have grown or changed much since it last did, as its
// autovacuum would within minutes. Until then it takes a table that was just filled for an empty one, and
// plans accordingly: call it before work on many rows that may follow an import. SQLite plans without.
func (d *DB) Analyze(ctx context.Context) error {
	if d.Engine != Postgres {
		return nil
	}
	var tables []string
	err := d.View(ctx, func(ctx context.Context, tx *Tx) (err error) {
		tables, err = All(ctx, tx, func(scan Scan) (name string, err error) { return name, scan(&name) },
			`select relname from pg_stat_user_tables where schemaname = current_schema() and n_mod_since_analyze > $1 + n_live_tup / 5 order by relname`, analyzeFrom)
		return err
	})
	if err != nil {
		return fmt.Errorf("find tables that have changed: %w", err)
	}
	for _, table := range tables { // Each by itself, so that no lock is held for long.
		err := d.Update(ctx, func(ctx context.Context, tx *Tx) error {
			_, err := tx.Exec(ctx, `analyze "`+strings.ReplaceAll(table, `"`, `""`)+`"`)
			return err
		})
		if err != nil {
			return fmt.Errorf("analyze %s: %w", table, err)
		}
	}
	return nil
}

// analyzeFrom is the number of changed rows from which on a table is worth a look.
const analyzeFrom = 1_000
