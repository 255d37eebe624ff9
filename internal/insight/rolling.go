package insight

import "github.com/shuke-crm/shuke/internal/platform/cal"

// rolling counts, for each day of a period, what the figures of the period that ends with that day would
// count: one of the same length. A purchase changes such a count for a span of days, so the walk notes where
// spans begin and end, and the counts are the sums of that.
type rolling struct {
	period                             Period
	buyers, repeat, churnedOf, churned []int64 // Changes from the day before, and one place for what ends with the last.
}

func newRolling(p Period) rolling {
	places := func() []int64 { return make([]int64, p.Days()+1) }
	return rolling{p, places(), places(), places(), places()}
}

// span adds one to the counts from one day to another; days are numbered from the first of the period.
func (r *rolling) span(counts []int64, from, to int) {
	from, to = max(from, 0), min(to, r.period.Days()-1)
	if from <= to {
		counts[from]++
		counts[to+1]--
	}
}

// longAgo is the number of a day that never was.
const longAgo = -1 << 30

// number returns the number of a day; that of no day is long ago.
func (r *rolling) number(on cal.Day) int {
	if on.IsZero() {
		return longAgo
	}
	return on.Sub(r.period.From)
}

// buy notes a purchase day, with the two before it of the same customer. Each count spans days that the
// purchase before has not spanned already.
func (r *rolling) buy(beforeLast, last, on cal.Day) {
	n := r.period.Days()
	second, first, day := r.number(beforeLast), r.number(last), r.number(on)
	if day+n-1+churnedDays < 0 {
		return // Too long ago to count on any of the days.
	}
	r.span(r.buyers, max(day, first+n), day+n-1)
	r.span(r.repeat, max(day, second+n), first+n-1)
	r.span(r.churnedOf, max(day+n, first+n+churnedDays), day+n-1+churnedDays)
	r.lapse(last, day-1)
}

// lapse notes that a customer did not buy after a purchase until a day: she is lost 180 days later, and stays
// so in every period that begins within 180 days of the purchase.
func (r *rolling) lapse(last cal.Day, until int) {
	if first := r.number(last); first != longAgo {
		r.span(r.churned, first+churnedDays, min(until, first-1+churnedDays+r.period.Days()))
	}
}

// rates sets the rates of each day.
func (r *rolling) rates(days []DayFigure) {
	var buyers, repeat, churnedOf, churned int64
	for i := range days {
		buyers, repeat = buyers+r.buyers[i], repeat+r.repeat[i]
		churnedOf, churned = churnedOf+r.churnedOf[i], churned+r.churned[i]
		days[i].Repurchase, days[i].Churn = rate(repeat, buyers), rate(churned, churnedOf)
	}
}
