package customer

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// servedDays is how long a shop that served a customer sees her: "scope is home or served within 90 days".
const servedDays = 90

func (s *Service) today(tx *db.Tx) cal.Day { return cal.DayOf(tx.Now, s.Staff.Zone()) }

// ScopeSQL returns a condition on a column that holds the id of a customer: whether the caller of ctx may
// see her. That is everybody, or those at home in a shop of the caller or served there in the last 90 days.
func (s *Service) ScopeSQL(ctx context.Context, tx *db.Tx, column string) string {
	scope := access.From(ctx).Scope
	if scope.All {
		return "(1=1)"
	}
	since := strconv.Itoa(s.today(tx).Add(-servedDays).Number())
	return "(exists (select 1 from customer_shops seen where seen.customer_id = " + column + " and " + scope.SQL("seen.shop_id") +
		" and (seen.home or seen.last_served_on >= " + since + " or seen.joined_on >= " + since + ")))"
}

// Visit is a customer served by a shop.
type Visit struct {
	CustomerID ID
	ShopID     int64
	On         cal.Day
	History    bool // History marks imported history.
	Homed      bool // Homed says that she is known to have a home shop: Resolve gives one to whom it meets in a shop.
}

// Served notes that shops served customers, which gives their clerks sight of them for 90 days. The first
// shop that serves a customer without a home becomes it.
func (s *Service) Served(ctx context.Context, tx *db.Tx, visits []Visit) error {
	type pair struct{ customer, shop int64 }
	latest := map[pair]cal.Day{}
	first := map[int64]Visit{}
	for _, v := range visits {
		if v.ShopID == 0 || v.CustomerID.IsZero() {
			continue
		}
		key := pair{v.CustomerID.Int64(), v.ShopID}
		if on := latest[key]; on.Before(v.On) {
			latest[key] = v.On
		}
		if f, ok := first[key.customer]; !v.Homed && (!ok || v.On.Before(f.On)) {
			first[key.customer] = v
		}
	}
	rows := make([][]any, 0, len(latest))
	for key, on := range latest {
		rows = append(rows, []any{key.customer, key.shop, false, on})
	}
	slices.SortFunc(rows, func(a, b []any) int { // Alike everywhere, against deadlocks.
		return cmp.Or(cmp.Compare(a[0].(int64), b[0].(int64)), cmp.Compare(a[1].(int64), b[1].(int64)))
	})
	if err := upsertServed(ctx, tx, rows); err != nil {
		return err
	}
	return s.settleHomes(ctx, tx, first)
}

// settleHomes gives a home to those of the visitors who have none.
func (s *Service) settleHomes(ctx context.Context, tx *db.Tx, first map[int64]Visit) error {
	ids := make([]int64, 0, len(first))
	for customer := range first {
		ids = append(ids, customer)
	}
	slices.Sort(ids)
	homeless, err := listHomeless(ctx, tx, ids)
	if err != nil || len(homeless) == 0 {
		return err
	}
	homes, facts := make([]rehome, len(homeless)), make([]event.Entry, len(homeless))
	for i, customer := range homeless {
		v := first[customer]
		homes[i] = rehome{customer, v.ShopID}
		facts[i] = homeFact(customer, v.ShopID, v.On.Start(s.Staff.Zone()), v.History)
	}
	if err := setHomes(ctx, tx, homes); err != nil {
		return err
	}
	if err := refreshQuality(ctx, tx, homeless); err != nil {
		return err
	}
	return s.Log.Append(ctx, tx, facts...)
}

// Visible returns the customer that a record is part of, if the caller may see her: customer.not_found else.
func (s *Service) Visible(ctx context.Context, tx *db.Tx, customer ID) (ID, error) {
	c, err := s.find(ctx, tx, customer)
	return c.ID, err
}

// find returns the customer that a record is part of, if the caller may see her: customer.not_found else.
func (s *Service) find(ctx context.Context, tx *db.Tx, customer ID) (customerRow, error) {
	survivor, err := s.FindMerged(ctx, tx, customer)
	if err != nil {
		return customerRow{}, err
	}
	c, err := s.findInScope(ctx, tx, survivor)
	if err == nil && c.State != StateActive {
		return c, notFound()
	}
	return c, err
}

// findInScope returns a record, merged or not, if the caller may see it.
func (s *Service) findInScope(ctx context.Context, tx *db.Tx, customer ID) (customerRow, error) {
	rows, err := listRows(ctx, tx, []ID{customer}, s.ScopeSQL(ctx, tx, "customers.id"))
	if err != nil {
		return customerRow{}, err
	}
	if len(rows) == 0 {
		return customerRow{}, notFound()
	}
	return rows[0], nil
}

// ShopsInUse tells which of the shops see a customer, were her home, or wrote a note.
func (s *Service) ShopsInUse(ctx context.Context, tx *db.Tx, shops []staff.ShopID) (map[staff.ShopID]bool, error) {
	return shopsInUse(ctx, tx, shops)
}

// ListLive returns customers in the order of their ids, from the one after; merged and erased records are
// left out.
func (s *Service) ListLive(ctx context.Context, tx *db.Tx, after ID, limit int) ([]Live, error) {
	return listLive(ctx, tx, after, limit)
}

// FindLive returns those of the customers that are live, in the order of their ids.
func (s *Service) FindLive(ctx context.Context, tx *db.Tx, ids []ID) ([]Live, error) {
	return findLive(ctx, tx, ids)
}

func idsOf(numbers []int64) []ID {
	ids := make([]ID, len(numbers))
	for i, n := range numbers {
		ids[i] = id.Of[customerKind](n)
	}
	return ids
}
