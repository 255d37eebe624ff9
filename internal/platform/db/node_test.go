package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// server is a database on PostgreSQL together with a connection past the program.
type server struct {
	*pgx.Conn
	t      *testing.T
	target string
}

func onPostgres(t *testing.T) server {
	t.Helper()
	if !slices.Contains(dbtest.Engines(), db.Postgres) {
		t.Skip("SHUKE_TEST_POSTGRES is not set: this is about the connections to PostgreSQL; make test starts one")
	}
	target := dbtest.Target(t, db.Postgres)
	conn, err := pgx.Connect(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return server{conn, t, target}
}

// number runs a query for a number.
func (s server) number(query string) (n int) {
	s.t.Helper()
	if err := s.QueryRow(s.t.Context(), query).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// breakAll ends every connection of the program, and waits until they are gone.
func (s server) breakAll() {
	s.t.Helper()
	s.number("select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
}

// nodes returns how many node numbers are held.
func (s server) nodes() int {
	s.t.Helper()
	return s.number("select count(*) from pg_locks where locktype = 'advisory' and classid = 727002 and database = (select oid from pg_database where datname = current_database())")
}

// until waits for something that happens elsewhere.
func until(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for end := db.Uptime() + 15*time.Second; !happened(); time.Sleep(20 * time.Millisecond) {
		if db.Uptime() > end {
			t.Fatalf("%s: not within 15 seconds", what)
		}
	}
}

func TestDB_goes_on_after_its_connections_broke(t *testing.T) {
	t.Parallel()
	s := onPostgres(t)
	d := dbtest.OpenTarget(t, s.target)
	for round := range 3 {
		var all sync.WaitGroup
		for i := range 12 {
			all.Go(func() {
				err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, fmt.Sprint(round, " ", i), 1) })
				if err != nil {
					t.Errorf("round %d: Update = %v", round, err)
				}
				err = d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
					return tx.QueryRow(ctx, "select pos from followers where name = $1", fmt.Sprint(round, " ", i)).Scan(new(int))
				})
				if err != nil {
					t.Errorf("round %d: View = %v", round, err)
				}
			})
		}
		all.Wait()
		s.breakAll()
	}
	if got := count(t, d); got != 36 {
		t.Errorf("%d rows, want 36", got)
	}
}

func TestUpdate_runs_again_when_its_connection_breaks(t *testing.T) {
	t.Parallel()
	s := onPostgres(t)
	d := dbtest.OpenTarget(t, s.target)
	runs := 0
	err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if err := put(ctx, tx, "first", 1); err != nil {
			return err
		}
		if runs++; runs == 1 {
			s.breakAll()
		}
		return put(ctx, tx, "second", 1)
	})
	if got := count(t, d); err != nil || runs != 2 || got != 2 {
		t.Errorf("Update = %v after %d runs with %d rows, want 2 and 2", err, runs, got)
	}
}

// TestView_does_not_run_again_once_it_has_read: what it read may have been sent to somebody.
func TestView_does_not_run_again_once_it_has_read(t *testing.T) {
	t.Parallel()
	s := onPostgres(t)
	d := dbtest.OpenTarget(t, s.target)
	runs := 0
	err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		runs++
		first := tx.QueryRow(ctx, "select 1").Scan(new(int))
		s.breakAll()
		return errors.Join(first, tx.QueryRow(ctx, "select 2").Scan(new(int)))
	})
	if err == nil || runs != 1 {
		t.Errorf("View = %v after %d runs, want an error after one", err, runs)
	}
}

func TestNode_is_taken_again(t *testing.T) {
	t.Parallel()
	s := onPostgres(t)
	one, two := dbtest.OpenTarget(t, s.target), dbtest.OpenTarget(t, s.target)
	if n := s.nodes(); n != 2 {
		t.Fatalf("%d numbers are held, want 2", n)
	}
	s.breakAll()
	until(t, "both take a number again", func() bool { return s.nodes() == 2 })
	node := func(d *db.DB) (node int64) {
		err := d.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			node = tx.NewID() >> 12 & 1023
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		return node
	}
	if a, b := node(one), node(two); a == b {
		t.Errorf("both make identifiers with the number %d", a)
	}
}

func TestUpdate_waits_for_a_node_number(t *testing.T) {
	t.Parallel()
	s := onPostgres(t)
	d := dbtest.OpenTarget(t, s.target)
	write := func(wait time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		defer cancel()
		return d.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return put(ctx, tx, fmt.Sprint(tx.NewID()), 1) })
	}
	// Another takes all the numbers there are, ours too as soon as it is free.
	others := "select count(*) from generate_series(0, 1023) n where pg_try_advisory_lock(727002, n)"
	if got := s.number(others); got != 1023 {
		t.Fatalf("%d numbers were free, want 1023", got)
	}
	s.breakAll()
	if got := s.number(others); got != 1024 {
		t.Fatalf("%d numbers were free, want 1024", got)
	}
	until(t, "the loss is noticed", func() bool { return errs.CodeOf(write(time.Minute)) == "db.no_node" })
	s.number("select 1 from (select pg_advisory_unlock_all()) u")
	until(t, "a number is found", func() bool { return write(10*time.Second) == nil })
}

// TestPostgres_plans_as_rules_need: what is compared with Below has the order of bytes, whatever the database has, and
// no query is compiled.
func TestPostgres_plans_as_rules_need(t *testing.T) {
	t.Parallel()
	s := onPostgres(t)
	d := dbtest.OpenTarget(t, s.target)
	err := d.View(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		var jit string
		if err := tx.QueryRow(ctx, "select current_setting('jit')").Scan(&jit); err != nil {
			return err
		}
		if jit != "off" {
			t.Errorf("jit is %s, want off", jit)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := s.number(`select count(*) from information_schema.columns where table_schema = current_schema()
		and column_name in ('category', 'reason_code') and table_name in ('products', 'touches', 'refunds', 'refund_lines') and collation_name = 'C'`); n != 4 {
		t.Errorf("%d of the 4 columns of paths have collation C", n)
	}
}
