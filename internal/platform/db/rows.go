package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// rowsPerStatement is the number of rows in one insert of InsertRows; both engines are fastest
// around 50.
const rowsPerStatement = 50

// InsertRows inserts many rows, 50 to a statement, and returns how many were written. Suffix ends each
// statement, for example "on conflict do nothing". Each row has a value for each column.
func InsertRows(ctx context.Context, tx *Tx, table, columns string, rows [][]any, suffix string) (written int64, err error) {
	err = insert(tx, table, columns, rows, suffix, func(statement string, args []any) error {
		n, err := tx.Exec(ctx, statement, args...)
		written += n
		return wrap("insert into "+table, err)
	})
	return written, err
}

// InsertLater is InsertRows for rows of which nobody asks how many were written; see Tx.Later.
func InsertLater(ctx context.Context, tx *Tx, table, columns string, rows [][]any, suffix string) error {
	return insert(tx, table, columns, rows, suffix, func(statement string, args []any) error {
		return tx.Later(ctx, "insert into "+table, statement, args...)
	})
}

// insert hands run the statements that insert rows.
func insert(tx *Tx, table, columns string, rows [][]any, suffix string, run func(statement string, args []any) error) error {
	width := strings.Count(columns, ",") + 1
	head := "insert into " + table + " (" + columns + ") values "
	var full string
	for len(rows) > 0 {
		n := min(len(rows), rowsPerStatement)
		statement := full
		if n < rowsPerStatement || full == "" {
			statement = head + tx.values(n, width) + " " + suffix
		}
		if n == rowsPerStatement {
			full = statement
		}
		args := make([]any, 0, n*width)
		for _, row := range rows[:n] {
			if len(row) != width {
				return fmt.Errorf("insert into %s: row has %d values, want %d", table, len(row), width)
			}
			args = append(args, row...)
		}
		if err := run(statement, args); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// values returns "(…),(…)" for n rows. SQLite gets "?": its numbered parameters cost time in the
// square of their count.
func (tx *Tx) values(n, width int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for j := range width {
			if j > 0 {
				b.WriteByte(',')
			}
			if tx.Engine == SQLite {
				b.WriteByte('?')
			} else {
				b.WriteByte('$')
				b.WriteString(strconv.Itoa(i*width + j + 1))
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}

// In returns "($1,$2,…)" with the parameters numbered from first+1, and the arguments for it. An empty
// list gives "(null)", which nothing is in. Lists are split by their caller into at most 500.
func In[T any](first int, list []T) (string, []any) {
	if len(list) == 0 {
		return "(null)", nil
	}
	var b strings.Builder
	args := make([]any, len(list))
	for i, v := range list {
		b.WriteString(map[bool]string{true: "($", false: ",$"}[i == 0])
		b.WriteString(strconv.Itoa(first + i + 1))
		args[i] = v
	}
	b.WriteByte(')')
	return b.String(), args
}

// InChunks calls fn with the list in parts that In can name. The last part is filled up with its last
// item to one of a few lengths, so that the statements made of it are few and stay prepared.
func InChunks[T any](list []T, fn func(chunk []T) error) error {
	for chunk := range slices.Chunk(list, 100) {
		for _, n := range []int{1, 8, 100} {
			if len(chunk) <= n {
				chunk = append(slices.Clone(chunk), slices.Repeat(chunk[len(chunk)-1:], n-len(chunk))...)
				break
			}
		}
		if err := fn(chunk); err != nil {
			return err
		}
	}
	return nil
}

// Below returns the bounds of the paths below one, the second not within. A column of paths ({{PATH}} in the migrations) is
// compared byte by byte on both engines, and PostgreSQL knows how many of its values are within bounds.
func Below(path string, separator byte) (from, until string) {
	return path + string(separator), path + string(separator+1)
}

func sqliteUnique(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}
