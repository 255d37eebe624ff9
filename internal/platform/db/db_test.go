package db_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

func put(ctx context.Context, tx *db.Tx, name string, pos int64) error {
	_, err := tx.Exec(ctx, `insert into followers (name, pos) values ($1, $2)`, name, pos)
	return err
}

func count(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, `select count(*) from followers`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		boom := errors.New("boom")
		committed := 0
		for _, fail := range []error{nil, boom} {
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				tx.OnCommit(func() { committed++ })
				return errors.Join(put(ctx, tx, fmt.Sprint(fail), 1), fail)
			})
			if !errors.Is(err, fail) {
				t.Errorf("Update = %v, want %v", err, fail)
			}
		}
		if got := count(t, d); got != 1 || committed != 1 {
			t.Errorf("rows %d, commits seen %d; want 1 and 1: the failed one must leave nothing", got, committed)
		}
	})
}

func TestTx_Instead(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		boom, later := errors.New("boom"), errors.New("later")
		for _, c := range []struct {
			name              string
			fail, leave, want error
		}{
			{"committed", nil, nil, nil}, {"refused", boom, nil, boom}, {"refused and nothing left", boom, later, later},
		} {
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				tx.Instead(func(ctx context.Context, tx *db.Tx) error {
					return errors.Join(put(ctx, tx, c.name+": left", 1), c.leave)
				})
				return errors.Join(put(ctx, tx, c.name, 1), c.fail)
			})
			if !errors.Is(err, c.want) {
				t.Errorf("%s: Update = %v, want %v", c.name, err, c.want)
			}
		}
		var names string
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, "select min(name) || ', ' || max(name) from followers").Scan(&names)
		})
		if want := "committed, refused: left"; err != nil || names != want || count(t, d) != 2 {
			t.Errorf("there is %q, %v; want %q", names, err, want)
		}
	})
}

func TestUpdate_panic_leaves_the_writer_usable(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		func() {
			defer func() { _ = recover() }()
			_ = d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { panic("broken") })
		}()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, "after", 1) }); err != nil {
			t.Fatal(err)
		}
	})
}

func TestUpdate_cut_off_leaves_nothing_and_the_writer_usable(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const endless = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000000) select count(*) from n`
		for range 20 {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
			err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
				var n int64
				return errors.Join(put(ctx, tx, "half", 1), tx.QueryRow(ctx, endless).Scan(&n))
			})
			cancel()
			if err == nil {
				t.Fatal("an endless statement ended")
			}
		}
		if got := count(t, d); got != 0 {
			t.Errorf("%d rows are left of transactions that were cut off", got)
		}
		if err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, "after", 1) }); err != nil {
			t.Error(err)
		}
	})
}

func TestUpdate_after_the_writer_was_given_up(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	if err := db.BreakWriter(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, "after", 1) }); err != nil {
		t.Error(err)
	}
}

func TestQuery_read_to_its_end_lets_another_follow(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for range 3 {
				rows, err := tx.Query(ctx, "select 1 union all select 2")
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
				}
				if err := rows.Err(); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestTx_is_dead_after_its_end(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var kept *db.Tx
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			kept = tx
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := put(t.Context(), kept, "late", 1); err == nil {
			t.Error("a statement ran after the end of its transaction")
		}
	})
}

func TestQuery_inside_a_query_of_the_same_text(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite) // PostgreSQL has one query at a time on a connection.
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if err := errors.Join(put(ctx, tx, "a", 1), put(ctx, tx, "b", 2)); err != nil {
			return err
		}
		const names = `select name from followers order by name`
		pairs, err := db.All(ctx, tx, func(scan db.Scan) (pair string, err error) {
			var inner string
			return pair + inner, errors.Join(scan(&pair), tx.QueryRow(ctx, names).Scan(&inner))
		}, names)
		if err == nil && len(pairs) != 2 {
			t.Errorf("%d rows, want 2: the inner query must not disturb the outer", len(pairs))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNested_transactions_are_refused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		nothing := func(context.Context, *db.Tx) error { return nil }
		for name, inner := range map[string]func(context.Context, func(context.Context, *db.Tx) error) error{"View": d.View, "Update": d.Update} {
			err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return inner(ctx, nothing) })
			if err == nil {
				t.Errorf("%s inside Update was allowed", name)
			}
		}
	})
}

func TestView_cannot_write(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, "x", 1) })
		if err == nil {
			t.Error("a View wrote a row")
		}
	})
}

func TestUpdate_concurrent_counters_lose_nothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, name := range []string{"a", "b"} {
			if err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, name, 0) }); err != nil {
				t.Fatal(err)
			}
		}
		var wg sync.WaitGroup
		for w := range 2 {
			wg.Go(func() {
				for range 5 {
					// One of the two takes the rows in the other order: PostgreSQL finds deadlocks, and retries.
					first, second := "a", "b"
					if w%2 == 1 {
						first, second = second, first
					}
					err := d.Update(context.Background(), func(ctx context.Context, tx *db.Tx) error {
						for _, name := range []string{first, second} {
							if _, err := tx.Exec(ctx, `update followers set pos = pos + 1 where name = $1`, name); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		var sum int64
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `select cast(sum(pos) as bigint) from followers`).Scan(&sum)
		})
		if err != nil || sum != 20 {
			t.Errorf("sum = %d (%v), want 20", sum, err)
		}
	})
}

func TestInsertRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			var rows [][]any
			for i := range 123 {
				rows = append(rows, []any{fmt.Sprint("f", i%120), int64(i)})
			}
			n, err := db.InsertRows(ctx, tx, "followers", "name, pos", rows, "on conflict do nothing")
			if err == nil && n != 120 {
				t.Errorf("written = %d, want 120: three names come twice", n)
			}
			if _, err := db.InsertRows(ctx, tx, "followers", "name, pos", [][]any{{"short"}}, ""); err == nil {
				t.Error("a row that is too short was taken")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestBelow(t *testing.T) {
	t.Parallel()
	from, until := db.Below("女装/裙", '/')
	for path, want := range map[string]bool{
		"女装/裙/长": true, "女装/裙/长/夏": true, "女装/裙/": true, "女装/裙/\U0010FFFF": true,
		"女装/裙": false, "女装/裙0": false, "女装/裙.": false, "女装/裙子/长": false, "女装": false, "女装/裤/长": false, "": false,
	} {
		if got := path >= from && path < until; got != want {
			t.Errorf("%q below: %v, want %v", path, got, want)
		}
	}
}

func TestUniqueViolation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return errors.Join(put(ctx, tx, "twice", 1), put(ctx, tx, "twice", 2))
		})
		if !db.UniqueViolation(err) {
			t.Errorf("UniqueViolation(%v) = false", err)
		}
	})
}

func TestMoveClock(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		before := d.Now()
		if err := d.MoveClock(t.Context(), 48*time.Hour); err != nil {
			t.Fatal(err)
		}
		if moved := d.Now().Sub(before); moved < 48*time.Hour || moved > 49*time.Hour {
			t.Errorf("moved by %v, want 48h", moved)
		}
		if err := d.MoveClock(t.Context(), -time.Hour); errs.CodeOf(err) != "clock.step" {
			t.Errorf("moving back: %v, want clock.step", err)
		}
	})
}

func TestOpen_clock_stands_still_outside_a_demo(t *testing.T) {
	t.Parallel()
	d, err := db.Open(t.Context(), db.Options{Target: dbtest.Target(t, db.SQLite)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.MoveClock(t.Context(), time.Hour); errs.CodeOf(err) != "clock.not_movable" {
		t.Errorf("MoveClock = %v, want clock.not_movable", err)
	}
}

func TestOpen_second_process_is_refused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "熟客 shop.db")
	d, err := db.Open(t.Context(), db.Options{Target: path})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Open(t.Context(), db.Options{Target: path}); errs.CodeOf(err) != "db.in_use" {
		t.Errorf("second Open = %v, want db.in_use", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := db.Open(t.Context(), db.Options{Target: path})
	if err != nil {
		t.Fatalf("open after close: %v", err)
	}
	_ = again.Close()
}

func TestBackupFile(t *testing.T) {
	t.Parallel()
	target := dbtest.Target(t, db.SQLite)
	d := dbtest.OpenTarget(t, target)
	if err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, "kept", 7) }); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "backup.db")
	if err := db.BackupFile(t.Context(), target, path); err != nil {
		t.Fatal(err)
	}
	if got := count(t, dbtest.OpenTarget(t, path)); got != 1 {
		t.Errorf("rows in the backup = %d, want 1", got)
	}
	if err := db.BackupFile(t.Context(), target, path); errs.CodeOf(err) != "backup.exists" {
		t.Errorf("second backup = %v, want backup.exists", err)
	}
}

func TestOpen_read_only_beside_a_writer(t *testing.T) {
	t.Parallel()
	for _, engine := range dbtest.Engines() {
		target := dbtest.Target(t, engine)
		writer := dbtest.OpenTarget(t, target)
		reader, err := db.Open(t.Context(), db.Options{Target: target, ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, "new", 1) }); err != nil {
			t.Fatal(err)
		}
		if got := count(t, reader); got != 1 {
			t.Errorf("%s: the reader sees %d rows, want 1", engine, got)
		}
		if err := reader.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return nil }); err == nil {
			t.Errorf("%s: Update was allowed", engine)
		}
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	}
}
