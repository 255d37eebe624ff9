package insight

import (
	"context"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// KPIReport is what `shuke report kpis` prints: the board of the 30 days to a day, and how customers
// came back up to that day.
type KPIReport struct {
	AsOf cal.Day `json:"as_of"`
	Board
	Repurchase
}

// ReportKPIs computes the report as of a day, today if it is no day.
func (s *Service) ReportKPIs(ctx context.Context, tx *db.Tx, asOf cal.Day) (r KPIReport, err error) {
	r.AsOf = s.asOf(tx, asOf)
	cut := cutOf(ctx, noShop, "")
	if r.Board, err = s.boardOf(ctx, tx, Period{r.AsOf.Add(-29), r.AsOf}, cut); err != nil {
		return r, err
	}
	r.Repurchase, err = repurchase(ctx, tx, r.AsOf, cut)
	return r, err
}

// ReportCohorts returns the cohorts as of a day, by month: {"2010-12":[885,324,…],…}.
func (s *Service) ReportCohorts(ctx context.Context, tx *db.Tx, asOf cal.Day) (map[string][]int64, error) {
	cohorts, err := cohortsOf(ctx, tx, s.asOf(tx, asOf), cutOf(ctx, noShop, ""))
	byMonth := make(map[string][]int64, len(cohorts))
	for _, c := range cohorts {
		byMonth[c.Month] = c.Customers
	}
	return byMonth, err
}
