package db

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// dialects holds the few words of the migrations that differ between the engines. What only one of them
// understands stands between {{SQLITE}} and {{/SQLITE}}, and is a comment to the other.
var dialects = map[Engine]*strings.Replacer{
	SQLite: strings.NewReplacer("{{JSON}}", "JSON_TEXT", "{{BYTES}}", "BLOB", "{{PATH}}", "TEXT", "{{WITHOUT_ROWID}}", "WITHOUT ROWID",
		"{{EVENT_KEY}}", "pos INTEGER PRIMARY KEY AUTOINCREMENT", "{{EVENT_INDEXES}}", "",
		"{{SQLITE}}", "", "{{/SQLITE}}", "", "{{POSTGRES}}", "/*", "{{/POSTGRES}}", "*/",
		"{{REFUSE}}", "begin select raise(abort, 'rows of this table are written once'); end"),
	Postgres: strings.NewReplacer("{{JSON}}", "JSONB", "{{BYTES}}", "BYTEA", "{{PATH}}", `TEXT COLLATE "C"`, "{{WITHOUT_ROWID}}", "",
		"{{SQLITE}}", "/*", "{{/SQLITE}}", "*/", "{{POSTGRES}}", "", "{{/POSTGRES}}", "", "{{REFUSE}}", "execute function refuse_change()",
		"{{EVENT_KEY}}", "id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, pos BIGINT",
		"{{EVENT_INDEXES}}", "create unique index events_pos on events (pos) where pos is not null;"+
			"create index events_waiting on events (id) where pos is null;"),
}

// migrate brings the schema up to date, forward only, each step in a transaction. A SQLite file is
// copied to FILE.before-VERSION first; several PostgreSQL nodes that start at once take turns.
func (d *DB) migrate(ctx context.Context) error {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.Engine == Postgres {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("make migration lock: %w", err)
		}
		dialect, options = goose.DialectPostgres, append(options, goose.WithSessionLocker(locker))
	}
	pool := d.pool
	switch {
	case d.postgres != nil:
		pool = stdlib.OpenDBFromPool(d.postgres)
		defer pool.Close()
	case d.writer != nil:
		pool = d.writer.pool
	}
	provider, err := goose.NewProvider(dialect, pool, dialectFS{sub, dialects[d.Engine]}, options...)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if current > target {
		return errs.New(errs.Conflict, "db.newer", "the database has schema %d, this program knows %d: use the newer program", current, target)
	}
	if current == target {
		return nil
	}
	if d.readOnly {
		return errs.New(errs.Conflict, "db.older", "the database has schema %d, this program %d: start the server once", current, target)
	}
	if d.Engine == SQLite && current > 0 {
		if err := BackupFile(ctx, d.Name, fmt.Sprintf("%s.before-%d", d.Name, target)); err != nil && errs.CodeOf(err) != "backup.exists" {
			return err
		}
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate schema: %w", err)
	}
	return nil
}

// dialectFS serves the migrations with the words of one engine put in.
type dialectFS struct {
	fs.FS
	words *strings.Replacer
}

func (f dialectFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return file, err
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return dialectFile{file, bytes.NewReader([]byte(f.words.Replace(string(text))))}, nil
}

type dialectFile struct {
	fs.File
	text *bytes.Reader
}

func (f dialectFile) Read(p []byte) (int, error) { return f.text.Read(p) }
