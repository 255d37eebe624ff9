package insight

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// mark says something of a buyer in view of a period.
type mark uint8

const (
	bought       mark = 1 << iota // Bought in the period.
	again                         // Bought on a second day in it.
	newcomer                      // Bought in it, and nowhere before it.
	boughtBefore                  // Bought in the period before.
	active                        // Bought in the 90 days to its end.
	everBought                    // Bought by its end.
	earlier                       // Bought in the 180 days before it.
	recent                        // Bought in the 180 days to its end: not lost.
)

const (
	activeDays  = 90  // A customer is active who bought in the last 90 days.
	churnedDays = 180 // A customer is lost after 180 days without a purchase.
)

// group is the customers who have one mark or several, and not another.
type group struct{ with, without mark }

func (g group) has(m mark) bool { return m&g.with == g.with && m&g.without == 0 }

// groups are the customers behind each figure, by the name under which they can be listed.
var groups = map[string]group{
	"buyers":           {with: bought},
	"repeat_buyers":    {with: again},
	"new_buyers":       {with: newcomer},
	"returning_buyers": {with: bought, without: newcomer},
	"retained":         {with: boughtBefore | bought},
	"not_retained":     {with: boughtBefore, without: bought},
	"active":           {with: active},
	"churned":          {with: earlier, without: recent},
}

// since returns the first day that the group looks at.
func (g group) since(p Period) cal.Day {
	switch {
	case g.with&boughtBefore != 0:
		return p.Before().From
	case g.with&active != 0:
		return p.To.Add(1 - activeDays)
	case g.with&earlier != 0:
		return p.From.Add(-churnedDays)
	default:
		return p.From
	}
}

// marks returns what a purchase on a day says of the buyer; the walk tells again and newcomer.
func (p Period) marks(on cal.Day) (m mark) {
	if p.To.Before(on) {
		return 0
	}
	m = everBought
	for _, window := range []struct {
		mark mark
		Period
	}{
		{bought, p}, {boughtBefore, p.Before()}, {active, Period{p.To.Add(1 - activeDays), p.To}},
		{earlier, Period{p.From.Add(-churnedDays), p.From.Add(-1)}}, {recent, Period{p.To.Add(1 - churnedDays), p.To}},
	} {
		if !on.Before(window.From) && !window.To.Before(on) {
			m |= window.mark
		}
	}
	return m
}

// buyer is what a walk learns of a customer.
type buyer struct {
	firstOn cal.Day // firstOn is her first purchase anywhere, also outside of the cut; zero: not met.
	lastOn  cal.Day // lastOn is her last within the cut.
	priorOn cal.Day // priorOn is the day within the cut on which she had bought before that.
	marks   [2]mark // marks are in view of the period and of the one before.
}

// buyers are the customers who bought up to the end of a period, and what a walk counted on the way.
type buyers struct {
	views        [2]Period // views are the period and the one before.
	all          byNumber[buyer]
	daily        []int64  // daily is how many bought on each day of the period.
	returningFen []int64  // returningFen is what those paid on each day who had bought before the period.
	newFen       [2]int64 // newFen is what newcomers paid in the period, and in the one before.
	rolling      rolling

	day      cal.Day // day is that of the last pack, and dayMarks what a purchase on it says.
	dayMarks [2]mark
}

// walkBuyers goes through all purchases up to the end of the period, day by day.
func walkBuyers(ctx context.Context, tx *db.Tx, p Period, cut Cut) (*buyers, error) {
	b := newBuyers(p)
	err := eachPack(ctx, tx, p.To, cut, b.take)
	b.end()
	return b, err
}

func newBuyers(p Period) *buyers {
	return &buyers{views: [2]Period{p, p.Before()}, daily: make([]int64, p.Days()), returningFen: make([]int64, p.Days()), rolling: newRolling(p)}
}

// take takes in a pack; packs come in the order of days.
func (b *buyers) take(on cal.Day, within bool, buyers pack) {
	if on != b.day {
		b.day, b.dayMarks = on, [2]mark{b.views[0].marks(on), b.views[1].marks(on)}
	}
	for number, paidFen := range buyers.all() {
		found := b.all.at(number)
		if found.firstOn.IsZero() {
			found.firstOn = on
		}
		if within {
			b.see(found, on, b.dayMarks, paidFen)
		}
	}
}

// end takes in that nobody bought after the last pack.
func (b *buyers) end() {
	for _, one := range b.all {
		b.rolling.lapse(one.lastOn, b.rolling.period.Days())
	}
}

// see takes in what a buyer paid on a day in one shop and channel.
func (b *buyers) see(found *buyer, on cal.Day, marks [2]mark, paidFen int64) {
	other := found.lastOn != on // A day on which she bought at several places counts once.
	if other && marks[0]&bought != 0 {
		b.daily[on.Sub(b.views[0].From)]++
	}
	for i, m := range marks {
		if m&bought != 0 {
			if other && found.marks[i]&bought != 0 {
				m |= again
			}
			if !found.firstOn.Before(b.views[i].From) {
				m |= newcomer
				b.newFen[i] += paidFen
			} else if i == 0 {
				b.returningFen[on.Sub(b.views[0].From)] += paidFen
			}
		}
		found.marks[i] |= m
	}
	if other {
		b.rolling.buy(found.priorOn, found.lastOn, on)
		found.priorOn, found.lastOn = found.lastOn, on
	}
}

// count fills in the figures that count customers, of the period (view 0) or of the one before (1).
func (b *buyers) count(view int, f *Figures) {
	var byMarks [math.MaxUint8 + 1]int64
	for _, one := range b.all {
		byMarks[one.marks[view]]++
	}
	f.NewFen = b.newFen[view]
	for _, c := range []struct {
		into *int64
		group
	}{
		{&f.Buyers, groups["buyers"]}, {&f.RepeatBuyers, groups["repeat_buyers"]}, {&f.NewBuyers, groups["new_buyers"]},
		{&f.RetainedOf, group{with: boughtBefore}}, {&f.Retained, groups["retained"]},
		{&f.ActiveOf, group{with: everBought}}, {&f.Active, groups["active"]},
		{&f.ChurnedOf, group{with: earlier}}, {&f.Churned, groups["churned"]},
	} {
		for m, n := range byMarks {
			if c.has(mark(m)) {
				*c.into += n
			}
		}
	}
}

// listBehind returns the customers of a group, those who paid most first, after those of the cursor: what
// each paid in the days that the group looks at.
func listBehind(ctx context.Context, tx *db.Tx, g group, p Period, cut Cut, cursor []int64, limit int) ([]CustomerFigure, error) {
	b, err := walkBuyers(ctx, tx, p, cut)
	if err != nil {
		return nil, err
	}
	var paid byNumber[int64]
	since := g.since(p)
	err = eachPack(ctx, tx, p.To, cut, func(on cal.Day, within bool, buyers pack) {
		if within && !on.Before(since) {
			for number, paidFen := range buyers.all() {
				*paid.at(number) += paidFen
			}
		}
	})
	if err != nil {
		return nil, err
	}
	type one struct{ paidFen, number int64 }
	most := func(x, y one) int { return cmp.Or(cmp.Compare(y.paidFen, x.paidFen), cmp.Compare(y.number, x.number)) }
	var found []one
	for n, fen := range paid {
		x := one{fen, int64(n)}
		if g.has(b.all[n].marks[0]) && (cursor == nil || most(one{cursor[0], cursor[1]}, x) < 0) {
			found = append(found, x)
		}
	}
	slices.SortFunc(found, most)
	found = found[:min(limit, len(found))]
	numbers := make([]int64, len(found))
	for i, f := range found {
		numbers[i] = f.number
	}
	customers, err := listBuyers(ctx, tx, numbers)
	if err != nil {
		return nil, err
	}
	list := make([]CustomerFigure, len(found))
	for i, f := range found {
		list[i] = CustomerFigure{CustomerID: customers[uint32(f.number)], SalesFen: f.paidFen, LastOrderOn: b.all[f.number].lastOn, number: f.number}
	}
	return list, nil
}
