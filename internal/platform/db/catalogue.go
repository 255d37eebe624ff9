package db

import (
	"context"
	"fmt"
	"regexp"
	"strings"
)

// table is a table as the catalogue of a database has it.
type table struct {
	name    string
	columns []column // columns are by name, without those that only one engine has.
}

type column struct {
	name     string
	sort     sort
	nullable bool
}

// sort is a sort of values that both engines can hold.
type sort int

const (
	number sort = iota
	float
	truth
	text
	document // document is JSON.
	blob
)

// sorts gives the sort of values for the type of a column, as SQLite and PostgreSQL name it.
var sorts = map[string]sort{
	"bigint": number, "integer": number, "smallint": number,
	"double precision": float,
	"boolean":          truth,
	"text":             text,
	"json_text":        document, "jsonb": document,
	"blob": blob, "bytea": blob,
}

// catalogue returns all tables but those of the engine and of the migrations, by name.
func catalogue(ctx context.Context, tx *Tx) ([]table, error) {
	query := `select m.name, c.name, lower(c.type), c."notnull" = 0 and c.pk = 0
		from sqlite_master m join pragma_table_info(m.name) c
		where m.type = 'table' and m.name not like 'sqlite\_%' escape '\' and m.name <> 'goose_db_version' order by m.name, c.name`
	if tx.Engine == Postgres {
		// PostgreSQL numbers facts by themselves before they have their place in the log; that number means nothing outside.
		// The views of information_schema say the same, fifty times slower.
		query = `select t.relname, c.attname, format_type(c.atttypid, c.atttypmod), not c.attnotnull
			from pg_class t join pg_attribute c on c.attrelid = t.oid join pg_namespace n on n.oid = t.relnamespace
			where n.nspname = current_schema() and t.relkind = 'r' and t.relname <> 'goose_db_version'
				and c.attnum > 0 and not c.attisdropped and c.attidentity <> 'a'
			order by t.relname, c.attname`
	}
	rows, err := tx.Query(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	defer rows.Close()
	var tables []table
	for rows.Next() {
		var of, kind string
		var c column
		if err := rows.Scan(&of, &c.name, &kind, &c.nullable); err != nil {
			return nil, fmt.Errorf("read catalogue: %w", err)
		}
		var known bool
		if c.sort, known = sorts[kind]; !known {
			return nil, fmt.Errorf("column %s.%s has the type %s, which does not exist on both engines", of, c.name, kind)
		}
		if len(tables) == 0 || tables[len(tables)-1].name != of {
			tables = append(tables, table{name: of})
		}
		last := &tables[len(tables)-1]
		last.columns = append(last.columns, c)
	}
	return tables, rows.Err()
}

// Tables returns the names of all tables, without those of the engine and of the migrations.
func Tables(ctx context.Context, tx *Tx) ([]string, error) {
	tables, err := catalogue(ctx, tx)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.name
	}
	return names, nil
}

func (t table) list() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}

// value returns what a driver read from a column as the Go type of its sort: int64, float64, bool, string
// or []byte, or nil.
func (c column) value(read any) (any, error) {
	switch v := read.(type) {
	case nil:
		return nil, nil
	case int64:
		switch c.sort {
		case number:
			return v, nil
		case truth:
			return v != 0, nil
		case float:
			return float64(v), nil
		}
	case float64:
		if c.sort == float {
			return v, nil
		}
	case bool:
		if c.sort == truth {
			return v, nil
		}
	case string:
		if c.sort == text || c.sort == document {
			return v, nil
		}
	case []byte:
		switch c.sort {
		case blob:
			return append([]byte{}, v...), nil // SQLite reads no bytes as a nil slice, which would be stored as NULL.
		case text, document:
			return string(v), nil
		}
	}
	return nil, fmt.Errorf("column %s holds a %T", c.name, read)
}

var insertInto = regexp.MustCompile(`(?i)\binsert\s+into\s+(\w+)`)

// seeded returns the tables that the migrations fill.
func seeded() (map[string]bool, error) {
	names := map[string]bool{}
	entries, err := migrations.ReadDir("migrations")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		content, err := migrations.ReadFile("migrations/" + e.Name())
		if err != nil {
			return nil, err
		}
		for _, found := range insertInto.FindAllStringSubmatch(string(content), -1) {
			names[strings.ToLower(found[1])] = true
		}
	}
	return names, nil
}
