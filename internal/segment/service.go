package segment

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/platform/job"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Service does what this package is for. Methods that take tx belong to the caller's transaction;
// Refresh and Rebuild open their own, many small ones.
type Service struct {
	DB        *db.DB
	Log       *event.Log
	Jobs      *job.Runner
	Staff     *staff.Service
	Customers *customer.Service
	Orders    *order.Service
}

// basis is what a standing is judged by, besides the profile.
type basis struct {
	today cal.Day
	state
	settings
}

func (s *Service) basis(ctx context.Context, tx *db.Tx) (b basis, err error) {
	b.today = cal.DayOf(tx.Now, s.Staff.Zone())
	if b.state, err = findState(ctx, tx); err != nil {
		return b, err
	}
	b.settings, err = findSettings(ctx, tx)
	return b, err
}

// standing returns where a customer stands: a pure function of her sales, the basis and the day. Stage
// and its first day come from the log of stages and are left as they are.
func (b basis) standing(p Profile, windowDays int64) Standing {
	t := b.thresholds
	p.WindowDayCount = windowDays
	p.Scores = Scores{}
	if !b.edgesOn.IsZero() {
		p.Scores = b.edges.score(buyer{p.LastOrderOn, p.PurchaseDayCount, p.PaidFen}, b.today)
	}
	p.RFMGroup = p.Scores.Group()
	p.ValueGroup = t.valueGroup(&p, b.today)
	p.Quadrant = t.quadrant(&p)
	p.CustomerType = t.customerType(&p, b.today)
	return p.Standing
}

// windowFrom returns the first day of the window.
func (b basis) windowFrom() cal.Day { return b.today.Add(-int(b.thresholds.WindowDays)) }

// Report computes RFM as of a day, over the customers the caller may see, from the sales up to that day.
// It does not use stored scores, so it is exact at any moment.
func (s *Service) Report(ctx context.Context, tx *db.Tx, asOf cal.Day) (Report, error) {
	buyers, err := listBuyers(ctx, tx, asOf, func(column string) string { return s.Customers.ScopeSQL(ctx, tx, column) })
	if err != nil {
		return Report{}, fmt.Errorf("list buyers as of %s: %w", asOf, err)
	}
	return reportOf(buyers, asOf), nil
}

// FindProfile returns the numbers of a customer. It does not look at the caller's scope; merged and
// unknown customers have none: ok is false.
func (s *Service) FindProfile(ctx context.Context, tx *db.Tx, customer customer.ID) (p Profile, ok bool, err error) {
	row, err := findProfile(ctx, tx, customer.Int64(), "(1=1)")
	if db.NoRows(err) {
		return p, false, nil
	}
	return row.Profile, err == nil, err
}

// customerID returns the typed identifier of a number.
func customerID(n int64) customer.ID { return ofKind(customer.ID{}, n) }

func ofKind[K id.Kind](_ id.ID[K], n int64) id.ID[K] { return id.Of[K](n) }
