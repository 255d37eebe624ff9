// Package db is the one handle on the shop's database, SQLite or PostgreSQL, with the same SQL text
// for both: $1 parameters, cast(x as …), on conflict, no arrays, no now(). It also owns the program's
// clock: time is tx.Now inside a transaction and DB.Now outside.
package db

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/shuke-crm/shuke/internal/platform/id"
)

// Engine names the database engine.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// DB is an open database. Make one with Open.
type DB struct {
	Engine Engine
	Name   string // Name is the file path, or the PostgreSQL database, for people to read.

	Clock

	ids      id.Maker
	postgres *pgxpool.Pool // postgres does everything on PostgreSQL.
	pool     *sql.DB       // pool reads on SQLite.
	writer   *writer       // writer writes on SQLite.
	node     *node         // node makes our identifiers differ from those of others on PostgreSQL.
	readOnly bool
	release  []func() error
}

// Options of Open.
type Options struct {
	Target string // Target is a file path, or postgres://…
	// Import trades power-loss safety of the last commits for speed (synchronous=NORMAL); a killed
	// process still loses nothing. Only for an import into a file that nobody else writes.
	Import bool
	// ReadOnly opens a database that another process may be writing; Update is refused.
	ReadOnly bool
	// Demo allows the clock to be moved.
	Demo bool
}

// Open opens the database and brings its schema up to date. A SQLite file that another process holds
// is refused (db.in_use); a schema newer than the program is refused (db.newer).
func Open(ctx context.Context, o Options) (*DB, error) {
	d := &DB{Clock: Clock{movable: o.Demo}, readOnly: o.ReadOnly}
	d.ids.Now = Wall
	open := d.openSQLite
	if isPostgres(o.Target) {
		open = d.openPostgres
	}
	err := open(ctx, o)
	if err == nil {
		err = d.migrate(ctx)
	}
	if err == nil {
		err = d.loadOffset(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// Close closes the database and gives up the lock on it.
func (d *DB) Close() error {
	var err error
	for i := len(d.release) - 1; i >= 0; i-- {
		err = errors.Join(err, d.release[i]())
	}
	d.release = nil
	return err
}

// Tx is a transaction. It is used by one goroutine.
type Tx struct {
	Now    time.Time // Now is the one instant of the transaction, UTC, in whole milliseconds.
	Engine Engine

	ids      *id.Maker
	on       session
	heard    bool // heard says that a statement was answered.
	onCommit []func()
	instead  []func(ctx context.Context, tx *Tx) error
	kept     map[any]any
}

type inTx struct{}

// errNested is returned when a transaction is opened inside another, which would wait for itself.
var errNested = errors.New("a transaction is already open: pass its tx down instead of opening another")

// errReadOnly is returned by Update on a database opened with Options.ReadOnly.
var errReadOnly = errors.New("the database was opened for reading only")

// View runs fn in a read-only transaction that sees one state of the database throughout.
func (d *DB) View(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	_, err := d.try(ctx, false, fn)
	return err
}

// Update runs fn in a transaction that commits if fn returns nil and rolls back otherwise. On
// PostgreSQL a transaction that lost to another, was overtaken by one that wrote the same key, or lost its
// connection before the commit, is run again, so fn must not keep what it computed.
func (d *DB) Update(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if d.readOnly {
		return errReadOnly
	}
	instead, err := d.try(ctx, true, fn)
	if err != nil {
		return d.leave(ctx, instead, err)
	}
	return nil
}

// try runs fn until it ends with anything but bad luck.
func (d *DB) try(ctx context.Context, write bool, fn func(context.Context, *Tx) error) ([]func(context.Context, *Tx) error, error) {
	const attempts, overtakings = 10, 3
	for attempt := 1; ; attempt++ {
		instead, err := d.run(ctx, write, fn)
		again := isLost(err) || write && (gaveWay(err) || attempt <= overtakings && isOvertaken(err))
		if err == nil || attempt == attempts || !again {
			return instead, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(time.Duration(rand.IntN(4<<attempt)) * time.Millisecond):
		}
	}
}

// leave does what a transaction wants done instead of itself, and returns the error that ended it.
func (d *DB) leave(ctx context.Context, instead []func(context.Context, *Tx) error, cause error) error {
	for _, f := range instead {
		if err := d.Update(ctx, f); err != nil {
			return fmt.Errorf("leave something after a rollback: %w", err)
		}
	}
	return cause
}

// run runs fn in a transaction. If that ends with an error, it also returns what is to be done instead.
func (d *DB) run(ctx context.Context, write bool, fn func(context.Context, *Tx) error) ([]func(context.Context, *Tx) error, error) {
	if ctx.Value(inTx{}) != nil {
		return nil, errNested
	}
	if write && d.node != nil {
		if err := d.node.wait(ctx); err != nil {
			return nil, err
		}
	}
	on, err := d.begin(ctx, write)
	if err != nil {
		return nil, fmt.Errorf("begin transaction: %w", ifLost(err))
	}
	tx := &Tx{Now: d.Now(), Engine: d.Engine, ids: &d.ids, on: on}
	defer func() { tx.on = ended{} }()
	committed := false
	defer func() {
		if !committed { // Also after a panic: the writer must be free again.
			on.rollback()
		}
	}()
	if err := fn(context.WithValue(ctx, inTx{}, true), tx); err != nil {
		if write || !tx.heard { // Else fn may have passed on what it read.
			err = ifLost(err)
		}
		return tx.instead, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("commit transaction: %w", err)
	}
	if err := on.commit(); err != nil {
		return nil, fmt.Errorf("commit transaction: %w", err)
	}
	committed = true
	for _, f := range tx.onCommit {
		f()
	}
	return nil, nil
}

// NewID returns the number of a new identifier.
func (tx *Tx) NewID() int64 { return tx.ids.Next() }

// OnCommit has f called after the transaction has committed. It must be quick and cannot fail.
func (tx *Tx) OnCommit(f func()) { tx.onCommit = append(tx.onCommit, f) }

// Instead has f run in a transaction of its own if this one is rolled back because its function returns
// an error: for what a refusal leaves behind for people to see.
func (tx *Tx) Instead(f func(ctx context.Context, tx *Tx) error) { tx.instead = append(tx.instead, f) }

// Keep stores a value with the transaction, for packages that collect something while it runs.
func (tx *Tx) Keep(key, value any) {
	if tx.kept == nil {
		tx.kept = map[any]any{}
	}
	tx.kept[key] = value
}

// Kept returns the value stored under key, or nil.
func (tx *Tx) Kept(key any) any { return tx.kept[key] }

// Exec runs a statement and returns the number of rows it changed.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	n, err := tx.on.exec(ctx, query, args)
	tx.heard = tx.heard || err == nil
	return n, err
}

// Later runs a statement whose result nobody waits for. On PostgreSQL it goes out together with the next
// one that is waited for, or with the commit, and if it fails it fails there: the error says what it was
// doing, such as "insert order". The order of statements is kept.
func (tx *Tx) Later(ctx context.Context, doing, query string, args ...any) error {
	return tx.on.later(ctx, doing, query, args)
}

// Ask runs a query whose rows are not needed yet: row is called with each by the time that Answers returns.
// On PostgreSQL questions go out together, as Later's statements do, and an error says what was being done.
func (tx *Tx) Ask(ctx context.Context, doing string, row func(Scan) error, query string, args ...any) error {
	return tx.on.ask(ctx, doing, row, query, args)
}

// Answers waits for the answers to what was asked.
func (tx *Tx) Answers(ctx context.Context) error {
	err := tx.on.flush(ctx)
	tx.heard = tx.heard || err == nil
	return err
}

// Query runs a query. The caller reads the rows to their end or closes them before the next statement.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	rows, err := tx.on.query(ctx, query, args)
	tx.heard = tx.heard || err == nil
	return rows, err
}

// Rows are the rows of a query. Closing twice does nothing.
type Rows interface {
	Next() bool
	Scan(targets ...any) error
	Columns() ([]string, error)
	Err() error
	Close() error
}

// QueryRow runs a query for one row; Scan returns sql.ErrNoRows if there is none (see NoRows).
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *Row {
	rows, err := tx.Query(ctx, query, args...)
	return &Row{rows, err}
}

// Row is the first row of a query.
type Row struct {
	rows Rows
	err  error
}

// Scan reads the row into the targets and ends the query.
func (r *Row) Scan(targets ...any) error {
	if r.err != nil {
		return r.err
	}
	if !r.rows.Next() {
		return cmp.Or(errors.Join(r.rows.Err(), r.rows.Close()), sql.ErrNoRows)
	}
	return errors.Join(r.rows.Scan(targets...), r.rows.Close())
}

// NoRows reports whether err says that a query for one row found none.
func NoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// Scan reads one row into the targets, as rows.Scan does.
type Scan func(targets ...any) error

// All runs a query and returns what row makes of each row. The query bears a limit.
func All[T any](ctx context.Context, tx *Tx, row func(Scan) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := row(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// Exists reports whether a query finds a row.
func Exists(ctx context.Context, tx *Tx, query string, args ...any) (bool, error) {
	var one int
	err := tx.QueryRow(ctx, "select case when exists ("+query+") then 1 else 0 end", args...).Scan(&one)
	return one == 1, err
}
