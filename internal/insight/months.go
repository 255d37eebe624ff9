package insight

import (
	"context"

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

// repurchase walks through the purchases up to asOf, day by day.
func repurchase(ctx context.Context, tx *db.Tx, asOf cal.Day, cut Cut) (Repurchase, error) {
	w := newWalk(asOf)
	err := eachPack(ctx, tx, asOf, cut, func(on cal.Day, within bool, p pack) {
		if !within {
			return
		}
		for number, paidFen := range p.all() {
			w.step(number, on, paidFen)
		}
	})
	if err != nil {
		return Repurchase{}, err
	}
	return w.end(), nil
}

type monthCount struct {
	buyers, fresh, again, twice, days, sales int64
}

// walk goes through purchases in the order of days.
type walk struct {
	months map[cal.Month]*monthCount
	second []SecondPurchase
	asOf   cal.Day
	past   byNumber[past]
}

// past is what a walk remembers of a customer.
type past struct {
	first, last cal.Day
	nth         int32 // nth is her purchase days so far.
	daysInMonth int32 // daysInMonth is those in the month of the last.
}

func newWalk(asOf cal.Day) *walk {
	return &walk{map[cal.Month]*monthCount{}, make([]SecondPurchase, len(secondWithin)), asOf, nil}
}

// step takes in what a buyer paid on a day, in one shop and channel.
func (w *walk) step(number uint32, on cal.Day, paid int64) {
	month := on.Month()
	m := w.months[month]
	if m == nil {
		m = &monthCount{}
		w.months[month] = m
	}
	m.sales += paid
	c := w.past.at(number)
	if c.last == on {
		return
	}
	m.days++
	switch before := c.last.Month(); {
	case c.nth == 0:
		c.first, c.daysInMonth = on, 1
		m.buyers++
		m.fresh++
		for i, within := range secondWithin {
			if w.asOf.Sub(on) >= within {
				w.second[i].Eligible++
			}
		}
	case month != before:
		c.daysInMonth = 1
		m.buyers++
		if month == before+1 {
			w.months[before].again++
		}
	default:
		c.daysInMonth++
		if c.daysInMonth == 2 {
			m.twice++
		}
	}
	c.nth++
	c.last = on
	if c.nth == 2 {
		for i, within := range secondWithin {
			if on.Sub(c.first) <= within && w.asOf.Sub(c.first) >= within {
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
