package intake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/job"
)

// Kinds of jobs.
const (
	RunJob   job.Kind = "intake.run"
	UndoJob  job.Kind = "intake.undo"
	PurgeJob job.Kind = "intake.purge"
)

type jobArgs struct {
	ID ID `json:"id"`
}

// Work registers the jobs of this package: running, undoing, and deleting files that were kept long enough.
func (s *Service) Work(r *job.Runner) {
	r.Handle(RunJob, job.Options{}, s.runJob)
	r.Handle(UndoJob, job.Options{}, s.undoJob)
	r.Handle(PurgeJob, job.Options{}, func(ctx context.Context, _ job.Job) error { return s.purge(ctx) })
	r.Daily("intake.purge", 3, s.Staff.Zone, PurgeJob)
}

// runJob carries an import out. A fault of the file fails the import; a fault of ours is tried again, from
// where it was.
func (s *Service) runJob(ctx context.Context, j job.Job) error {
	var args jobArgs
	if err := j.Args(&args); err != nil {
		return err
	}
	var i Import
	err := s.DB.View(access.With(ctx, access.Program("import")), func(ctx context.Context, tx *db.Tx) (err error) {
		i, err = findImport(ctx, tx, args.ID)
		return err
	})
	if errs.KindOf(err) == errs.NotFound || err == nil && i.State != Running {
		return nil
	}
	if err != nil {
		return err
	}
	path, err := s.pathOf(i)
	if err == nil {
		i, err = s.carryOut(ctx, args.ID, path, besideOthers, func(p Progress) error { return j.Progress(ctx, p) })
	}
	return s.settle(ctx, i, err, j.Attempt >= j.MaxAttempts)
}

// settle decides what an error of a run means for the import.
func (s *Service) settle(ctx context.Context, i Import, err error, last bool) error {
	to, failure := Failed, errs.CodeOf(err)
	switch {
	case err == nil || errors.Is(err, errCancelled):
		return nil
	case errors.Is(err, job.ErrCancelled):
		to, failure = Cancelled, ""
	case failure == "" && !last:
		return err // The job is tried again.
	case failure == "":
		failure = "internal"
	}
	ctx = access.With(context.WithoutCancel(ctx), access.Program("import"))
	finished := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return finish(ctx, tx, i, to, failure) })
	if failure == "internal" || to == Cancelled {
		return errors.Join(err, finished)
	}
	return finished
}

// purge deletes the files that were kept long enough.
func (s *Service) purge(ctx context.Context) error {
	const atOnce = 100
	for {
		var old []Import
		err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			old, err = listExpired(ctx, tx, atOnce)
			return err
		})
		if err != nil {
			return err
		}
		for _, i := range old {
			if err := os.Remove(filepath.Join(s.folder(), i.path)); err != nil && !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("delete old file: %w", err)
			}
			err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return forgetFile(ctx, tx, i.ID) })
			if err != nil {
				return err
			}
		}
		if len(old) < atOnce {
			return nil
		}
	}
}
