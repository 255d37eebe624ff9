package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
)

// session is an open transaction of one of the three sorts: piped, pooled, and that of the writer.
type session interface {
	exec(ctx context.Context, query string, args []any) (int64, error)
	later(ctx context.Context, doing, query string, args []any) error
	query(ctx context.Context, query string, args []any) (Rows, error)
	ask(ctx context.Context, doing string, row func(Scan) error, query string, args []any) error
	flush(ctx context.Context) error // flush brings the answers to what was asked.
	commit() error
	rollback()
}

// pooled is a transaction that reads from SQLite.
type pooled struct{ tx *sql.Tx }

func (p pooled) exec(ctx context.Context, query string, args []any) (int64, error) {
	return changed(p.tx.ExecContext(ctx, query, args...))
}

func (p pooled) later(ctx context.Context, doing, query string, args []any) error {
	_, err := p.exec(ctx, query, args)
	return wrap(doing, err)
}

func (p pooled) query(ctx context.Context, query string, args []any) (Rows, error) {
	return p.tx.QueryContext(ctx, query, args...)
}

func (p pooled) ask(ctx context.Context, doing string, row func(Scan) error, query string, args []any) error {
	return askNow(ctx, p, doing, row, query, args)
}

func (p pooled) flush(context.Context) error { return nil }

func (p pooled) commit() error { return p.tx.Commit() }

func (p pooled) rollback() { _ = p.tx.Rollback() } // After a commit there is nothing left to roll back.

func changed(r sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func wrap(doing string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// writer is the one connection that writes to a SQLite file. Its transactions run one after another,
// first come, first served, and keep their statements prepared: parsing them costs more than running them.
type writer struct {
	pool *sql.DB
	turn chan struct{} // turn holds one token: whoever has it has the connection.
	conn *sql.Conn
	idle map[string]*sql.Stmt // idle holds prepared statements that nobody is reading from.
}

// maxPrepared bounds the prepared statements kept; texts with lists in them come in many lengths.
const maxPrepared = 300

func newWriter(pool *sql.DB) *writer {
	return &writer{pool: pool, turn: make(chan struct{}, 1), idle: map[string]*sql.Stmt{}}
}

// begin waits for its turn and begins a transaction, which ends with commit or rollback.
func (w *writer) begin(ctx context.Context) (err error) {
	select {
	case w.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() {
		if err != nil {
			<-w.turn
		}
	}()
	if w.conn == nil {
		if w.conn, err = w.pool.Conn(ctx); err != nil {
			return err
		}
	}
	if _, err = w.exec(ctx, "begin immediate", nil); err != nil {
		w.drop()
		return err
	}
	return nil
}

func (w *writer) exec(ctx context.Context, query string, args []any) (int64, error) {
	s, err := w.take(ctx, query)
	if err != nil {
		return 0, err
	}
	defer w.give(query, s)
	return changed(s.ExecContext(ctx, args...))
}

// later runs the statement at once: SQLite is no way off.
func (w *writer) later(ctx context.Context, doing, query string, args []any) error {
	_, err := w.exec(ctx, query, args)
	return wrap(doing, err)
}

func (w *writer) query(ctx context.Context, query string, args []any) (Rows, error) {
	s, err := w.take(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args...)
	if err != nil {
		w.give(query, s)
		return nil, err
	}
	return &keptRows{rows, func() { w.give(query, s) }}, nil
}

func (w *writer) ask(ctx context.Context, doing string, row func(Scan) error, query string, args []any) error {
	return askNow(ctx, w, doing, row, query, args)
}

func (w *writer) flush(context.Context) error { return nil }

// keptRows are rows of a statement that is given back once they are closed.
type keptRows struct {
	*sql.Rows
	done func()
}

func (r *keptRows) Close() error {
	err := r.Rows.Close()
	if r.done != nil {
		r.done()
		r.done = nil
	}
	return err
}

// commit commits even if the context has just ended, so that the outcome is never unknown.
func (w *writer) commit() error {
	if _, err := w.exec(context.Background(), "commit", nil); err != nil {
		return err // The caller rolls back.
	}
	<-w.turn
	return nil
}

func (w *writer) rollback() {
	if _, err := w.exec(context.Background(), "rollback", nil); err != nil {
		w.drop() // SQLite has rolled back by itself, or closing the connection makes it.
	}
	<-w.turn
}

// take returns a prepared statement that is the caller's until it is given back.
func (w *writer) take(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := w.idle[query]; ok {
		delete(w.idle, query)
		return s, nil
	}
	return w.conn.PrepareContext(ctx, query)
}

func (w *writer) give(query string, s *sql.Stmt) {
	if _, twice := w.idle[query]; twice || w.conn == nil {
		_ = s.Close() // It wrote nothing that could be lost.
		return
	}
	if len(w.idle) >= maxPrepared {
		for old, o := range w.idle {
			_ = o.Close()
			delete(w.idle, old)
			break
		}
	}
	w.idle[query] = s
}

// drop gives the connection up; the next transaction takes a new one.
func (w *writer) drop() {
	for _, s := range w.idle {
		_ = s.Close()
	}
	clear(w.idle)
	if w.conn != nil {
		// The pool would keep a connection that is only closed, and its transaction with it.
		_ = w.conn.Raw(func(any) error { return driver.ErrBadConn })
		_ = w.conn.Close()
		w.conn = nil
	}
}

// close waits for the transaction under way and closes the connection.
func (w *writer) close() error {
	w.turn <- struct{}{}
	w.drop()
	if err := w.pool.Close(); err != nil {
		return fmt.Errorf("close writer: %w", err)
	}
	return nil
}

// askNow asks at once: SQLite is no way off.
func askNow(ctx context.Context, on session, doing string, row func(Scan) error, query string, args []any) error {
	rows, err := on.query(ctx, query, args)
	if err == nil {
		err = each(rows, row)
	}
	return wrap(doing, err)
}

// each calls row with each of the rows and closes them.
func each(rows Rows, row func(Scan) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// begin opens a session for writing or reading.
func (d *DB) begin(ctx context.Context, write bool) (session, error) {
	switch {
	case d.Engine == Postgres:
		return beginPiped(ctx, d.postgres, write)
	case write:
		return d.writer, d.writer.begin(ctx)
	}
	tx, err := d.pool.BeginTx(ctx, nil)
	return pooled{tx}, err
}

// ended takes the place of the session of a transaction that has ended.
type ended struct{}

// errEnded is what the statements of a transaction that has ended return.
var errEnded = errors.New("the transaction has ended")

func (ended) exec(context.Context, string, []any) (int64, error) { return 0, errEnded }

func (ended) later(context.Context, string, string, []any) error { return errEnded }

func (ended) query(context.Context, string, []any) (Rows, error) { return nil, errEnded }

func (ended) ask(context.Context, string, func(Scan) error, string, []any) error { return errEnded }

func (ended) flush(context.Context) error { return errEnded }

func (ended) commit() error { return errEnded }

func (ended) rollback() {}
