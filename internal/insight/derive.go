package insight

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// span is days from one number to another, both included.
type span struct{ from, to int }

func only(on cal.Day) span { return span{on.Number(), on.Number()} }

// derive derives what the customers bought on some days from their orders, and brings all that is made of
// it up to what differs: their days of sale, the buyers by day, and the cohorts.
func derive(ctx context.Context, tx *db.Tx, customers []int64, on span) error {
	var before, after []sale
	err := db.InChunks(customers, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		old, err := listSales(ctx, tx, `select customer_id, on_day, shop_id, channel, paid_fen from sales_days
			where customer_id in `+in, args)
		if err != nil {
			return err
		}
		in, args = db.In(2, chunk)
		// The plus keeps PostgreSQL from going through all the sales of the days.
		fresh, err := listSales(ctx, tx, `select customer_id, on_day, shop_id, channel, cast(sum(paid_fen) as bigint) from orders
			where customer_id in `+in+` and +on_day between $1 and $2 and paid_fen > 0
			group by customer_id, on_day, shop_id, channel`, append([]any{on.from, on.to}, args...))
		before, after = append(before, old...), append(after, splice(old, fresh, on)...)
		return err
	})
	if err != nil {
		return err
	}
	changes := differences(before, after)
	if len(changes) == 0 {
		return nil
	}
	if err := storeSales(ctx, tx, changes); err != nil {
		return err
	}
	if err := repack(ctx, tx, changes); err != nil {
		return err
	}
	return moveCells(ctx, tx, before, after)
}

func listSales(ctx context.Context, tx *db.Tx, query string, args []any) ([]sale, error) {
	sales, err := db.All(ctx, tx, func(scan db.Scan) (s sale, err error) {
		return s, scan(&s.customer, &s.on, &s.shop, &s.channel, &s.paidFen)
	}, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read sales of customers: %w", err)
	}
	slices.SortFunc(sales, compareSales) // Not by the database, which may order channels by a language.
	return sales, nil
}

// compareSales is the order by customer, then day.
func compareSales(a, b sale) int {
	return cmp.Or(cmp.Compare(a.customer, b.customer), a.on.Sub(b.on), cmp.Compare(a.shop, b.shop), cmp.Compare(a.channel, b.channel))
}

// splice returns the old sales with the fresh ones in place of those on some days, by customer.
func splice(old, fresh []sale, on span) []sale {
	all := make([]sale, 0, len(old)+len(fresh))
	for _, s := range old {
		if n := s.on.Number(); n < on.from || on.to < n {
			all = append(all, s)
		}
	}
	all = append(all, fresh...)
	slices.SortFunc(all, compareSales)
	return all
}

// differences returns the sales that differ, as they are after; those that are no more with 0 fen.
func differences(before, after []sale) []sale {
	var changes []sale
	for len(before) > 0 || len(after) > 0 {
		order := 0
		switch {
		case len(before) == 0:
			order = 1
		case len(after) == 0:
			order = -1
		default:
			order = compareSales(before[0], after[0])
		}
		switch {
		case order < 0:
			gone := before[0]
			gone.paidFen = 0
			changes = append(changes, gone)
			before = before[1:]
		case order > 0:
			changes = append(changes, after[0])
			after = after[1:]
		default:
			if before[0] != after[0] {
				changes = append(changes, after[0])
			}
			before, after = before[1:], after[1:]
		}
	}
	return changes
}

func storeSales(ctx context.Context, tx *db.Tx, changes []sale) error {
	var rows [][]any
	for _, s := range changes {
		if s.paidFen != 0 {
			rows = append(rows, []any{s.customer, s.on, s.shop, s.channel, s.paidFen})
			continue
		}
		_, err := tx.Exec(ctx, "delete from sales_days where customer_id = $1 and on_day = $2 and shop_id = $3 and channel = $4",
			s.customer, s.on, s.shop, s.channel)
		if err != nil {
			return fmt.Errorf("delete sales of a day: %w", err)
		}
	}
	_, err := db.InsertRows(ctx, tx, "sales_days", "customer_id, on_day, shop_id, channel, paid_fen", rows,
		"on conflict (customer_id, on_day, shop_id, channel) do update set paid_fen = excluded.paid_fen")
	return err
}

// cornersOf counts the customers in each cell. The sales are whole lives, by customer and day.
func cornersOf(sales []sale, sign int64, counts map[corner]int64) {
	for i, first := 0, 0; i < len(sales); i++ {
		if sales[i].customer != sales[first].customer {
			first = i
		}
		month := sales[i].on.Month()
		if i == first || sales[i-1].on.Month() != month {
			counts[corner{sales[first].on.Month(), month}] += sign
		}
	}
}

// moveCells moves the cells of the cohorts by the difference.
func moveCells(ctx context.Context, tx *db.Tx, before, after []sale) error {
	change := map[corner]int64{}
	cornersOf(before, -1, change)
	cornersOf(after, 1, change)
	corners := slices.SortedFunc(maps.Keys(change), func(a, b corner) int {
		return cmp.Or(cmp.Compare(a.cohort, b.cohort), cmp.Compare(a.month, b.month))
	})
	var rows [][]any
	var fewer bool
	for _, c := range corners {
		if change[c] != 0 {
			rows = append(rows, []any{int(c.cohort), int(c.month), change[c]})
			fewer = fewer || change[c] < 0
		}
	}
	_, err := db.InsertRows(ctx, tx, "cohort_cells", "cohort, month, customers", rows,
		"on conflict (cohort, month) do update set customers = cohort_cells.customers + excluded.customers")
	if err != nil || !fewer {
		return err
	}
	if _, err := tx.Exec(ctx, "delete from cohort_cells where customers = 0"); err != nil {
		return fmt.Errorf("delete empty cells: %w", err)
	}
	return nil
}
