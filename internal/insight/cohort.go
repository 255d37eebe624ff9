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
	later, err := db.Exists(ctx, tx, `select 1 from day_buyers where on_day > $1`, asOf)
	if err != nil {
		return nil, fmt.Errorf("look for later sales: %w", err)
	}
	if later || !cut.whole() { // Part of the time, or of the shops.
		return walkCohorts(ctx, tx, asOf, cut)
	}
	cells, err := db.All(ctx, tx, func(scan db.Scan) (c cell, err error) { return c, scan(&c.cohort, &c.month, &c.customers) },
		`select cohort, month, customers from cohort_cells where customers > 0 order by cohort, month`)
	if err != nil {
		return nil, fmt.Errorf("read cohorts: %w", err)
	}
	return spread(cells), nil
}

// corner is where a cell stands: the month of the first purchase, and one in which a customer bought.
type corner struct{ cohort, month cal.Month }

type cell struct {
	corner
	customers int64
}

// walkCohorts counts the cells from the purchases up to a day, within a cut.
func walkCohorts(ctx context.Context, tx *db.Tx, asOf cal.Day, cut Cut) ([]Cohort, error) {
	type life struct{ first, last cal.Month }
	var lives byNumber[life]
	counts := map[corner]int64{}
	err := eachPack(ctx, tx, asOf, cut, func(on cal.Day, within bool, p pack) {
		if !within {
			return
		}
		month := on.Month()
		for number := range p.all() {
			l := lives.at(number)
			if l.first == 0 {
				l.first = month
			}
			if l.last != month {
				l.last = month
				counts[corner{l.first, month}]++
			}
		}
	})
	if err != nil {
		return nil, err
	}
	cells := make([]cell, 0, len(counts))
	for k, n := range counts {
		cells = append(cells, cell{k, n})
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
