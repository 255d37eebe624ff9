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

func (d *DB) openPostgres(ctx context.Context, o Options) error {
	d.Engine = Postgres
	config, err := pgxpool.ParseConfig(o.Target)
	if err != nil {
		return fmt.Errorf("open PostgreSQL: %w", err)
	}
	config.MaxConns = max(16, 4*int32(runtime.NumCPU()))
	// To compile a query for what it is expected to cost took longer than all that our queries cost.
	config.ConnConfig.RuntimeParams["jit"] = "off"
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
	return d.takeNode(ctx, config.ConnConfig)
}

func isPostgres(target string) bool {
	return strings.HasPrefix(target, "postgres://") || strings.HasPrefix(target, "postgresql://")
}

// UniqueViolation reports whether err says that a row with the same unique key exists.
func UniqueViolation(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "23505"
	}
	return sqliteUnique(err)
}
