package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/shuke-crm/shuke/internal/intake"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

func (c Command) importFile(ctx context.Context, args []string) error {
	o := Options{Import: true}
	run := intake.RunOptions{Progress: c.Err}
	f := c.flags("import", &o)
	f.StringVar(&run.Preset, "preset", "", "how the columns are named, such as online-retail (default: by the columns)")
	f.StringVar(&run.Set.Source, "source", "", "name of the till or shop system that numbered the rows")
	f.BoolVar(&run.DryRun, "dry-run", false, "check everything, write nothing")
	faults := f.String("errors", "", "write the rows that were not taken to this CSV file")
	asJSON := f.Bool("json", false, "print the counts as JSON")
	words, err := parse(f, args, 2)
	if err != nil {
		return err
	}
	run.Kind, run.Path = intake.Kind(words[0]), words[1]
	a, err := Open(ctx, o)
	if err != nil {
		return err
	}
	defer closeApp(a)
	if *faults != "" {
		file, err := os.Create(*faults)
		if err != nil {
			return errs.New(errs.Invalid, "command.usage", "--errors: %s", err)
		}
		defer file.Close() //nolint:errcheck // Closing is for the system; a full disk fails the writes.
		run.Faults = file
	}
	counts, err := a.Intake.RunFile(ctx, run)
	if err != nil && errs.CodeOf(err) != "import.faults" {
		return err
	}
	if !run.DryRun {
		if err := a.CatchUp(ctx); err != nil {
			return err
		}
	}
	if printed := printCounts(c.Out, counts, *asJSON); printed != nil {
		return fmt.Errorf("print the counts: %w", printed)
	}
	return err
}

func printCounts(out io.Writer, n intake.Counts, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(n)
	}
	_, err := fmt.Fprintf(out, "%d rows: %d orders (%d without a name), %d refunds, %d new customers, %d products; %d were here already, %d faults\n",
		n.Rows, n.Orders, n.AnonymousOrders, n.Refunds, n.Customers, n.Products, n.Unchanged, n.Errors)
	return err
}

// undo takes an import back: what it alone brought is gone, and nothing else.
func (c Command) undo(ctx context.Context, args []string) error {
	var o Options
	words, err := parse(c.flags("undo", &o), args, 1)
	if err != nil {
		return err
	}
	var which intake.ID
	if err := which.UnmarshalText([]byte(words[0])); err != nil {
		return errs.New(errs.Invalid, "command.usage", "an import is named like imp_…: %s", err)
	}
	a, err := Open(ctx, o)
	if err != nil {
		return err
	}
	defer closeApp(a)
	if _, err := a.Intake.UndoImport(ctx, which); err != nil {
		return err
	}
	return a.CatchUp(ctx)
}
