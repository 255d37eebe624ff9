package db_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

// TestAnalyze: a table that was just filled is planned by what is in it, and one that has hardly changed is left alone.
func TestAnalyze(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill := func(from, n int) {
			t.Helper()
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				rows := make([][]any, n)
				for i := range rows {
					rows[i] = []any{fmt.Sprint("f", from+i), i}
				}
				if _, err := db.InsertRows(ctx, tx, "followers", "name, pos", rows, ""); err != nil || tx.Engine == db.SQLite {
					return err
				}
				_, err := tx.Exec(ctx, "select pg_stat_force_next_flush()") // Else PostgreSQL counts the rows a little later.
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		known := func() (rows int) {
			t.Helper()
			if err := d.Analyze(t.Context()); err != nil {
				t.Fatal(err)
			}
			if d.Engine == db.SQLite {
				return 0
			}
			err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return tx.QueryRow(ctx, "select cast(reltuples as bigint) from pg_class where oid = cast('followers' as regclass)").Scan(&rows)
			})
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		fill(0, 3_000)
		if got := known(); d.Engine == db.Postgres && got != 3_000 {
			t.Errorf("after 3,000 rows PostgreSQL knows of %d", got)
		}
		fill(3_000, 100)
		if got := known(); d.Engine == db.Postgres && got != 3_000 {
			t.Errorf("after 100 more it has looked again: %d", got)
		}
	})
}
