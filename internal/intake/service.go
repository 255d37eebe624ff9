package intake

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/platform/job"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Service takes in files.
type Service struct {
	DB        *db.DB
	Jobs      *job.Runner
	Staff     *staff.Service
	Customers *customer.Service
	Catalog   *catalog.Service
	Orders    *order.Service
	// Folder is where files are kept for 30 days. By default it lies beside a SQLite database. Nodes that
	// share a PostgreSQL database must share it too.
	Folder string
}

func (s *Service) folder() string {
	if s.Folder == "" && s.DB.Engine == db.SQLite {
		return s.DB.Name + ".imports"
	}
	return cmp.Or(s.Folder, "shuke-imports")
}

// Upload is a file to take in.
type Upload struct {
	Kind   Kind
	Name   string // Name is what the file is called where it comes from.
	Preset string // Preset is recognised by the columns, if it is empty.
	Body   io.Reader
}

// Accept stores a file and proposes what its columns mean. Nothing of it is recorded yet. Errors:
// file.kind, file.too_large, file.empty, file.unreadable, file.broken, file.bomb, file.no_header,
// preset.unknown.
func (s *Service) Accept(ctx context.Context, u Upload) (Import, error) {
	name := cleanName(u.Name)
	if err := checkName(name); err != nil {
		return Import{}, err
	}
	path, i, err := s.store(u.Body)
	if err != nil {
		return Import{}, err
	}
	i.Kind, i.FileName = u.Kind, name
	i.path = filepath.Base(path)
	if err := s.propose(&i, path, u.Preset); err != nil {
		return Import{}, errors.Join(err, os.Remove(path))
	}
	if err := s.DB.Update(ctx, s.register(&i)); err != nil {
		return Import{}, errors.Join(err, os.Remove(path))
	}
	return i, nil
}

// register writes down a new import.
func (s *Service) register(i *Import) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		caller := access.From(ctx)
		if err := i.CreatedBy.Scan(caller.StaffID); err != nil {
			return err
		}
		if !caller.Scope.All {
			i.scope = &caller.Scope
		}
		i.ID, i.CreatedAt, i.UpdatedAt, i.Version = id.Of[importKind](tx.NewID()), tx.Now, tx.Now, 1
		i.FileKept = i.path != ""
		if err := insertImport(ctx, tx, *i); err != nil {
			return err
		}
		return s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "import.uploaded", Subject: i.ID.String(),
			After: map[string]any{"kind": i.Kind, "sha256": i.SHA256, "bytes": i.FileBytes}})
	}
}

// store writes a file under a name of its own, and takes its checksum on the way.
func (s *Service) store(body io.Reader) (path string, i Import, err error) {
	if err := os.MkdirAll(s.folder(), 0o700); err != nil {
		return "", i, fmt.Errorf("make folder of imports: %w", err)
	}
	path = filepath.Join(s.folder(), rand.Text())
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", i, fmt.Errorf("store file: %w", err)
	}
	sum := sha256.New()
	i.FileBytes, err = io.Copy(io.MultiWriter(f, sum), io.LimitReader(body, MaxUploadBytes+1))
	if err == nil && i.FileBytes > MaxUploadBytes {
		err = errs.New(errs.TooLarge, "file.too_large", "a file may have 512 MiB; compress or split it")
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", i, errors.Join(fmt.Errorf("store file: %w", err), os.Remove(path))
	}
	i.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return path, i, nil
}

// propose recognises the layout and the columns of a file.
func (s *Service) propose(i *Import, path, preset string) error {
	if err := checkPreset(i.Kind, preset); err != nil {
		return err
	}
	layout, headers, err := inspect(path, i.Kind)
	if err != nil {
		return err
	}
	i.Layout, i.State = layout, Uploaded
	i.Mapping, i.Preset = propose(i.Kind, headers, preset)
	return nil
}

// path returns where the file of an import is; it is gone after 30 days (import.file_gone).
func (s *Service) pathOf(i Import) (string, error) {
	path := filepath.Join(s.folder(), i.path)
	if i.path == "" {
		return "", errFileGone()
	}
	if _, err := os.Stat(path); err != nil {
		return "", errors.Join(errFileGone(), err)
	}
	return path, nil
}

func errFileGone() error {
	return errs.New(errs.Conflict, "import.file_gone", "the file is not kept any more; send it again")
}

// Find returns an import, or import.not_found.
func (s *Service) Find(ctx context.Context, tx *db.Tx, id ID) (Import, error) {
	return findImport(ctx, tx, id)
}

// Change is what a person has put right of a proposal; nil leaves as it is.
type Change struct {
	Preset  *string  `json:"preset,omitempty" maxLength:"40" doc:"Proposes the columns anew, as this preset has them."`
	Layout  *Layout  `json:"layout,omitempty"`
	Mapping *Mapping `json:"mapping,omitempty"`
}

// SetMapping changes how a file is understood, before it is run, if check agrees to the version. With
// another layout or preset, and no mapping, the columns are proposed anew. Errors: import.not_found,
// import.state, import.begun, import.file_gone, preset.unknown, layout.invalid, mapping.invalid, and those
// of check.
func (s *Service) SetMapping(ctx context.Context, tx *db.Tx, id ID, c Change, check func(version int64) error) (Import, error) {
	i, err := findImport(ctx, tx, id)
	if err != nil {
		return i, err
	}
	if err := check(i.Version); err != nil {
		return i, err
	}
	if !i.State.canStart() {
		return i, errState(i)
	}
	if i.taken > 0 {
		return i, errBegun()
	}
	if c.Layout != nil {
		i.Layout.change(*c.Layout)
	}
	if c.Layout != nil || c.Preset != nil {
		path, err := s.pathOf(i)
		if err != nil {
			return i, err
		}
		headers, err := i.Layout.headers(path)
		if err != nil {
			return i, err
		}
		options := i.Mapping.Options
		preset := i.Preset
		if c.Preset != nil {
			preset = *c.Preset
		}
		if err := checkPreset(i.Kind, preset); err != nil {
			return i, err
		}
		i.Mapping, i.Preset = propose(i.Kind, headers, preset)
		if c.Preset == nil {
			i.Mapping.Options = options
		}
	}
	if c.Mapping != nil {
		if len(c.Mapping.Columns) != len(i.Mapping.Columns) {
			return i, errs.InvalidFields("mapping.invalid", []errs.Field{{Path: "mapping.columns", Code: "count", Message: "give each column of the file a field, or none"}})
		}
		for n := range c.Mapping.Columns {
			c.Mapping.Columns[n].Header = i.Mapping.Columns[n].Header
		}
		i.Mapping = *c.Mapping
		if err := i.Mapping.validate(i.Kind); err != nil {
			return i, err
		}
	}
	if err := saveMapping(ctx, tx, i); err != nil {
		return i, err
	}
	return findImport(ctx, tx, id)
}

// change takes over what a person may set of a layout.
func (l *Layout) change(to Layout) {
	l.HeaderLine = cmp.Or(to.HeaderLine, l.HeaderLine)
	if l.Format == XLSX {
		l.Sheet = cmp.Or(to.Sheet, l.Sheet)
		return
	}
	l.Encoding, l.Delimiter = cmp.Or(to.Encoding, l.Encoding), cmp.Or(to.Delimiter, l.Delimiter)
}

func errState(i Import) error {
	return errs.New(errs.Conflict, "import.state", "the import is %s; this cannot be done with it now", i.State)
}

func errBegun() error {
	return errs.New(errs.Conflict, "import.begun", "a part of the import is recorded already: go on with it, or undo it first")
}

// Start has a job run the import; a dry run goes through all of it and writes nothing. An import that was
// cancelled or failed goes on where it was; one that was undone starts again. Errors: import.not_found,
// import.state, import.begun, import.file_gone, mapping.invalid.
func (s *Service) Start(ctx context.Context, tx *db.Tx, id ID, dryRun bool) (Import, error) {
	i, err := findImport(ctx, tx, id)
	if err != nil {
		return i, err
	}
	if _, err := s.pathOf(i); err != nil {
		return i, err
	}
	if err := s.begin(ctx, tx, &i, dryRun); err != nil {
		return i, err
	}
	_, err = s.Jobs.Enqueue(ctx, tx, job.New{Kind: RunJob, Args: jobArgs{i.ID}, UniqueKey: i.jobKey()})
	return i, err
}

// begin moves an import into the state running.
func (s *Service) begin(ctx context.Context, tx *db.Tx, i *Import, dryRun bool) error {
	if err := i.Mapping.validate(i.Kind); err != nil {
		return err
	}
	if dryRun && i.taken > 0 {
		return errBegun()
	}
	moved, err := setState(ctx, tx, i.ID, Running, startable...)
	if err != nil {
		return err
	}
	if !moved {
		return errState(*i)
	}
	if i.taken == 0 {
		i.Counts = Counts{}
	}
	i.State, i.DryRun, i.StartedAt, i.UpdatedAt, i.Version = Running, dryRun, tx.Now, tx.Now, i.Version+1
	if err := startRun(ctx, tx, *i); err != nil {
		return err
	}
	if dryRun {
		return nil
	}
	return s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "import.started", Subject: i.ID.String()})
}

// Cancel ends a run after the batch at hand. What was recorded stays, and can be undone or gone on with.
func (s *Service) Cancel(ctx context.Context, tx *db.Tx, id ID) (Import, error) {
	i, err := findImport(ctx, tx, id)
	if err != nil {
		return i, err
	}
	moved, err := setState(ctx, tx, id, Cancelled, Uploaded, Previewed, Running)
	if err != nil {
		return i, err
	}
	if !moved {
		return i, errState(i)
	}
	return findImport(ctx, tx, id)
}

// Undo has a job take back what an import recorded and nobody else.
func (s *Service) Undo(ctx context.Context, tx *db.Tx, id ID) (Import, error) {
	i, err := findImport(ctx, tx, id)
	if err != nil {
		return i, err
	}
	if err := s.beginUndo(ctx, tx, i); err != nil {
		return i, err
	}
	if _, err := s.Jobs.Enqueue(ctx, tx, job.New{Kind: UndoJob, Args: jobArgs{i.ID}, UniqueKey: i.jobKey()}); err != nil {
		return i, err
	}
	return findImport(ctx, tx, id)
}

func (s *Service) beginUndo(ctx context.Context, tx *db.Tx, i Import) error {
	moved, err := setState(ctx, tx, i.ID, Undoing, Done, Cancelled, Failed)
	if err != nil {
		return err
	}
	if !moved {
		return errState(i)
	}
	return s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "import.undone", Subject: i.ID.String(), Before: i.Counts})
}

// jobKey differs from run to run: a run that was cancelled may not have ended yet when the next is asked for.
func (i Import) jobKey() string { return fmt.Sprintf("%s/%d", i.ID, i.Version) }
