package insight

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Cohort is the customers whose first purchase was in one month: Customers[k] of them bought k months
// later. Customers[0] is all of them.
type Cohort struct {
	Month     string  `json:"month"`
	Customers []int64 `json:"customers"`
}

// cohortsOf returns the cohorts of the months up to that of the day asOf, oldest first, each with every
// month up to the last one in which anybody bought.
func cohortsOf(ctx context.Context, tx *db.Tx, asOf cal.Day, cut Cut) ([]Cohort, error) {
	later, err := db.Exists(ctx, tx, `select 1 from sales_days where on_day > $1`, asOf)
	if err != nil {
		return nil, fmt.Errorf("look for later sales: %w", err)
	}
	if later || !cut.whole() { // Part of the time, or of the shops: counted from the days of sale.
		where, args := cut.sql("s", []any{asOf})
		return scanCohorts(ctx, tx, where, args)
	}
	cells, err := db.All(ctx, tx, func(scan db.Scan) (c cell, err error) { return c, scan(&c.cohort, &c.month, &c.customers) },
		`select cohort, month, customers from cohort_cells where customers > 0 order by cohort, month`)
	if err != nil {
		return nil, fmt.Errorf("read cohorts: %w", err)
	}
	return spread(cells), nil
}

type cell struct {
	cohort, month cal.Month
	customers     int64
}

// scanCohorts counts the cells from the days of sale that satisfy the condition.
func scanCohorts(ctx context.Context, tx *db.Tx, where string, args []any) ([]Cohort, error) {
	days, err := db.All(ctx, tx, func(scan db.Scan) (d customerDay, err error) { return d, scan(&d.customer, &d.on) },
		`select distinct customer_id, on_day from sales_days s where on_day <= $1 and `+where+` order by customer_id, on_day`, args...)
	if err != nil {
		return nil, fmt.Errorf("read days of sale: %w", err)
	}
	counts := map[[2]cal.Month]int64{}
	for _, m := range monthsOf(days) {
		counts[[2]cal.Month{m.cohort, m.month}]++
	}
	cells := make([]cell, 0, len(counts))
	for k, n := range counts {
		cells = append(cells, cell{k[0], k[1], n})
	}
	return spread(cells), nil
}

// spread makes rows of cells.
func spread(cells []cell) []Cohort {
	if len(cells) == 0 {
		return nil
	}
	first, last := cells[0].cohort, cells[0].month
	for _, c := range cells {
		first, last = min(first, c.cohort), max(last, c.month)
	}
	rows := make([]Cohort, last-first+1)
	for i := range rows {
		rows[i] = Cohort{(first + cal.Month(i)).String(), make([]int64, int(last-first)+1-i)}
	}
	for _, c := range cells {
		rows[c.cohort-first].Customers[c.month-c.cohort] = c.customers
	}
	return rows
}
