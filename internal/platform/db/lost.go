package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
)

// lost is an error after which nothing of the transaction was done: its connection broke before the commit
// was sent, so it can run again on another.
type lost struct{ error }

// Unwrap returns what broke the connection.
func (l lost) Unwrap() error { return l.error }

// ifLost marks err as lost if it says that a connection broke which stood before. One that could not be
// made is another thing: the server is away.
func ifLost(err error) error {
	if _, away := errors.AsType[*pgconn.ConnectError](err); away || !broke(err) {
		return err
	}
	return lost{err}
}

func broke(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false // We broke it.
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "57P01" || e.Code == "57P02" // The server shuts down, or the connection was ended.
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}

func isLost(err error) bool {
	_, ok := errors.AsType[lost](err)
	return ok
}

// gaveWay reports whether PostgreSQL gave the transaction up for another's sake: serialization failure or
// deadlock.
func gaveWay(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01")
}

// overtaken is a unique violation of a statement that nobody waited for: another transaction wrote the same
// key after this one looked. Run again, it finds what stands there.
type overtaken struct{ error }

// Unwrap returns the unique violation.
func (o overtaken) Unwrap() error { return o.error }

func ifOvertaken(err error) error {
	if err == nil || !UniqueViolation(err) {
		return err
	}
	return overtaken{err}
}

func isOvertaken(err error) bool {
	_, ok := errors.AsType[overtaken](err)
	return ok
}
