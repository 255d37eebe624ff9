package db_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

// writtenOnce names the tables whose rows are written once, each with the columns that may change.
var writtenOnce = map[string][]string{
	"events":        {},
	"audit_entries": {},
	"consent_texts": {},
	"consents":      {},
	"merges":        {"moved", "state", "undone_at", "undone_by"},
	"orders":        {"customer_id", "refunded_fen", "refunded_units"},
	"order_edits":   {},
	"order_lines":   {"refunded_fen", "refunded_quantity"},
	"refunds": {"amount_fen", "channel", "customer_id", "excess_fen", "on_day", "order_id", "overdue",
		"shop_id", "state", "units"},
}

func TestMigrations_keep_what_is_written_once(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d)
		var tables map[string][]db.Column
		err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
			tables, err = db.Catalogue(ctx, tx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for table, free := range writtenOnce {
			for _, c := range tables[table] {
				expect(t, d, !slices.Contains(free, c.Name), "update "+table+" set "+c.Name+" = "+c.Name)
			}
			expect(t, d, true, "delete from "+table)
		}
		expect(t, d, true, "update merges set state = 'undone'", "update merges set state = 'active'")
		imported, typed := "(select id from orders where import_id is not null)", "(select id from orders where import_id is null)"
		expect(t, d, false, "delete from orders where import_id is not null", "delete from order_lines where order_id not in (select id from orders)")
		expect(t, d, true, "delete from orders where import_id is null")
		expect(t, d, true, "delete from order_lines where order_id in "+imported)
		expect(t, d, true, "delete from order_lines where order_id in "+typed)
		noted := "insert into order_edits select order_id, 9, edited_at, was_fen, paid_fen, was_units, units from order_edits where order_id = 1"
		expect(t, d, true, "update orders set version = version + 1, paid_fen = 0")
		expect(t, d, false, noted, "update orders set version = 9, paid_fen = 0 where id = 1")
		expect(t, d, true, noted, "update orders set version = 8, paid_fen = 0 where id = 1")
		expect(t, d, true, noted, "update orders set version = 9 where id = 1", "update orders set paid_fen = 0 where id = 1")
		expect(t, d, false, noted, "delete from order_lines where order_id = 1")
		expect(t, d, true, noted, "delete from order_lines where order_id = 2")
		expect(t, d, false, "delete from refunds where import_id is not null")
		expect(t, d, true, "delete from refunds where import_id is null")
		expect(t, d, false, "delete from customers where id = 1", "delete from consents where customer_id = 1")
		expect(t, d, true, "delete from customers where id = 1", "delete from consents where customer_id = 2")
	})
}

// TestMigrations_let_a_fact_get_its_place: PostgreSQL numbers facts after their commit, once.
func TestMigrations_let_a_fact_get_its_place(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if d.Engine == db.SQLite {
			t.Skip("SQLite gives a fact its place at once")
		}
		fill(t, d)
		expect(t, d, false, "update events set pos = id + 1000 where pos is null")
		expect(t, d, true, "update events set pos = id + 1000 where pos is null", "update events set pos = null")
	})
}

// expect runs statements, of which the last is refused or changes rows, and takes them back.
func expect(t *testing.T, d *db.DB, refused bool, statements ...string) {
	t.Helper()
	back := errors.New("take it back")
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, s := range statements[:len(statements)-1] {
			if _, err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		n, err := tx.Exec(ctx, statements[len(statements)-1])
		if err == nil && n == 0 {
			return errors.New("no row was changed")
		}
		return errors.Join(err, back)
	})
	switch {
	case refused && !strings.Contains(err.Error(), "written once"):
		t.Errorf("%s: %v, want it refused", strings.Join(statements, "; "), err)
	case !refused && err.Error() != back.Error():
		t.Errorf("%s: %v, want it done", strings.Join(statements, "; "), err)
	}
}
