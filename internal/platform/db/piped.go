package db

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// piped is a transaction on PostgreSQL. What nobody waits for is kept back, the begin before all, and
// goes out in one round trip with the next statement that is waited for, or with the commit.
type piped struct {
	ctx  context.Context // ctx is that of the transaction, for its end.
	conn *pgxpool.Conn
	kept pgx.Batch
	ends []end // ends has one for each statement kept.
}

// end is what becomes of the result of a statement that was kept back.
type end struct {
	doing string           // doing says what the statement does.
	row   func(Scan) error // row is nil if the statement has no rows.
}

func (e end) take(results pgx.BatchResults) error {
	if e.row == nil {
		_, err := results.Exec()
		return wrap(e.doing, ifOvertaken(err))
	}
	rows, err := results.Query()
	if err != nil {
		return wrap(e.doing, err)
	}
	return wrap(e.doing, each(&pipedRows{Rows: rows}, e.row))
}

const (
	maxKept        = 64               // maxKept bounds the statements kept back.
	rollbackAtMost = 10 * time.Second // rollbackAtMost is how long a lost server may hold up an error.
)

func beginPiped(ctx context.Context, pool *pgxpool.Pool, write bool) (session, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	p := &piped{ctx: ctx, conn: conn}
	if write {
		p.keep(end{doing: "begin transaction"}, "begin", nil)
	} else {
		p.keep(end{doing: "begin transaction"}, "begin isolation level repeatable read read only", nil)
	}
	return p, nil
}

func (p *piped) keep(e end, query string, args []any) {
	p.kept.Queue(query, args...)
	p.ends = append(p.ends, e)
}

// send sends what is kept and takes the results but for some last ones, which the caller reads. It closes
// the results if there is an error.
func (p *piped) send(ctx context.Context, last int) (pgx.BatchResults, error) {
	kept, ends := p.kept, p.ends
	p.kept, p.ends = pgx.Batch{}, p.ends[:0]
	results := p.conn.SendBatch(ctx, &kept)
	for _, e := range ends[:len(ends)-last] {
		if err := e.take(results); err != nil {
			_ = results.Close() // It says the same.
			return nil, err
		}
	}
	return results, nil
}

// finish sends what is kept and returns what the last of it says.
func (p *piped) finish(ctx context.Context) (command string, n int64, err error) {
	results, err := p.send(ctx, 1)
	if err != nil {
		return "", 0, err
	}
	tag, err := results.Exec()
	closed := results.Close()
	if err == nil {
		err = closed
	}
	return tag.String(), tag.RowsAffected(), err
}

func (p *piped) exec(ctx context.Context, query string, args []any) (int64, error) {
	if p.kept.Len() == 0 {
		tag, err := p.conn.Exec(ctx, query, args...)
		return tag.RowsAffected(), err
	}
	p.keep(end{}, query, args)
	_, n, err := p.finish(ctx)
	return n, err
}

func (p *piped) later(ctx context.Context, doing, query string, args []any) error {
	return p.ask(ctx, doing, nil, query, args)
}

func (p *piped) ask(ctx context.Context, doing string, row func(Scan) error, query string, args []any) error {
	p.keep(end{doing, row}, query, args)
	if p.kept.Len() < maxKept {
		return nil
	}
	return p.flush(ctx)
}

func (p *piped) flush(ctx context.Context) error {
	if p.kept.Len() == 0 {
		return nil
	}
	results, err := p.send(ctx, 0)
	if err != nil {
		return err
	}
	return results.Close()
}

func (p *piped) query(ctx context.Context, query string, args []any) (Rows, error) {
	if p.kept.Len() == 0 {
		rows, err := p.conn.Query(ctx, query, args...)
		if err != nil {
			return nil, err
		}
		return &pipedRows{Rows: rows}, nil
	}
	p.keep(end{}, query, args)
	results, err := p.send(ctx, 1)
	if err != nil {
		return nil, err
	}
	rows, err := results.Query()
	if err != nil {
		_ = results.Close() // It says the same.
		return nil, err
	}
	return &pipedRows{Rows: rows, results: results}, nil
}

// errRolledBack says that a statement had failed before, though its error was passed over.
var errRolledBack = errors.New("the transaction had failed already")

func (p *piped) commit() error {
	if p.kept.Len() == 1 && p.status() == 'I' { // Nothing was said after the begin, not even that.
		p.conn.Release()
		return nil
	}
	p.keep(end{}, "commit", nil)
	command, _, err := p.finish(p.ctx)
	if err == nil && command != "COMMIT" {
		err = errRolledBack
	}
	if err != nil {
		return err // The caller rolls back.
	}
	p.conn.Release()
	return nil
}

func (p *piped) rollback() {
	defer p.conn.Release() // A connection that is still in a transaction is closed by it.
	if status := p.status(); status != 'T' && status != 'E' {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), rollbackAtMost)
	defer cancel()
	_, _ = p.conn.Exec(ctx, "rollback") // If it fails, closing the connection makes it.
}

// status is that of the transaction: I for idle, T in it, E failed.
func (p *piped) status() byte { return p.conn.Conn().PgConn().TxStatus() }

// pipedRows are the rows of the last statement of what was sent.
type pipedRows struct {
	pgx.Rows
	results pgx.BatchResults // results is nil if the statement went alone, and after the end.
	late    error            // late is what ending the query said.
}

// Next ends the query after its last row, so that another statement may follow.
func (r *pipedRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.late = r.Close()
	return false
}

// Err returns what went wrong on the way.
func (r *pipedRows) Err() error { return cmp.Or(r.Rows.Err(), r.late) }

// Scan gives an *any the same value that database/sql gives it.
func (r *pipedRows) Scan(targets ...any) error {
	own := targets
	for i, t := range targets {
		if to, ok := t.(*any); ok {
			if &own[0] == &targets[0] {
				own = slices.Clone(targets) // The caller may scan into his again.
			}
			own[i] = anything{to}
		}
	}
	return r.Rows.Scan(own...)
}

// Columns returns the names of the columns.
func (r *pipedRows) Columns() ([]string, error) {
	fields := r.FieldDescriptions()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names, nil
}

// Close ends the query.
func (r *pipedRows) Close() error {
	r.Rows.Close()
	if r.results == nil {
		return nil
	}
	results := r.results
	r.results = nil
	if err := results.Close(); r.Err() == nil {
		return err
	}
	return nil
}

// anything takes any value, in the form that database/sql knows.
type anything struct{ to *any }

// Scan implements sql.Scanner.
func (a anything) Scan(src any) error {
	if b, ok := src.([]byte); ok {
		src = bytes.Clone(b)
	}
	*a.to = src
	return nil
}
