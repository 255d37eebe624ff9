package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // Registers the driver "pgx".
)

// nodeLock is the class of the advisory locks that give each process its node number.
const nodeLock = 727002

func (d *DB) openPostgres(ctx context.Context, o Options) error {
	d.Engine = Postgres
	pool, err := sql.Open("pgx", o.Target)
	if err != nil {
		return fmt.Errorf("open PostgreSQL: %w", err)
	}
	d.pool = pool
	d.release = append(d.release, pool.Close)
	pool.SetMaxOpenConns(max(16, 4*runtime.NumCPU()))
	pool.SetMaxIdleConns(max(16, 4*runtime.NumCPU()))
	if err := pool.QueryRowContext(ctx, "select current_database()").Scan(&d.Name); err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	if o.ReadOnly {
		return nil
	}
	return d.takeNode(ctx)
}

func isPostgres(target string) bool {
	return strings.HasPrefix(target, "postgres://") || strings.HasPrefix(target, "postgresql://")
}

// takeNode takes a node number that no other process has while this one lives, so that their
// identifiers differ.
func (d *DB) takeNode(ctx context.Context) error {
	conn, err := d.pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("take a node number: %w", err)
	}
	for node := range int64(1024) {
		var taken bool
		if err := conn.QueryRowContext(ctx, "select pg_try_advisory_lock($1, $2)", nodeLock, node).Scan(&taken); err != nil {
			return errors.Join(fmt.Errorf("take a node number: %w", err), conn.Close())
		}
		if taken {
			d.ids.Node = node
			d.release = append(d.release, conn.Close)
			return nil
		}
	}
	return errors.Join(errors.New("1024 processes are connected already"), conn.Close())
}

// retryable reports whether PostgreSQL gave the transaction up for another's sake: serialization
// failure or deadlock.
func retryable(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01")
}

// UniqueViolation reports whether err says that a row with the same unique key exists.
func UniqueViolation(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "23505"
	}
	return sqliteUnique(err)
}
