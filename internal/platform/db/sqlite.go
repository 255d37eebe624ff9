package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	_ "modernc.org/sqlite" // Registers the driver "sqlite".

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// readerIdle is how long a connection for reading is kept for the next reader, and with it what it has in
// its cache.
const readerIdle = 30 * time.Second

// openSQLite opens one connection for writing and a pool for reading: SQLite has one writer, and
// waiting for it in Go is fair and never busy.
func (d *DB) openSQLite(ctx context.Context, o Options) error {
	d.Engine, d.Name = SQLite, o.Target
	if o.Target == "" {
		return errs.New(errs.Invalid, "db.target", "name a file or postgres://… with --db")
	}
	if o.ReadOnly {
		if _, err := os.Stat(o.Target); err != nil {
			return errs.New(errs.NotFound, "db.missing", "there is no database %s", o.Target)
		}
	} else {
		if err := os.MkdirAll(filepath.Dir(o.Target), 0o700); err != nil {
			return fmt.Errorf("make database folder: %w", err)
		}
		if err := d.lockFile(ctx, o.Target+".lock"); err != nil {
			return err
		}
	}
	synchronous := "FULL"
	if o.Import {
		synchronous = "NORMAL"
	}
	// The file is not mapped: pages that were read would count as memory of the program for as long as it runs.
	pragmas := url.Values{"_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(" + synchronous + ")", "foreign_keys(ON)",
		"temp_store(MEMORY)", "cache_size(-16384)", "journal_size_limit(67108864)",
	}}
	pragmas.Set("_txlock", "immediate")
	var err error
	if !o.ReadOnly {
		pool, err := openPool(ctx, o.Target, pragmas, 1)
		if err != nil {
			return err
		}
		d.writer = newWriter(pool)
		d.release = append(d.release, d.writer.close)
	}
	pragmas.Add("_pragma", "query_only(ON)")
	pragmas.Set("_txlock", "deferred")
	if d.pool, err = openPool(ctx, o.Target, pragmas, max(4, runtime.NumCPU())); err != nil {
		return err
	}
	d.pool.SetConnMaxIdleTime(readerIdle)
	d.release = append(d.release, d.pool.Close)
	return nil
}

func openPool(ctx context.Context, path string, pragmas url.Values, conns int) (*sql.DB, error) {
	pool, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: pragmas.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), pool.Close())
	}
	return pool, nil
}

// lockFile keeps a second process away from the same file, on every operating system: it holds an
// exclusive transaction on a small database of its own, which the system gives up when we die.
func (d *DB) lockFile(ctx context.Context, path string) error {
	inUse := errs.New(errs.Conflict, "db.in_use", "%s is in use by another Shuke; stop it first", d.Name)
	pool, err := openPool(ctx, path, url.Values{"_pragma": {"busy_timeout(200)"}}, 1)
	if err != nil {
		return errors.Join(inUse, err)
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return errors.Join(inUse, err, pool.Close())
	}
	if _, err := conn.ExecContext(ctx, "begin exclusive"); err != nil {
		return errors.Join(inUse, err, conn.Close(), pool.Close())
	}
	d.release = append(d.release, pool.Close, conn.Close)
	return nil
}

// BackupFile writes a consistent copy of the SQLite database at target to the file at path. Another
// process may go on writing meanwhile.
func BackupFile(ctx context.Context, target, path string) error {
	if isPostgres(target) {
		return errs.New(errs.Invalid, "backup.engine", "use pg_dump for PostgreSQL")
	}
	if _, err := os.Stat(target); err != nil {
		return errs.New(errs.NotFound, "backup.missing", "there is no database %s", target)
	}
	if _, err := os.Stat(path); err == nil {
		return errs.New(errs.Conflict, "backup.exists", "%s exists already", path)
	}
	pool, err := openPool(ctx, target, nil, 1)
	if err != nil {
		return err
	}
	if _, err := pool.ExecContext(ctx, "vacuum into $1", path); err != nil {
		return errors.Join(fmt.Errorf("back up to %s: %w", path, err), pool.Close())
	}
	return pool.Close()
}
