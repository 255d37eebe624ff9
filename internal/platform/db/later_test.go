package db_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

var errBoom = errors.New("boom")

// putLater is put for whoever does not wait for it.
func putLater(ctx context.Context, tx *db.Tx, name string, pos int64) error {
	return tx.Later(ctx, "put "+name, `insert into followers (name, pos) values ($1, $2)`, name, pos)
}

func TestLater_keeps_the_order_of_statements(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const n = 200 // More than are kept back at once.
		var inside, after int64
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if err := putLater(ctx, tx, "digits", 0); err != nil {
				return err
			}
			for i := range int64(n) {
				if err := tx.Later(ctx, "add a digit", "update followers set pos = (pos * 3 + $1) % 1000003 where name = 'digits'", i); err != nil {
					return err
				}
			}
			if err := tx.QueryRow(ctx, "select pos from followers").Scan(&inside); err != nil {
				return err
			}
			return tx.Later(ctx, "add one", "update followers set pos = pos + 1")
		})
		if err != nil {
			t.Fatal(err)
		}
		want := int64(0)
		for i := range int64(n) {
			want = (want*3 + i) % 1000003
		}
		err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, "select pos from followers").Scan(&after)
		})
		if err != nil || inside != want || after != want+1 {
			t.Errorf("inside %d, after %d, %v; want %d and one more", inside, after, err, want)
		}
	})
}

func TestLater_error_surfaces_before_the_commit(t *testing.T) {
	t.Parallel()
	twice := func(ctx context.Context, tx *db.Tx) error {
		if err := putLater(ctx, tx, "first", 1); err != nil {
			return err
		}
		if err := putLater(ctx, tx, "first", 2); err != nil {
			return err
		}
		return putLater(ctx, tx, "second", 3)
	}
	for name, end := range map[string]func(ctx context.Context, tx *db.Tx) error{
		"at the commit": func(context.Context, *db.Tx) error { return nil },
		"at a statement": func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "update followers set pos = 0")
			return err
		},
		"at a query": func(ctx context.Context, tx *db.Tx) error {
			rows, err := tx.Query(ctx, "select pos from followers")
			if err == nil {
				err = rows.Close()
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					if err := twice(ctx, tx); err != nil {
						return err
					}
					return end(ctx, tx)
				})
				if !db.UniqueViolation(err) || !strings.Contains(err.Error(), "put first: ") {
					t.Errorf("Update = %v, want a unique violation of putting the first", err)
				}
				if got := count(t, d); got != 0 {
					t.Errorf("%d rows stand, want none", got)
				}
			})
		})
	}
}

// An error that is passed over must not look like a commit: PostgreSQL answers "rollback" and no error.
func TestUpdate_does_not_commit_after_an_error_passed_over(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if err := put(ctx, tx, "kept", 1); err != nil {
				return err
			}
			_ = put(ctx, tx, "kept", 2)
			return nil
		})
		if got := count(t, d); (err == nil) != (got == 1) {
			t.Errorf("Update = %v, and %d rows stand", err, got)
		}
	})
}

// The connection must be fit for the next: in no transaction, with nothing left to read.
func TestUpdate_leaves_the_connection_clean(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for i := range 100 {
			ctx, cancel := context.WithCancel(t.Context())
			_ = d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
				switch i % 5 {
				case 1:
					_ = putLater(ctx, tx, "never", 1)
					cancel()
				case 2:
					_, _ = tx.Query(ctx, "select pos from nowhere")
				case 3:
					_ = putLater(ctx, tx, "never", 1)
					_, _ = tx.Query(ctx, "select pos from followers where pos = 'x' || $1", 1)
					return errBoom
				case 4:
					_ = putLater(ctx, tx, "never", 1)
					return errBoom
				}
				return nil
			})
			cancel()
		}
		if err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, "kept", 1) }); err != nil {
			t.Fatal(err)
		}
		if got := count(t, d); got != 1 {
			t.Errorf("%d rows stand, want 1", got)
		}
	})
}

func TestAsk_answers_are_there_once_they_are_waited_for(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var before, after []int64
		into := func(all *[]int64) func(db.Scan) error {
			return func(scan db.Scan) error {
				var pos int64
				err := scan(&pos)
				*all = append(*all, pos)
				return err
			}
		}
		const query = "select pos from followers where name <> $1 order by pos"
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			before, after = nil, nil
			return errors.Join(
				putLater(ctx, tx, "a", 1), putLater(ctx, tx, "b", 2),
				tx.Ask(ctx, "ask before", into(&before), query, "none"),
				tx.Later(ctx, "add ten", "update followers set pos = pos + 10"),
				tx.Ask(ctx, "ask after", into(&after), query, "a"),
				tx.Answers(ctx), tx.Answers(ctx),
			)
		})
		if err != nil || !slices.Equal(before, []int64{1, 2}) || !slices.Equal(after, []int64{12}) {
			t.Errorf("before %v, after %v, %v; want [1 2] and [12]", before, after, err)
		}
		err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			after = nil
			return errors.Join(tx.Ask(ctx, "ask again", into(&after), query, "b"), tx.Answers(ctx))
		})
		if err != nil || !slices.Equal(after, []int64{11}) {
			t.Errorf("a view answers %v, %v; want [11]", after, err)
		}
	})
}

func TestAsk_error_says_what_was_asked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			err := errors.Join(
				putLater(ctx, tx, "first", 1),
				tx.Ask(ctx, "ask badly", func(db.Scan) error { return errBoom }, "select 1"),
			)
			return cmp.Or(err, tx.Answers(ctx))
		})
		if !errors.Is(err, errBoom) || !strings.HasPrefix(err.Error(), "ask badly: ") {
			t.Errorf("Update = %v, want boom of asking badly", err)
		}
		if got := count(t, d); got != 0 {
			t.Errorf("%d rows stand, want none", got)
		}
	})
}

// Another transaction writes the key between our look and our later insert: ours is run again and finds it.
func TestUpdate_runs_again_when_overtaken(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if d.Engine == db.SQLite {
			t.Skip("SQLite has one writer, so that nobody comes between")
		}
		runs := 0
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			runs++
			known, err := db.Exists(ctx, tx, "select 1 from followers where name = 'key'")
			if err != nil || known {
				return err
			}
			err = d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, "key", 1) })
			return errors.Join(err, putLater(ctx, tx, "key", 2))
		})
		if got := count(t, d); err != nil || runs != 2 || got != 1 {
			t.Errorf("Update = %v after %d runs with %d rows, want nil after 2 with 1", err, runs, got)
		}
	})
}
