package demo

import (
	"reflect"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// between casts the goods and people of a time and returns what happens in it, as the job does it.
func between(o Options, from, to time.Time) history {
	last := cal.DayOf(to, o.Zone)
	return o.between(o.peopleUntil(last), o.shelve(o.stylesUntil(last)), from, to)
}

func TestBetween_is_the_same_however_time_is_divided(t *testing.T) {
	t.Parallel()
	o, _, _ := sample(t, 800)
	from := o.Until
	whole := between(o, from, from.AddDate(0, 0, 7))
	for _, step := range []time.Duration{time.Hour, 24 * time.Hour, 50 * time.Hour} {
		var parts history
		for at := from; at.Before(from.AddDate(0, 0, 7)); at = at.Add(step) {
			to := at.Add(step)
			if to.After(from.AddDate(0, 0, 7)) {
				to = from.AddDate(0, 0, 7)
			}
			h := between(o, at, to)
			parts.sales, parts.returns = append(parts.sales, h.sales...), append(parts.returns, h.returns...)
			parts.remarks, parts.touches = append(parts.remarks, h.remarks...), append(parts.touches, h.touches...)
		}
		if len(parts.sales) == 0 || len(parts.touches) == 0 || !reflect.DeepEqual(parts, whole) {
			t.Errorf("by %s: %d sales, %d returns, %d touches; in one go %d, %d, %d", step, len(parts.sales), len(parts.returns), len(parts.touches),
				len(whole.sales), len(whole.returns), len(whole.touches))
		}
	}
	for at := from; at.Before(from.AddDate(0, 0, 7)); at = at.AddDate(0, 0, 1) { // One thought out, and cut.
		var step history
		step, whole = whole.cut(at.AddDate(0, 0, 1))
		if h := between(o, at, at.AddDate(0, 0, 1)); len(step.sales) != len(h.sales) || len(step.touches) != len(h.touches) {
			t.Errorf("day from %s has %d sales and %d touches cut off, %d and %d by itself", at, len(step.sales), len(step.touches), len(h.sales), len(h.touches))
		}
	}
}

func TestBetween_goes_on_where_the_history_ends(t *testing.T) {
	t.Parallel()
	o, _, history := sample(t, 4000)
	begin := o.today().Start(o.Zone)
	after := between(o, begin, begin.AddDate(0, 0, 56))
	before, since := map[string]float64{}, map[string]float64{}
	for _, s := range history.sales {
		if s.at.After(begin.AddDate(0, 0, -56)) {
			before["sales"]++
		}
	}
	for _, g := range history.returns {
		if g.at.After(begin.AddDate(0, 0, -28)) {
			before["returns"]++
		}
	}
	for _, x := range history.touches {
		if x.HappenedAt.After(begin.AddDate(0, 0, -28)) {
			before["touches"]++
		}
	}
	since["sales"] = float64(len(after.sales))
	half, _ := after.cut(begin.AddDate(0, 0, 28))
	since["returns"], since["touches"] = float64(len(half.returns)), float64(len(half.touches))
	for what, was := range before {
		if ratio := since[what] / was; was == 0 || ratio < .8 || ratio > 1.25 {
			t.Errorf("%s: %.0f before the present day and %.0f from it on", what, was, since[what])
		}
	}
	people := o.peopleUntil(o.today().Add(56))
	if got, want := len(people)-o.Customers, 4000*2/3*56/548; got < want*8/10 || got > want*12/10 {
		t.Errorf("%d newcomers in 56 days, want about %d", got, want)
	}
	numbers := map[string]bool{}
	for _, s := range append(history.sales, after.sales...) {
		if numbers[s.no] {
			t.Fatalf("two sales have the number %s", s.no)
		}
		numbers[s.no] = true
	}
}

func TestBusy_has_ten_orders_for_a_customer(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("UTC+8", 8*3600)
	o := Busy(2000, time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC), zone)
	h := o.live(o.people(), o.styles())
	if n := len(h.sales); n < 19_000 || n > 22_000 {
		t.Errorf("%d sales for 2,000 customers, want about 20,000", n)
	}
}
