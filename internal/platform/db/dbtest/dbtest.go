// Package dbtest gives tests an empty, migrated database of their own: on SQLite always, and on
// PostgreSQL when SHUKE_TEST_POSTGRES holds the address of a server (make test starts one).
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Each runs the test on every engine, in parallel, each time on an empty database.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, engine := range Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			test(t, Open(t, engine))
		})
	}
}

// Engines returns the engines that tests can use here.
func Engines() []db.Engine {
	if os.Getenv("SHUKE_TEST_POSTGRES") == "" {
		return []db.Engine{db.SQLite}
	}
	return []db.Engine{db.SQLite, db.Postgres}
}

// Open returns an empty database that is gone when the test ends. Its clock can be moved.
func Open(t testing.TB, engine db.Engine) *db.DB {
	t.Helper()
	return OpenTarget(t, Target(t, engine))
}

// OpenTarget opens a database made by Target, for tests that open it more than once.
func OpenTarget(t testing.TB, target string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), db.Options{Target: target, Demo: true})
	if err != nil {
		t.Fatalf("open test database: %v", err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close test database: %v", err)
		}
	})
	return d
}

// Unguard takes the triggers away that keep what is written once, for tests that tamper with it.
func Unguard(t testing.TB, d *db.DB) {
	t.Helper()
	list := "select 'drop trigger ' || name from sqlite_master where type = 'trigger'"
	if d.Engine == db.Postgres {
		list = "select 'drop trigger ' || tgname || ' on ' || tgrelid::regclass from pg_trigger where not tgisinternal"
	}
	err := d.Update(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		drops, err := db.All(ctx, tx, func(scan db.Scan) (drop string, err error) {
			err = scan(&drop)
			return drop, err
		}, list)
		for _, drop := range drops {
			if _, err := tx.Exec(ctx, drop); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		t.Fatalf("take away triggers: %v", err)
	}
}

// Target returns the address of an empty, migrated database that is gone when the test ends.
func Target(t testing.TB, engine db.Engine) string {
	t.Helper()
	if engine == db.Postgres {
		return postgresTarget(t)
	}
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatalf("make template database: %v", err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatalf("copy template database: %v", err)
	}
	return path
}

// sqliteTemplate migrates one file per process and returns its bytes; a copy costs less than migrating.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "shuke-template")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	d, err := db.Open(context.Background(), db.Options{Target: path})
	if err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

var databases atomic.Int64

// postgresTemplate migrates one database per process and returns its name.
var postgresTemplate = sync.OnceValues(func() (string, error) {
	name := fmt.Sprintf("shuke_template_%d", os.Getpid())
	if err := onServer("create database " + name); err != nil {
		return "", err
	}
	d, err := db.Open(context.Background(), db.Options{Target: address(name)})
	if err != nil {
		return "", err
	}
	return name, d.Close()
})

func postgresTarget(t testing.TB) string {
	t.Helper()
	template, err := postgresTemplate()
	if err != nil {
		t.Fatalf("make template database: %v", err)
	}
	name := fmt.Sprintf("shuke_test_%d_%d", os.Getpid(), databases.Add(1))
	if err := onServer("create database " + name + " template " + template); err != nil {
		t.Fatalf("create test database: %v", err)
	}
	t.Cleanup(func() {
		if err := onServer("drop database " + name + " with (force)"); err != nil {
			t.Errorf("drop test database: %v", err)
		}
	})
	return address(name)
}

// server is one connection to the PostgreSQL server, since copying a template wants it to itself.
var server = sync.OnceValues(func() (*sql.DB, error) {
	pool, err := sql.Open("pgx", os.Getenv("SHUKE_TEST_POSTGRES"))
	if err == nil {
		pool.SetMaxOpenConns(1)
	}
	return pool, err
})

func onServer(statement string) error {
	pool, err := server()
	if err != nil {
		return err
	}
	_, err = pool.Exec(statement)
	return err
}

func address(database string) string {
	u, err := url.Parse(os.Getenv("SHUKE_TEST_POSTGRES"))
	if err != nil {
		return err.Error()
	}
	u.Path = "/" + database
	return u.String()
}
