package app

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/verify"
)

func (c Command) verify(ctx context.Context, args []string) error {
	var o Options
	f := c.flags("verify", &o)
	asJSON := f.Bool("json", false, "print JSON")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Options{Target: o.Target, ReadOnly: true})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // Only read.
	report, err := verify.Run(ctx, d)
	if err != nil {
		return err
	}
	write := report.Write
	if *asJSON {
		write = report.JSON
	}
	if err := write(c.Out); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	if !report.Sound() {
		return errs.New(errs.Conflict, "verify.faults", "the database has faults")
	}
	return nil
}

func (c Command) rebuild(ctx context.Context, args []string) error {
	var o Options
	if _, err := parse(c.flags("rebuild", &o), args, 0); err != nil {
		return err
	}
	a, err := Open(ctx, o)
	if err != nil {
		return err
	}
	defer closeApp(a)
	err = a.Rebuild(ctx, func(what string, done int64) { c.printf("\rRebuilding %s: %d", what, done) })
	c.printf("\n")
	return err
}

// Rebuild derives every projection again, lowest layer first.
func (a *App) Rebuild(ctx context.Context, progress func(what string, done int64)) error {
	ctx = access.With(ctx, access.Program("rebuild"))
	if err := a.Segments.Rebuild(ctx, a.DB, func(done int64) { progress("profiles", done) }); err != nil {
		return fmt.Errorf("rebuild profiles: %w", err)
	}
	if err := a.Segments.RebuildMembers(ctx, func(done int64) { progress("segments", done) }); err != nil {
		return fmt.Errorf("rebuild members: %w", err)
	}
	progress("indicators", 0)
	if err := a.Insight.Rebuild(ctx); err != nil {
		return fmt.Errorf("rebuild indicators: %w", err)
	}
	return a.Log.CatchUp(ctx)
}

func (c Command) backup(ctx context.Context, args []string) error {
	var o Options
	words, err := parse(c.flags("backup", &o), args, 1)
	if err != nil {
		return err
	}
	if err := db.BackupFile(ctx, o.Target, words[0]); err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "Wrote %s. Keep the key file with it: without the keys its personal data cannot be read.\n", words[0])
	return nil
}

func (c Command) copy(ctx context.Context, args []string) error {
	var o Options
	words, err := parse(c.flags("copy", &o), args, 1)
	if err != nil {
		return err
	}
	from, err := db.Open(ctx, db.Options{Target: o.Target, ReadOnly: true})
	if err != nil {
		return err
	}
	defer from.Close() //nolint:errcheck // Only read.
	to, err := db.Open(ctx, db.Options{Target: words[0]})
	if err != nil {
		return err
	}
	defer to.Close() //nolint:errcheck // Committed by then.
	return db.Copy(ctx, from, to, func(table string, done, total int64) {
		c.printf("\r%-24s %d of %d", table, done, total)
		if done >= total {
			c.printf("\n")
		}
	})
}
