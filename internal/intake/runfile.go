package intake

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// RunOptions say what to import from the command line.
type RunOptions struct {
	Kind   Kind
	Path   string
	Preset string  // Preset is recognised by the columns, if it is empty.
	Set    Options // Set puts right what is proposed; its zero fields do not.
	DryRun bool
	// Progress is told how far the import is, in lines for people; nil for nobody.
	Progress io.Writer
	// Faults is given all stored faults as CSV; nil for nobody.
	Faults io.Writer

	size batchSize // size is alone, but for tests.
}

// RunFile imports a file as the command line does: it returns when all is done. A run that was killed is
// gone on with when the same file is given again. Besides the errors of Accept it returns import.faults,
// with the counts, unless every row was taken or was here already.
func (s *Service) RunFile(ctx context.Context, o RunOptions) (Counts, error) {
	ctx = access.With(ctx, access.Program("import"))
	i, err := s.openFile(ctx, o)
	if err != nil {
		return Counts{}, err
	}
	t := teller{out: o.Progress}
	if o.size.units == 0 {
		o.size = alone
	}
	i, err = s.carryOut(ctx, i.ID, o.Path, o.size, t.tell)
	t.end(i)
	if err != nil {
		ended := context.WithoutCancel(ctx)
		if code := errs.CodeOf(err); code != "" {
			err = errors.Join(err, s.DB.Update(ended, func(ctx context.Context, tx *db.Tx) error { return finish(ctx, tx, i, Failed, code) }))
		}
		return i.Counts, err
	}
	if o.Faults != nil {
		if err := s.writeFaults(ctx, i.ID, o.Faults); err != nil {
			return i.Counts, err
		}
	}
	if i.Counts.Errors > 0 {
		return i.Counts, errs.New(errs.Invalid, "import.faults", "%d faults kept rows out; put them right and import the file again", i.Counts.Errors)
	}
	return i.Counts, nil
}

// openFile registers the file as an import that runs, or finds the one that was broken off.
func (s *Service) openFile(ctx context.Context, o RunOptions) (Import, error) {
	if fieldsOf[o.Kind] == nil {
		return Import{}, errs.New(errs.Invalid, "import.kind", "the kind is orders, customers or products")
	}
	if err := checkName(filepath.Base(o.Path)); err != nil {
		return Import{}, err
	}
	i := Import{Kind: o.Kind, FileName: cleanName(o.Path)}
	var err error
	if i.SHA256, i.FileBytes, err = checksum(o.Path); err != nil {
		return i, err
	}
	if err := s.propose(&i, o.Path, o.Preset); err != nil {
		return i, err
	}
	i.Mapping.Options.set(o.Set)
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if !o.DryRun {
			old, err := findInterrupted(ctx, tx, i)
			if err != nil || !old.ID.IsZero() {
				i = old
				return err
			}
		}
		if err := s.register(&i)(ctx, tx); err != nil {
			return err
		}
		return s.begin(ctx, tx, &i, o.DryRun)
	})
	return i, err
}

// set takes over what is given.
func (o *Options) set(by Options) {
	for _, t := range []struct {
		to *string
		by string
	}{
		{&o.Source, by.Source}, {&o.TimeZone, by.TimeZone}, {&o.ShopCode, by.ShopCode}, {&o.Channel, by.Channel},
		{(*string)(&o.DateOrder), string(by.DateOrder)}, {&o.RefundPrefix, by.RefundPrefix}, {&o.ConsentText, by.ConsentText},
	} {
		if t.by != "" {
			*t.to = t.by
		}
	}
	o.KeepUnsold, o.FillDown = o.KeepUnsold || by.KeepUnsold, o.FillDown || by.FillDown
}

func checksum(path string) (sum string, bytes int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, errors.Join(errs.New(errs.Invalid, "file.unreadable", "%s cannot be opened", filepath.Base(path)), err)
	}
	defer f.Close()
	h := sha256.New()
	bytes, err = io.Copy(h, f)
	if err != nil {
		return "", 0, fmt.Errorf("read file: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), bytes, nil
}

// UndoImport undoes an import and returns when all is done.
func (s *Service) UndoImport(ctx context.Context, id ID) (Removed, error) {
	ctx = access.With(ctx, access.Program("import"))
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err := findImport(ctx, tx, id)
		if err != nil || i.State == Undoing {
			return err
		}
		return s.beginUndo(ctx, tx, i)
	})
	if err != nil {
		return Removed{}, err
	}
	return s.takeBack(ctx, id, func(Removed) error { return nil })
}

// writeFaults writes the stored faults of an import as CSV.
func (s *Service) writeFaults(ctx context.Context, id ID, out io.Writer) error {
	const page = 1_000
	w := csv.NewWriter(out)
	if err := w.Write([]string{"line", "field", "code", "message"}); err != nil {
		return err
	}
	for after := int64(0); ; {
		var faults []storedFault
		err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			faults, err = listErrors(ctx, tx, id, after, page)
			return err
		})
		if err != nil {
			return err
		}
		for _, f := range faults {
			if err := w.Write([]string{strconv.Itoa(f.Line), f.Field, f.Code, f.Message}); err != nil {
				return err
			}
			after = f.id
		}
		if len(faults) < page {
			w.Flush()
			return w.Error()
		}
	}
}

// teller writes a line about once a second.
type teller struct {
	out  io.Writer
	last time.Duration
}

func (t *teller) tell(p Progress) error {
	if t.out == nil || db.Uptime()-t.last < time.Second {
		return nil
	}
	t.last = db.Uptime()
	_, err := fmt.Fprintf(t.out, "%d of %d rows, %d rows/s, %d s left\n", p.RowsDone, p.RowsTotal, p.RowsPerSecond, (p.RemainingMS+999)/1000)
	return err
}

func (t *teller) end(i Import) {
	if t.out == nil {
		return
	}
	// What cannot be written is of no use to anyone: the result is told by the exit status too.
	_, _ = fmt.Fprintf(t.out, "%s: %d rows, %d orders, %d refunds, %d customers, %d unchanged, %d errors\n",
		i.ID, i.Counts.Rows, i.Counts.Orders, i.Counts.Refunds, i.Counts.Customers, i.Counts.Unchanged, i.Counts.Errors)
}
