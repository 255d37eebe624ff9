package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

const importColumns = `id, kind, preset, state, file_name, file_path, file_bytes, sha256, layout, mapping, counts, dry_run, total_rows, taken,
	failure, scope, created_by, created_at, started_at, updated_at, finished_at, version`

func scanImport(scan db.Scan) (i Import, err error) {
	var layout, mapping, counts, scope string
	err = scan(&i.ID, &i.Kind, &i.Preset, &i.State, &i.FileName, &i.path, &i.FileBytes, &i.SHA256, &layout, &mapping, &counts, &i.DryRun,
		&i.TotalRows, &i.taken, &i.Failure, &scope, &i.CreatedBy, db.ScanTime(&i.CreatedAt), db.ScanTime(&i.StartedAt), db.ScanTime(&i.UpdatedAt),
		db.ScanTime(&i.FinishedAt), &i.Version)
	if err != nil {
		return i, err
	}
	i.FileKept = i.path != ""
	for _, part := range []struct {
		text string
		to   any
	}{{layout, &i.Layout}, {mapping, &i.Mapping}, {counts, &i.Counts}} {
		if err := json.Unmarshal([]byte(part.text), part.to); err != nil {
			return i, fmt.Errorf("read import: %w", err)
		}
	}
	if scope != "" {
		i.scope = &access.Scope{}
		if err := json.Unmarshal([]byte(scope), &i.scope.Shops); err != nil {
			return i, fmt.Errorf("read scope of import: %w", err)
		}
	}
	return i, nil
}

// toJSON writes what cannot fail to be JSON.
func toJSON(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}

func insertImport(ctx context.Context, tx *db.Tx, i Import) error {
	var texts [3]string
	for n, v := range []any{i.Layout, i.Mapping, i.Counts} {
		var err error
		if texts[n], err = toJSON(v); err != nil {
			return fmt.Errorf("write import: %w", err)
		}
	}
	scope := ""
	if i.scope != nil {
		text, err := toJSON(i.scope.Shops)
		if err != nil {
			return fmt.Errorf("write scope of import: %w", err)
		}
		scope = text
	}
	_, err := tx.Exec(ctx, "insert into imports ("+importColumns+`)
		values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22)`,
		i.ID, string(i.Kind), i.Preset, string(i.State), i.FileName, i.path, i.FileBytes, i.SHA256, texts[0], texts[1], texts[2], i.DryRun,
		i.TotalRows, i.taken, i.Failure, scope, i.CreatedBy, db.Millis(tx.Now), db.Millis(i.StartedAt), db.Millis(tx.Now), db.Millis(i.FinishedAt), int64(1))
	if err != nil {
		return fmt.Errorf("insert import: %w", err)
	}
	return nil
}

// findImport returns an import that the caller may see: whoever does not see all shops sees her own.
func findImport(ctx context.Context, tx *db.Tx, id ID) (Import, error) {
	i, err := scanImport(tx.QueryRow(ctx, "select "+importColumns+" from imports where id = $1 and "+seenBy(ctx), id).Scan)
	if db.NoRows(err) {
		return i, errs.New(errs.NotFound, "import.not_found", "there is no such import")
	}
	if err != nil {
		return i, fmt.Errorf("find import: %w", err)
	}
	return i, nil
}

func seenBy(ctx context.Context) string {
	caller := access.From(ctx)
	if caller.Scope.All {
		return "(1=1)"
	}
	return "(created_by = " + strconv.FormatInt(caller.StaffID, 10) + ")"
}

// listImports returns imports, latest first, before the one given.
func listImports(ctx context.Context, tx *db.Tx, before ID, limit int) ([]Import, error) {
	all, err := db.All(ctx, tx, scanImport, "select "+importColumns+" from imports where (cast($1 as bigint) = 0 or id < cast($1 as bigint)) and "+seenBy(ctx)+
		" order by id desc limit $2", before.Int64(), int64(limit))
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	return all, nil
}

// findSameFile returns an import of the same content that was not undone, or zero.
func findSameFile(ctx context.Context, tx *db.Tx, kind Kind, sha256 string, but ID) (same ID, err error) {
	err = tx.QueryRow(ctx, `select id from imports where sha256 = $1 and kind = $2 and id <> $3 and state = 'done' order by id desc limit 1`,
		sha256, string(kind), but.Int64()).Scan(&same)
	if err != nil && !db.NoRows(err) {
		return same, fmt.Errorf("find the same file: %w", err)
	}
	return same, nil
}

// findInterrupted returns the import of the same file that a run of the command line left unfinished.
func findInterrupted(ctx context.Context, tx *db.Tx, i Import) (Import, error) {
	mapping, err := toJSON(i.Mapping)
	if err != nil {
		return i, err
	}
	all, err := db.All(ctx, tx, scanImport, "select "+importColumns+` from imports
		where sha256 = $1 and kind = $2 and state = 'running' and file_path = '' and not dry_run order by id desc limit 20`, i.SHA256, string(i.Kind))
	if err != nil {
		return i, fmt.Errorf("find interrupted import: %w", err)
	}
	for _, old := range all {
		if text, err := toJSON(old.Mapping); err == nil && text == mapping {
			return old, nil
		}
	}
	return Import{}, nil
}

// setState moves an import from one of the states to another, and reports whether it was there.
func setState(ctx context.Context, tx *db.Tx, id ID, to State, from ...State) (bool, error) {
	texts := make([]string, len(from))
	for i, s := range from {
		texts[i] = string(s)
	}
	in, args := db.In(3, texts)
	n, err := tx.Exec(ctx, `update imports set state = $1, updated_at = $2, version = version + 1 where id = $3 and state in `+in,
		append([]any{string(to), db.Millis(tx.Now), id.Int64()}, args...)...)
	if err != nil {
		return false, fmt.Errorf("change state of import: %w", err)
	}
	return n == 1, nil
}

// startRun notes that a run begins: from the start, or where another was broken off.
func startRun(ctx context.Context, tx *db.Tx, i Import) error {
	counts, err := toJSON(i.Counts)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update imports set counts = $1, dry_run = $2, taken = $3, started_at = $4, finished_at = null, failure = '',
		updated_at = $4 where id = $5`, counts, i.DryRun, i.taken, db.Millis(tx.Now), i.ID)
	if err != nil {
		return fmt.Errorf("start import: %w", err)
	}
	if i.taken == 0 {
		return deleteErrors(ctx, tx, i.ID)
	}
	return nil
}

func setTotal(ctx context.Context, tx *db.Tx, id ID, rows int64) error {
	if _, err := tx.Exec(ctx, `update imports set total_rows = $1, updated_at = $2 where id = $3`, rows, db.Millis(tx.Now), id); err != nil {
		return fmt.Errorf("note rows of import: %w", err)
	}
	return nil
}

// advance moves the place and the counts of a running import, and reports whether it was still running
// and at the place where we left it: nobody has cancelled it, and nobody else runs it.
func advance(ctx context.Context, tx *db.Tx, i Import, taken int64, counts Counts) (bool, error) {
	text, err := toJSON(counts)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `update imports set taken = $1, counts = $2, updated_at = $3 where id = $4 and taken = $5 and state = 'running'`,
		taken, text, db.Millis(tx.Now), i.ID, i.taken)
	if err != nil {
		return false, fmt.Errorf("note progress of import: %w", err)
	}
	return n == 1, nil
}

// finish ends a run or an undo, if it still goes on. After an undo, and after a dry run, everything is ahead.
func finish(ctx context.Context, tx *db.Tx, i Import, to State, failure string) error {
	counts, err := toJSON(i.Counts)
	if err != nil {
		return err
	}
	taken := i.taken
	if to == Undone || i.DryRun {
		taken = 0
	}
	_, err = tx.Exec(ctx, `update imports set state = $1, failure = $2, counts = $3, taken = $4, finished_at = $5, updated_at = $5,
		version = version + 1 where id = $6 and state in ('running', 'undoing')`, string(to), failure, counts, taken, db.Millis(tx.Now), i.ID)
	if err != nil {
		return fmt.Errorf("finish import: %w", err)
	}
	return nil
}

func saveMapping(ctx context.Context, tx *db.Tx, i Import) error {
	var texts [2]string
	for n, v := range []any{i.Layout, i.Mapping} {
		var err error
		if texts[n], err = toJSON(v); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `update imports set layout = $1, mapping = $2, preset = $3, state = $4, taken = 0, total_rows = 0, counts = '{}',
		dry_run = $5, updated_at = $6, version = version + 1 where id = $7`,
		texts[0], texts[1], i.Preset, string(Uploaded), false, db.Millis(tx.Now), i.ID)
	if err != nil {
		return fmt.Errorf("save mapping: %w", err)
	}
	return deleteErrors(ctx, tx, i.ID)
}

func insertErrors(ctx context.Context, tx *db.Tx, id ID, faults []Fault) error {
	rows := make([][]any, len(faults))
	for i, f := range faults {
		rows[i] = []any{id, tx.NewID(), int64(f.Line), f.Field, f.Code, f.Message}
	}
	_, err := db.InsertRows(ctx, tx, "import_errors", "import_id, id, line, field, code, message", rows, "")
	return err
}

func deleteErrors(ctx context.Context, tx *db.Tx, id ID) error {
	if _, err := tx.Exec(ctx, `delete from import_errors where import_id = $1`, id); err != nil {
		return fmt.Errorf("delete errors of import: %w", err)
	}
	return nil
}

// listErrors returns the faults of an import in the order in which they were found.
func listErrors(ctx context.Context, tx *db.Tx, id ID, after int64, limit int) ([]storedFault, error) {
	all, err := db.All(ctx, tx, func(scan db.Scan) (f storedFault, err error) {
		return f, scan(&f.id, &f.Line, &f.Field, &f.Code, &f.Message)
	}, `select id, line, field, code, message from import_errors where import_id = $1 and id > $2 order by id limit $3`, id, after, int64(limit))
	if err != nil {
		return nil, fmt.Errorf("list errors of import: %w", err)
	}
	return all, nil
}

type storedFault struct {
	Fault
	id int64
}

func insertCustomers(ctx context.Context, tx *db.Tx, id ID, customers []int64) error {
	rows := make([][]any, len(customers))
	for i, c := range customers {
		rows[i] = []any{id, c}
	}
	_, err := db.InsertRows(ctx, tx, "import_customers", "import_id, customer_id", rows, "on conflict do nothing")
	return err
}

// listCustomers returns customers that the import made known, from the one after.
func listCustomers(ctx context.Context, tx *db.Tx, id ID, after customer.ID, limit int) ([]customer.ID, error) {
	all, err := db.All(ctx, tx, func(scan db.Scan) (c customer.ID, err error) { return c, scan(&c) },
		`select customer_id from import_customers where import_id = $1 and customer_id > $2 order by customer_id limit $3`,
		id, after.Int64(), int64(limit))
	if err != nil {
		return nil, fmt.Errorf("list customers of import: %w", err)
	}
	return all, nil
}

func deleteCustomers(ctx context.Context, tx *db.Tx, id ID, customers []customer.ID) error {
	in, args := db.In(1, customers)
	_, err := tx.Exec(ctx, `delete from import_customers where import_id = $1 and customer_id in `+in, append([]any{id}, args...)...)
	if err != nil {
		return fmt.Errorf("forget customers of import: %w", err)
	}
	return nil
}

// listExpired returns imports whose files have been kept long enough.
func listExpired(ctx context.Context, tx *db.Tx, limit int) ([]Import, error) {
	all, err := db.All(ctx, tx, scanImport, "select "+importColumns+` from imports
		where file_path <> '' and created_at < $1 and state not in ('running', 'undoing') order by created_at limit $2`,
		db.Millis(tx.Now.Add(-keepFiles)), int64(limit))
	if err != nil {
		return nil, fmt.Errorf("list old imports: %w", err)
	}
	return all, nil
}

func forgetFile(ctx context.Context, tx *db.Tx, id ID) error {
	if _, err := tx.Exec(ctx, `update imports set file_path = '', updated_at = $1 where id = $2`, db.Millis(tx.Now), id); err != nil {
		return fmt.Errorf("forget file of import: %w", err)
	}
	return nil
}
