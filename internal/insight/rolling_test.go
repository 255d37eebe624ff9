package insight

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// TestRolling_is_the_figure_of_each_day holds the rates of each day of a period against the figures of the
// period of the same length that ends with it.
func TestRolling_is_the_figure_of_each_day(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 4))
	start := day(t, "2026-01-01")
	for range 40 {
		type purchases struct {
			on     cal.Day
			within bool
			pack
		}
		var all []purchases
		for k := range 520 {
			for range rng.IntN(3) { // Up to two places on a day, of which one may be out of the cut.
				p := purchases{on: start.Add(k), within: rng.IntN(4) > 0}
				for n := range uint32(12) {
					if rng.IntN(40) == 0 || n > 8 && rng.IntN(200) == 0 {
						p.pack = p.add(n, int64(1+rng.IntN(100)))
					}
				}
				all = append(all, p)
			}
		}
		walk := func(p Period) (f Figures, days []DayFigure) {
			b := newBuyers(p)
			for _, x := range all {
				if !p.To.Before(x.on) {
					b.take(x.on, x.within, x.pack)
				}
			}
			b.end()
			b.count(0, &f)
			f.rates()
			days = make([]DayFigure, p.Days())
			b.rolling.rates(days)
			for i := range days {
				days[i].ReturningFen = b.returningFen[i]
			}
			return f, days
		}
		from := start.Add(150 + rng.IntN(250))
		p := Period{from, from.Add(rng.IntN(100))}
		f, days := walk(p)
		var returning, paid int64
		for _, x := range all {
			if x.within && !x.on.Before(p.From) && !p.To.Before(x.on) {
				for _, fen := range x.all() {
					paid += fen
				}
			}
		}
		for i, d := range days {
			returning += d.ReturningFen
			to := p.From.Add(i)
			want, _ := walk(Period{to.Add(1 - p.Days()), to})
			if diff := cmp.Diff([]*Rate{want.Repurchase, want.Churn}, []*Rate{d.Repurchase, d.Churn}); diff != "" {
				t.Fatalf("repurchase and churn of %d days to %s (-want +got):\n%s", p.Days(), to, diff)
			}
		}
		if want := paid - f.NewFen; returning != want {
			t.Fatalf("the days have %d fen of customers who had bought before, want %d", returning, want)
		}
	}
}
