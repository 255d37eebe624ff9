package app

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

func (c Command) report(ctx context.Context, args []string) error {
	o := Options{ReadOnly: true}
	f := c.flags("report", &o)
	day := f.String("as-of", "", "count up to this day, such as 2011-10-01 (default: today)")
	asJSON := f.Bool("json", false, "print on one line")
	words, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	var asOf cal.Day
	if err := asOf.UnmarshalText([]byte(*day)); err != nil {
		return errs.New(errs.Invalid, "command.usage", "--as-of: %s", err)
	}
	a, err := Open(ctx, o)
	if err != nil {
		return err
	}
	defer closeApp(a)
	var result any
	err = a.DB.View(access.With(ctx, access.Program("report")), func(ctx context.Context, tx *db.Tx) (err error) {
		result, err = a.reportOf(ctx, tx, words[0], asOf)
		return err
	})
	if err != nil {
		return err
	}
	out := json.NewEncoder(c.Out)
	if !*asJSON {
		out.SetIndent("", "  ")
	}
	return out.Encode(result)
}

func (a *App) reportOf(ctx context.Context, tx *db.Tx, name string, asOf cal.Day) (any, error) {
	switch name {
	case "kpis":
		return a.Insight.ReportKPIs(ctx, tx, asOf)
	case "cohorts":
		return a.Insight.ReportCohorts(ctx, tx, asOf)
	case "rfm":
		return a.Segments.Report(ctx, tx, asOf)
	default:
		return nil, errs.New(errs.Invalid, "command.usage", "there is no report %q: want kpis, rfm or cohorts", name)
	}
}

// printf writes to the terminal; a terminal that has gone is nobody's loss.
func (c Command) printf(format string, args ...any) { fmt.Fprintf(c.Err, format, args...) }
