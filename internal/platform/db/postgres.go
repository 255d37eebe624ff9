package db

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// nodeLock is the class of the advisory locks that give each process its node number.
const nodeLock = 727002

func (d *DB) openPostgres(ctx context.Context, o Options) error {
	d.Engine = Postgres
	config, err := pgxpool.ParseConfig(o.Target)
	if err != nil {
		return fmt.Errorf("open PostgreSQL: %w", err)
	}
	config.MaxConns = max(16, 4*int32(runtime.NumCPU()))
	if d.postgres, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return fmt.Errorf("open PostgreSQL: %w", err)
	}
	d.release = append(d.release, func() error { d.postgres.Close(); return nil })
	if err := d.postgres.QueryRow(ctx, "select current_database()").Scan(&d.Name); err != nil {
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
	conn, err := d.postgres.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("take a node number: %w", err)
	}
	for node := range int64(1024) {
		var taken bool
		if err := conn.QueryRow(ctx, "select pg_try_advisory_lock($1, $2)", nodeLock, node).Scan(&taken); err != nil {
			conn.Release()
			return fmt.Errorf("take a node number: %w", err)
		}
		if taken {
			d.ids.Node = node
			d.release = append(d.release, func() error { conn.Release(); return nil })
			return nil
		}
	}
	conn.Release()
	return errors.New("1024 processes are connected already")
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
