// Package insight turns sales into figures: indicators with a written definition (docs/kpis.md),
// cohorts, and what changed since the period before. It reads the tables of every domain, writes only
// its own, and decides nothing.
package insight

import (
	"context"
	"strconv"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Service answers questions about figures.
type Service struct {
	DB        *db.DB
	Log       *event.Log
	Staff     *staff.Service
	Customers *customer.Service

	cache cache
}

// follower is the name under which the figures follow the log.
const follower = "insight"

// Register has the figures follow what was sold and given back, and who became one with whom.
func (s *Service) Register(l *event.Log) {
	l.Follow(follower, s.follow, order.PaidKind, order.EditedKind, order.RefundedKind, order.ClaimedKind, order.RemovedKind,
		order.RefundRemovedKind, "customer.merged", "customer.unmerged")
}

// Period is a run of days, both ends included.
type Period struct {
	From cal.Day `json:"from"`
	To   cal.Day `json:"to"`
}

// Days returns the number of days.
func (p Period) Days() int { return p.To.Sub(p.From) + 1 }

// Before returns the period of the same length that ends the day before.
func (p Period) Before() Period { return Period{p.From.Add(-p.Days()), p.From.Add(-1)} }

// maxDays bounds a period: five years.
const maxDays = 5*366 + 1

// Validate returns kpi.period unless the period runs forward and is at most five years long.
func (p Period) Validate() error {
	if p.From.IsZero() || p.To.IsZero() || p.To.Before(p.From) || p.Days() > maxDays {
		return errs.New(errs.Invalid, "kpi.period", "the period must run forward, at most five years")
	}
	return nil
}

// Cut restricts figures to a shop or a channel, and always to the shops the caller may see.
type Cut struct {
	ShopID  staff.ShopID
	Channel string
	scope   access.Scope
}

// noShop stands for all shops in a cut.
var noShop staff.ShopID

// cutOf returns the cut with the scope of the caller.
func cutOf(ctx context.Context, shop staff.ShopID, channel string) Cut {
	return Cut{shop, channel, access.From(ctx).Scope}
}

// whole reports whether the cut leaves nothing out.
func (c Cut) whole() bool { return c.ShopID.IsZero() && c.Channel == "" && c.scope.All }

// sql returns a condition on the columns shop_id and channel of the table alias, with the parameters
// numbered from len(args)+1, and the arguments with its own appended.
func (c Cut) sql(alias string, args []any) (string, []any) {
	condition := c.scope.SQL(alias + ".shop_id")
	if !c.ShopID.IsZero() {
		args = append(args, c.ShopID)
		condition += " and " + alias + ".shop_id = $" + strconv.Itoa(len(args))
	}
	if c.Channel != "" {
		args = append(args, c.Channel)
		condition += " and " + alias + ".channel = $" + strconv.Itoa(len(args))
	}
	return condition, args
}
