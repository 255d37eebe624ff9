package db_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

const filled = 507 // More than one batch.

// fill puts rows into every table, with all that is hard to carry: no value, no characters, quotes, zero
// bytes, large numbers, JSON in an order that PostgreSQL does not keep.
func fill(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		tables, err := db.Catalogue(ctx, tx)
		if err != nil {
			return err
		}
		seeded, err := db.Seeded()
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(tables)) {
			if seeded[name] {
				if _, err := tx.Exec(ctx, "delete from "+name); err != nil {
					return err
				}
			}
			var columns []string
			rows := make([][]any, filled)
			for c, column := range tables[name] {
				columns = append(columns, column.Name)
				for i := range rows {
					rows[i] = append(rows[i], sample(column, i, c))
				}
			}
			if _, err := db.InsertRows(ctx, tx, name, strings.Join(columns, ", "), rows, ""); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sample(column db.Column, i, c int) any {
	if column.Nullable && (i+c)%3 == 0 {
		return nil
	}
	switch column.Sort {
	case "number":
		return int64(i + 1)
	case "float":
		return []float64{0.1, -1e300, 5e-324, 3}[i%4] + float64(i)
	case "truth":
		return (i+c)%2 == 0
	case "text":
		return fmt.Sprintf("第%d行 '\"\\%%\n\t😀", i)
	case "document":
		return fmt.Sprintf(`{"b":[1, 2.50,15e2,-0.0,null,true,"文\n"], "a":{"n":%d}, "9007199254740993":9007199254740993}`, i)
	default:
		return fmt.Appendf([]byte{0, 255, '\''}, "%d", i)[:min(3+len(fmt.Sprint(i)), i*9)] // The first is empty.
	}
}

func digests(t *testing.T, d *db.DB) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		names, err := db.Tables(ctx, tx)
		for _, name := range names {
			digest, derr := db.Digest(ctx, tx, name)
			all[name], err = digest, errors.Join(err, derr)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func equal(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: digest of %s = %q, want %q", what, name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d tables, want %d", what, len(got), len(want))
	}
}

func TestCopy_there_and_back_loses_nothing(t *testing.T) {
	t.Parallel()
	origin := dbtest.Open(t, db.SQLite)
	fill(t, origin)
	want := digests(t, origin)
	if len(want) < 10 || !strings.HasPrefix(want["jobs"], fmt.Sprint(filled, "-")) {
		t.Fatalf("filled %d tables, jobs %q; want all, with %d rows each", len(want), want["jobs"], filled)
	}
	from := origin
	for _, engine := range append(dbtest.Engines(), db.SQLite) {
		to := dbtest.Open(t, engine)
		reached := map[string]int64{}
		err := db.Copy(t.Context(), from, to, func(table string, done, total int64) {
			if done < reached[table] || total != filled {
				t.Errorf("progress of %s: %d of %d after %d", table, done, total, reached[table])
			}
			reached[table] = done
		})
		if err != nil {
			t.Fatalf("%s to %s: %v", from.Engine, engine, err)
		}
		equal(t, fmt.Sprintf("%s to %s", from.Engine, engine), digests(t, to), want)
		if len(reached) != len(want) || reached["events"] != filled {
			t.Errorf("progress told of %d tables, events %d; want %d, %d", len(reached), reached["events"], len(want), filled)
		}
		from = to
	}
}

func insertFact(ctx context.Context, tx *db.Tx, pos any) error {
	_, err := tx.Exec(ctx, `insert into events (pos, kind, subject, touchpoint, history, happened_at, recorded_at, payload)
		values ($1, 'a', '', '', false, 1, 1, '{}')`, pos)
	return err
}

func TestCopy_facts_go_on_after_the_last(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, from *db.DB) {
		err := from.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			err := errors.Join(insertFact(ctx, tx, 7), insertFact(ctx, tx, 3))
			if tx.Engine == db.Postgres { // One that has no place yet.
				return errors.Join(err, insertFact(ctx, tx, nil))
			}
			return errors.Join(err, insertFact(ctx, tx, 8))
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, engine := range dbtest.Engines() {
			to := dbtest.Open(t, engine)
			if err := db.Copy(t.Context(), from, to, nil); err != nil {
				t.Fatal(err)
			}
			var places, next string
			err := to.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				order := "pos"
				if engine == db.Postgres {
					order = "id"
				}
				all, err := db.All(ctx, tx, func(scan db.Scan) (n int64, err error) { return n, scan(&n) }, "select pos from events order by "+order)
				places = fmt.Sprint(all)
				if err == nil && engine == db.SQLite {
					err = errors.Join(insertFact(ctx, tx, nil), tx.QueryRow(ctx, `select max(pos) from events`).Scan(&next))
				}
				return err
			})
			if err != nil || places != "[3 7 8]" || (engine == db.SQLite && next != "9") {
				t.Errorf("to %s: places %s, next %s (%v); want 3, 7, 8 in this order, then 9", engine, places, next, err)
			}
		}
	})
}

func TestCopy_into_a_used_database_is_refused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, to *db.DB) {
		if err := to.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, "x", 1) }); err != nil {
			t.Fatal(err)
		}
		before := digests(t, to)
		err := db.Copy(t.Context(), dbtest.Open(t, db.SQLite), to, nil)
		if errs.CodeOf(err) != "copy.not_empty" {
			t.Errorf("Copy = %v, want copy.not_empty", err)
		}
		equal(t, "after the refusal", digests(t, to), before)
	})
}

func TestCopy_stopped_midway_leaves_nothing(t *testing.T) {
	t.Parallel()
	from := dbtest.Open(t, db.SQLite)
	fill(t, from)
	dbtest.Each(t, func(t *testing.T, to *db.DB) {
		before := digests(t, to)
		ctx, cancel := context.WithCancel(t.Context())
		err := db.Copy(ctx, from, to, func(table string, done, total int64) {
			if table == "jobs" {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Copy = %v, want cancelled", err)
		}
		equal(t, "after the stop", digests(t, to), before)
	})
}

func TestDigest_sees_every_change(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seen := map[string]string{}
		for _, change := range []string{
			`insert into jobs (id, kind, args, state, priority, run_at, attempt, max_attempts, worker, beat, cancel, last_error, created_at)
				values (1, 'a', '{"a":1,"b":2}', 0, 0, 0, 0, 0, '', 0, false, '', 0)`,
			`update jobs set id = 2`, `update jobs set cancel = true`, `update jobs set unique_key = ''`, `update jobs set args = '{"a":1,"b":3}'`,
			`update jobs set kind = 'ab', worker = ''`, `update jobs set kind = 'a', worker = 'b'`, `update jobs set progress = 'null'`,
			`insert into jobs (id, kind, args, state, priority, run_at, attempt, max_attempts, worker, beat, cancel, last_error, created_at)
				values (3, 'a', '{"a":1,"b":2}', 0, 0, 0, 0, 0, '', 0, false, '', 0)`,
		} {
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { _, err := tx.Exec(ctx, change); return err })
			if err != nil {
				t.Fatal(err)
			}
			var got string
			err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error { got, err = db.Digest(ctx, tx, "jobs"); return err })
			if err != nil {
				t.Fatal(err)
			}
			if before, twice := seen[got]; twice {
				t.Errorf("the digest after %q is that after %q", change, before)
			}
			seen[got] = change
		}
	})
}

func TestPlain_numbers_of_one_value_are_alike(t *testing.T) {
	t.Parallel()
	for want, alike := range map[string][]string{
		"0": {"0", "-0", "0.00", "0e5"}, "15e-1": {"1.5", "1.50", "15e-1", "0.15E+1"}, "-12e2": {"-1200", "-1.2e3"},
		"9007199254740993e0": {"9007199254740993", "9007199254740993.0"},
	} {
		for _, number := range alike {
			if got := db.Plain(number); got != want {
				t.Errorf("plain(%s) = %s, want %s", number, got, want)
			}
		}
	}
}
