package db

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

const copyBatch = 500

// Copy copies every table from one database to another, of either engine, and compares a digest of each.
// The other must be empty but for what its migrations filled (copy.not_empty). All or nothing is copied; the
// rows are read in one state of the source, so others may go on using it. Progress, if not nil, is called
// after each batch. Facts that PostgreSQL has not given their place yet get the places they would get.
func Copy(ctx context.Context, from, to *DB, progress func(table string, done, total int64)) error {
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	return from.View(ctx, func(_ context.Context, source *Tx) error {
		// The context of the View would refuse a second transaction; this one is of another database.
		return to.Update(ctx, func(_ context.Context, target *Tx) error {
			tables, err := matching(ctx, source, target)
			if err != nil {
				return err
			}
			if err := empty(ctx, target, tables); err != nil {
				return err
			}
			if err := deferKeys(ctx, target); err != nil {
				return err
			}
			for _, t := range tables {
				if err := copyTable(ctx, source, target, t, progress); err != nil {
					return fmt.Errorf("copy %s: %w", t.name, err)
				}
			}
			return nil
		})
	})
}

// matching returns the tables, which must be the same on both sides.
func matching(ctx context.Context, source, target *Tx) ([]table, error) {
	from, err := catalogue(ctx, source)
	if err != nil {
		return nil, err
	}
	to, err := catalogue(ctx, target)
	if err != nil {
		return nil, err
	}
	sameColumn := func(a, b column) bool { return a.name == b.name && a.sort == b.sort }
	same := func(a, b table) bool { return a.name == b.name && slices.EqualFunc(a.columns, b.columns, sameColumn) }
	if !slices.EqualFunc(from, to, same) {
		return nil, errors.New("the databases do not have the same tables and columns")
	}
	return from, nil
}

// empty refuses a target with rows, and takes away those that its migrations filled: they come with the
// source, as the shop has changed them.
func empty(ctx context.Context, target *Tx, tables []table) error {
	filled, err := seeded()
	if err != nil {
		return err
	}
	for _, t := range tables {
		if filled[t.name] {
			if _, err := target.Exec(ctx, "delete from "+t.name); err != nil {
				return fmt.Errorf("empty %s: %w", t.name, err)
			}
			continue
		}
		used, err := Exists(ctx, target, "select 1 from "+t.name)
		if err != nil {
			return fmt.Errorf("look into %s: %w", t.name, err)
		}
		if used {
			return errs.New(errs.Conflict, "copy.not_empty", "there are rows in the table %s already: copy into a new database", t.name)
		}
	}
	return nil
}

// deferKeys has foreign keys checked at the end, so that the order of tables does not matter.
func deferKeys(ctx context.Context, target *Tx) error {
	statement := "pragma defer_foreign_keys = on"
	if target.Engine == Postgres {
		statement = "set constraints all deferred"
	}
	if _, err := target.Exec(ctx, statement); err != nil {
		return fmt.Errorf("defer foreign keys: %w", err)
	}
	return nil
}

func copyTable(ctx context.Context, source, target *Tx, t table, progress func(string, int64, int64)) error {
	var total int64
	if err := source.QueryRow(ctx, "select count(*) from "+t.name).Scan(&total); err != nil {
		return err
	}
	var read digest
	var batch [][]any
	flush := func() error {
		if _, err := InsertRows(ctx, target, t.name, t.list(), batch, ""); err != nil {
			return err
		}
		batch = batch[:0]
		progress(t.name, read.rows, total)
		return ctx.Err()
	}
	order, place := placing(source, t)
	err := t.each(ctx, source, order, func(row []any) error {
		place(row)
		if err := read.add(t, row); err != nil {
			return err
		}
		if batch = append(batch, row); len(batch) < copyBatch {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	written, err := t.digest(ctx, target)
	if err == nil && written != read.String() {
		err = fmt.Errorf("what was written is not what was read: %s, want %s", written, read.String())
	}
	return err
}

// placing returns in which order to read a table, and what gives facts without a place theirs: as on
// PostgreSQL they get it by their number, after all others.
func placing(source *Tx, t table) (order string, place func(row []any)) {
	if t.name != "events" {
		return "", func([]any) {}
	}
	order = " order by pos"
	if source.Engine == Postgres {
		order = " order by pos nulls last, id"
	}
	pos := slices.IndexFunc(t.columns, func(c column) bool { return c.name == "pos" })
	var last int64
	return order, func(row []any) {
		if at, placed := row[pos].(int64); placed {
			last = at
			return
		}
		last++
		row[pos] = last
	}
}
