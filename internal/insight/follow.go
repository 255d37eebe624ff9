package insight

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// place is where sums are kept.
type place struct {
	on      int
	shop    int64
	channel string
}

// sums are what a batch of facts adds to a place.
type sums struct{ orders, units, paid, anonymousOrders, anonymous, refunds, refunded int64 }

// follow adds the facts to the sums by day and derives the rows of the customers they touch again.
// The sums grow by difference, since a day of a large shop is long; the rows of a customer are few, and
// reading her orders is right whatever happened to them.
func (s *Service) follow(ctx context.Context, tx *db.Tx, records []event.Record) error {
	byPlace, touched := map[place]*sums{}, map[int64]bool{}
	for _, r := range records {
		if err := count(byPlace, touched, r); err != nil {
			return err
		}
	}
	if err := addSums(ctx, tx, byPlace); err != nil {
		return err
	}
	customers := slices.Sorted(maps.Keys(touched))
	for chunk := range slices.Chunk(customers, 500) {
		if err := deriveCustomers(ctx, tx, chunk); err != nil {
			return err
		}
	}
	return nil
}

// count notes what one fact adds, and whom it touches.
func count(byPlace map[place]*sums, touched map[int64]bool, r event.Record) error {
	at := func(on cal.Day, channel string) *sums {
		p := place{on.Number(), r.ShopID, channel}
		if byPlace[p] == nil {
			byPlace[p] = &sums{}
		}
		return byPlace[p]
	}
	if r.CustomerID != 0 {
		touched[r.CustomerID] = true
	}
	switch r.Kind {
	case order.PaidKind:
		var f order.Paid
		if err := r.Decode(&f); err != nil {
			return err
		}
		at(f.On, f.Channel).sold(1, f.PaidFen, f.Units, r.CustomerID)
	case order.RemovedKind:
		var f order.Removed
		if err := r.Decode(&f); err != nil {
			return err
		}
		at(f.On, f.Channel).sold(-1, f.PaidFen, f.Units, r.CustomerID)
	case order.ClaimedKind:
		var f order.Claimed
		if err := r.Decode(&f); err != nil {
			return err
		}
		if f.PaidFen > 0 {
			sum := at(f.On, f.Channel)
			sum.anonymousOrders--
			sum.anonymous -= f.PaidFen
		}
	case order.RefundedKind:
		var f order.Refunded
		if err := r.Decode(&f); err != nil {
			return err
		}
		at(f.On, f.Channel).refund(1, f.AmountFen)
	case order.RefundRemovedKind:
		var f order.RefundRemoved
		if err := r.Decode(&f); err != nil {
			return err
		}
		at(f.On, f.Channel).refund(-1, f.AmountFen)
	case "customer.merged", "customer.unmerged":
		var f struct {
			SurvivorID customer.ID `json:"survivor_id"`
			MergedID   customer.ID `json:"merged_id"`
		}
		if err := r.Decode(&f); err != nil {
			return err
		}
		touched[f.SurvivorID.Int64()], touched[f.MergedID.Int64()] = true, true
	default:
		return fmt.Errorf("insight does not follow %s", r.Kind)
	}
	return nil
}

// sold counts an order in (sign 1) or out (-1). An order of 0 fen is no purchase.
func (s *sums) sold(sign, paid, units, customer int64) {
	if paid <= 0 {
		return
	}
	s.orders += sign
	s.units += sign * units
	s.paid += sign * paid
	if customer == 0 {
		s.anonymousOrders += sign
		s.anonymous += sign * paid
	}
}

func (s *sums) refund(sign, amount int64) {
	s.refunds += sign
	s.refunded += sign * amount
}

func addSums(ctx context.Context, tx *db.Tx, byPlace map[place]*sums) error {
	// In one order always, so that two writers on PostgreSQL do not wait for each other in a ring.
	places := slices.SortedFunc(maps.Keys(byPlace), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.shop, b.shop), cmp.Compare(a.channel, b.channel))
	})
	rows := make([][]any, len(places))
	for i, p := range places {
		s := byPlace[p]
		rows[i] = []any{p.on, p.shop, p.channel, s.orders, s.units, s.paid, s.anonymousOrders, s.anonymous, s.refunds, s.refunded}
	}
	_, err := db.InsertRows(ctx, tx, "kpi_days",
		"on_day, shop_id, channel, orders, units, paid_fen, anonymous_orders, anonymous_fen, refunds, refund_fen", rows,
		`on conflict (on_day, shop_id, channel) do update set
			orders = kpi_days.orders + excluded.orders,
			units = kpi_days.units + excluded.units,
			paid_fen = kpi_days.paid_fen + excluded.paid_fen,
			anonymous_orders = kpi_days.anonymous_orders + excluded.anonymous_orders,
			anonymous_fen = kpi_days.anonymous_fen + excluded.anonymous_fen,
			refunds = kpi_days.refunds + excluded.refunds,
			refund_fen = kpi_days.refund_fen + excluded.refund_fen`)
	if err != nil || !slices.ContainsFunc(places, func(p place) bool { return byPlace[p].orders < 0 || byPlace[p].refunds < 0 }) {
		return err
	}
	// What an undone import had brought is gone; so are its places.
	if _, err := tx.Exec(ctx, "delete from kpi_days where orders = 0 and refunds = 0"); err != nil {
		return fmt.Errorf("delete empty days: %w", err)
	}
	return nil
}

// deriveCustomers derives the rows of the customers from their orders, and moves the cells of the
// cohorts by the difference. At most 500 customers.
func deriveCustomers(ctx context.Context, tx *db.Tx, customers []int64) error {
	in, args := db.In(0, customers)
	for _, statement := range []string{
		`delete from sales_days where customer_id in ` + in,
		`insert into sales_days (on_day, customer_id, shop_id, channel, orders, units, paid_fen)
			select on_day, customer_id, shop_id, channel, count(*), cast(sum(units) as bigint), cast(sum(paid_fen) as bigint)
			from orders where customer_id in ` + in + ` and paid_fen > 0 group by on_day, customer_id, shop_id, channel`,
	} {
		if _, err := tx.Exec(ctx, statement, args...); err != nil {
			return fmt.Errorf("derive days of sale: %w", err)
		}
	}
	before, err := listMonths(ctx, tx, in, args)
	if err != nil {
		return err
	}
	days, err := db.All(ctx, tx, func(scan db.Scan) (d customerDay, err error) { return d, scan(&d.customer, &d.on) },
		`select distinct customer_id, on_day from sales_days where customer_id in `+in+` order by customer_id, on_day`, args...)
	if err != nil {
		return fmt.Errorf("read days of sale: %w", err)
	}
	after := monthsOf(days)
	if slices.Equal(before, after) {
		return nil
	}
	return replaceMonths(ctx, tx, in, args, before, after)
}

type customerDay struct {
	customer int64
	on       cal.Day
}

// customerMonth says that a customer of a cohort bought in a month.
type customerMonth struct {
	customer      int64
	month, cohort cal.Month
}

// monthsOf returns the months of the days, which are sorted by customer and day.
func monthsOf(days []customerDay) []customerMonth {
	var months []customerMonth
	for _, d := range days {
		m := customerMonth{d.customer, d.on.Month(), d.on.Month()}
		if n := len(months); n > 0 && months[n-1].customer == d.customer {
			if months[n-1].month == m.month {
				continue
			}
			m.cohort = months[n-1].cohort
		}
		months = append(months, m)
	}
	return months
}

func listMonths(ctx context.Context, tx *db.Tx, in string, args []any) ([]customerMonth, error) {
	months, err := db.All(ctx, tx, func(scan db.Scan) (m customerMonth, err error) { return m, scan(&m.customer, &m.month, &m.cohort) },
		`select customer_id, month, cohort from customer_months where customer_id in `+in+` order by customer_id, month`, args...)
	if err != nil {
		return nil, fmt.Errorf("read months of customers: %w", err)
	}
	return months, nil
}

func replaceMonths(ctx context.Context, tx *db.Tx, in string, args []any, before, after []customerMonth) error {
	if _, err := tx.Exec(ctx, `delete from customer_months where customer_id in `+in, args...); err != nil {
		return fmt.Errorf("delete months of customers: %w", err)
	}
	rows := make([][]any, len(after))
	for i, m := range after {
		rows[i] = []any{m.customer, int(m.month), int(m.cohort)}
	}
	if _, err := db.InsertRows(ctx, tx, "customer_months", "customer_id, month, cohort", rows, ""); err != nil {
		return err
	}
	type cell struct{ cohort, month cal.Month }
	change := map[cell]int64{}
	for _, m := range before {
		change[cell{m.cohort, m.month}]--
	}
	for _, m := range after {
		change[cell{m.cohort, m.month}]++
	}
	cells := slices.SortedFunc(maps.Keys(change), func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.cohort, b.cohort), cmp.Compare(a.month, b.month))
	})
	var cellRows [][]any
	for _, c := range cells {
		if change[c] != 0 {
			cellRows = append(cellRows, []any{int(c.cohort), int(c.month), change[c]})
		}
	}
	_, err := db.InsertRows(ctx, tx, "cohort_cells", "cohort, month, customers", cellRows,
		"on conflict (cohort, month) do update set customers = cohort_cells.customers + excluded.customers")
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "delete from cohort_cells where customers = 0"); err != nil {
		return fmt.Errorf("delete empty cells: %w", err)
	}
	return nil
}

// Rebuild empties the figures and follows the whole log again.
func (s *Service) Rebuild(ctx context.Context) error {
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, table := range []string{"kpi_days", "sales_days", "customer_months", "cohort_cells"} {
			if _, err := tx.Exec(ctx, "delete from "+table); err != nil {
				return fmt.Errorf("empty %s: %w", table, err)
			}
		}
		return s.Log.Rewind(ctx, tx, follower)
	})
	if err != nil {
		return err
	}
	return s.Log.CatchUp(ctx)
}
