package insight

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// MonthFigure tells of one month how customers came back. It counts sales before returns to known
// customers; several orders of a day are one purchase day.
type MonthFigure struct {
	Month          string `json:"month"`
	Buyers         int64  `json:"buyers"`
	New            int64  `json:"new" doc:"Buyers whose first month this is."`
	Returning      int64  `json:"returning"`
	ReturningShare *Rate  `json:"returning_share"`
	AgainNextMonth *Rate  `json:"bought_again_next_month" doc:"Share of the buyers who bought in the next month too; null in the last month."`
	TwoOrMoreDays  *Rate  `json:"two_or_more_days_in_month" doc:"Share of the buyers with two or more purchase days in the month."`
	PurchaseDays   int64  `json:"purchase_days"`
	SalesFen       int64  `json:"sales_fen"`
	AOVPerDay      *Rate  `json:"aov_per_day_fen" doc:"Sales per purchase day, in fen."`
}

// SecondPurchase says how many customers bought a second time within some days of the first.
type SecondPurchase struct {
	Days     int   `json:"days"`
	Eligible int64 `json:"eligible" doc:"Customers whose first purchase is at least so many days old."`
	Within   int64 `json:"second_purchase_within"`
	Rate     *Rate `json:"rate"`
}

// Repurchase is the report of customers coming back.
type Repurchase struct {
	Months []MonthFigure    `json:"months"`
	Second []SecondPurchase `json:"first_to_second_within_days"`
}

// secondWithin are the days asked about between a first and a second purchase.
var secondWithin = []int{30, 60, 90, 180, 365}

// repurchase walks through the purchase days up to asOf, customer by customer.
func repurchase(ctx context.Context, tx *db.Tx, asOf cal.Day, cut Cut) (Repurchase, error) {
	where, args := cut.sql("s", []any{asOf})
	rows, err := tx.Query(ctx, `select customer_id, on_day, cast(sum(paid_fen) as bigint) from sales_days s
		where on_day <= $1 and `+where+` group by customer_id, on_day order by customer_id, on_day`, args...)
	if err != nil {
		return Repurchase{}, fmt.Errorf("read purchase days: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says whether the rows are whole.
	w := walk{months: map[cal.Month]*monthCount{}, second: make([]SecondPurchase, len(secondWithin)), asOf: asOf}
	for rows.Next() {
		var c int64
		var on cal.Day
		var paid int64
		if err := rows.Scan(&c, &on, &paid); err != nil {
			return Repurchase{}, fmt.Errorf("read purchase days: %w", err)
		}
		w.step(c, on, paid)
	}
	if err := rows.Err(); err != nil {
		return Repurchase{}, fmt.Errorf("read purchase days: %w", err)
	}
	return w.end(), nil
}

type monthCount struct {
	buyers, fresh, again, twice, days, sales int64
}

// walk goes through purchase days in the order of customer and day.
type walk struct {
	months map[cal.Month]*monthCount
	second []SecondPurchase
	asOf   cal.Day

	customer    int64
	first       cal.Day   // first purchase of the customer
	nth         int       // purchase days of the customer so far
	month       cal.Month // month of the customer's last purchase day
	daysInMonth int
}

func (w *walk) step(customer int64, on cal.Day, paid int64) {
	month := on.Month()
	m := w.months[month]
	if m == nil {
		m = &monthCount{}
		w.months[month] = m
	}
	m.days++
	m.sales += paid
	switch {
	case customer != w.customer:
		w.customer, w.first, w.nth, w.daysInMonth = customer, on, 1, 1
		m.buyers++
		m.fresh++
		for i, within := range secondWithin {
			if w.asOf.Sub(on) >= within {
				w.second[i].Eligible++
			}
		}
	case month != w.month:
		w.nth, w.daysInMonth = w.nth+1, 1
		m.buyers++
		if month == w.month+1 {
			w.months[w.month].again++
		}
	default:
		w.nth, w.daysInMonth = w.nth+1, w.daysInMonth+1
		if w.daysInMonth == 2 {
			m.twice++
		}
	}
	w.month = month
	if w.nth == 2 {
		for i, within := range secondWithin {
			if on.Sub(w.first) <= within && w.asOf.Sub(w.first) >= within {
				w.second[i].Within++
			}
		}
	}
}

func (w *walk) end() (r Repurchase) {
	var first, last cal.Month
	for m := range w.months {
		if first == 0 || m < first {
			first = m
		}
		last = max(last, m)
	}
	for month := first; month <= last && first != 0; month++ {
		m := w.months[month]
		if m == nil {
			m = &monthCount{}
		}
		f := MonthFigure{
			Month: month.String(), Buyers: m.buyers, New: m.fresh, Returning: m.buyers - m.fresh,
			ReturningShare: rate(m.buyers-m.fresh, m.buyers), TwoOrMoreDays: rate(m.twice, m.buyers),
			PurchaseDays: m.days, SalesFen: m.sales, AOVPerDay: rate(m.sales, m.days),
		}
		if month < last {
			f.AgainNextMonth = rate(m.again, m.buyers)
		}
		r.Months = append(r.Months, f)
	}
	for i, s := range w.second {
		s.Days, s.Rate = secondWithin[i], rate(s.Within, s.Eligible)
		r.Second = append(r.Second, s)
	}
	return r
}
