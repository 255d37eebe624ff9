package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// sale is one purchase.
type sale struct {
	no       string
	person   int // number of the customer, -1 for a passer-by who left no name
	shop     int
	clerk    int // index into colleagues, -1 online
	at       time.Time
	pieces   []piece
	campaign bool
	back     bool // back says that she had stayed away for half a year or longer.
}

// piece is a line of a sale.
type piece struct {
	style, colour, size int
	quantity            int64
	unitFen             int64
	discountFen         int64 // for all pieces of the line
}

func (p piece) paidFen() int64 { return p.quantity*p.unitFen - p.discountFen }

// giveBack is a return of one line of a sale.
type giveBack struct {
	no     string
	sale   sale
	line   int
	at     time.Time
	reason string
}

// remark is what a clerk wrote down after a sale.
type remark struct {
	person, shop, clerk int
	at                  time.Time
	saying
}

// history is what happened in the chain, each list in order of time.
type history struct {
	sales   []sale
	returns []giveBack
	remarks []remark
	touches []touch
}

// browsingDays is how many days of browsing the history has; of the time before nobody kept any.
const browsingDays = 30

// live lets every customer live from her first visit to the end of yesterday.
func (o Options) live(people []person, goods []style) history {
	end := o.today().Start(o.Zone)
	return o.between(people, o.shelve(goods), time.Time{}, end)
}

// between returns what happens from an instant on until before another. It is put together from the days
// of each customer, and these know no more than the seed, her number and the day: however a time is
// divided, the same things happen in it.
func (o Options) between(people []person, on shelf, from, to time.Time) history {
	w := window{from: from, to: to}
	last, first, browse := cal.DayOf(to, o.Zone), o.today().Add(-2*o.Days), o.today().Add(-browsingDays)
	if !from.IsZero() {
		first = cal.DayOf(from, o.Zone)
		browse = first
	}
	for _, p := range people {
		days := o.visits(p, last)
		next := 0
		for i, day := range days {
			if day.Before(first.Add(-returnWithin)) || last.Before(day) {
				continue
			}
			w.add(o.visit(p, day, i > 0 && day.Sub(days[i-1]) > awayDays, on))
		}
		for day := browse; !last.Before(day); day = day.Add(1) {
			for next < len(days) && days[next].Before(day) {
				next++
			}
			w.add(history{touches: o.browse(p, days, next, day, on)})
		}
	}
	slices.SortStableFunc(w.sales, func(a, b sale) int { return a.at.Compare(b.at) })
	slices.SortStableFunc(w.returns, func(a, b giveBack) int { return a.at.Compare(b.at) })
	slices.SortStableFunc(w.remarks, func(a, b remark) int { return a.at.Compare(b.at) })
	slices.SortStableFunc(w.touches, func(a, b touch) int { return a.HappenedAt.Compare(b.HappenedAt) })
	return w.history
}

// window collects what happens from an instant on until before another.
type window struct {
	from, to time.Time
	history
}

func (w *window) add(h history) {
	within := func(at time.Time) bool { return !at.Before(w.from) && at.Before(w.to) }
	for _, s := range h.sales {
		if within(s.at) {
			w.sales = append(w.sales, s)
		}
	}
	for _, g := range h.returns {
		if within(g.at) {
			w.returns = append(w.returns, g)
		}
	}
	for _, r := range h.remarks {
		if within(r.at) {
			w.remarks = append(w.remarks, r)
		}
	}
	for _, t := range h.touches {
		if within(t.HappenedAt) {
			w.touches = append(w.touches, t)
		}
	}
}

const (
	comesBack    = .2  // chance that somebody who left comes back one day
	awayDays     = 180 // how long one stays away to be said to come back
	returnWithin = 14  // days
)

// visits returns the days on which a customer comes, from her first on: those until the last day, and one
// beyond unless she is gone for good.
func (o Options) visits(p person, last cal.Day) (days []cal.Day) {
	r := o.source(partLife, p.n)
	for day := p.joined; ; {
		// A visit moves to a busy day nearby, as visits do.
		for tries := 0; r.Float64()*2.2 > footfall(day) && tries < 6; tries++ {
			day = day.Add(1)
		}
		if days = append(days, day); last.Before(day) {
			return days
		}
		if r.Float64() < p.leaves {
			if r.Float64() > comesBack {
				return days
			}
			day = day.Add(awayDays + r.IntN(200))
		}
		day = day.Add(1 + int(logNormal(r, p.interval, .6)))
	}
}

// visit returns what a customer does on a day on which she comes, and with her at times a passer-by who
// leaves no name: about a sixth of all sales.
func (o Options) visit(p person, day cal.Day, back bool, on shelf) (h history) {
	r := o.sourceOn(partVisit, p.n, day)
	s := sale{person: p.n, shop: p.home, at: openingTime(r, day, o.Zone), campaign: footfall(day) > 1.6, back: back}
	if r.Float64() < .12 {
		s.shop = weighted(r, shopWeights())
	}
	s.clerk, s.no = clerkOf(r, s.shop), number(s.shop, day, p.n)
	s.pieces = o.choose(r, p, day, s.campaign, on)
	h.sell(o, r, s, day)
	if s.clerk >= 0 && r.Float64() < .05 {
		said := pick(r, sayings)
		said.text = strings.ReplaceAll(said.text, "~", p.manner)
		h.remarks = append(h.remarks, remark{person: p.n, shop: s.shop, clerk: s.clerk, at: s.at.Add(20 * time.Minute), saying: said})
	}
	if len(s.pieces) > 0 && s.clerk < 0 {
		h.touches = o.shopOnline(r, s, on)
	}
	if r.Float64() < 1./6 {
		other := o.person(1<<20 + r.IntN(1<<20))
		s := sale{person: -1, shop: weighted(r, shopWeights()), at: openingTime(r, day, o.Zone), campaign: s.campaign}
		s.clerk, s.no = clerkOf(r, s.shop), number(s.shop, day, passerBy+p.n)
		s.pieces = o.choose(r, other, day, s.campaign, on)
		h.sell(o, r, s, day)
	}
	return h
}

// passerBy is where the numbers of people without a name begin.
const passerBy = 5_000_000

// number numbers what one person buys in a shop on a day.
func number(shop int, day cal.Day, person int) string {
	y, m, d := day.Date()
	return fmt.Sprintf("%s%02d%02d%02d%07d", shops[shop].code, y%100, m, d, person)
}

// sell adds a sale, unless nothing was bought, and what of it is brought back within two weeks.
func (h *history) sell(o Options, r *rand.Rand, s sale, day cal.Day) {
	if len(s.pieces) == 0 {
		return
	}
	h.sales = append(h.sales, s)
	for line := range s.pieces {
		if r.Float64() < .055 {
			at := openingTime(r, day.Add(1+r.IntN(returnWithin)), o.Zone)
			h.returns = append(h.returns, giveBack{no: fmt.Sprintf("R%s-%d", s.no, line+1), sale: s, line: line, at: at, reason: pick(r, reasons)})
		}
	}
}

// choose fills a basket: what is in season, in her manner, and already launched.
func (o Options) choose(r *rand.Rand, p person, day cal.Day, campaign bool, on shelf) []piece {
	weights := make([]float64, len(categories))
	for i, c := range categories {
		weights[i] = c.months[season(day)] * map[bool]float64{true: c.women, false: c.men}[p.woman]
	}
	var pieces []piece
	for range 1 + int(r.ExpFloat64()*(p.basket-1)) {
		candidates := on.of(weighted(r, weights), day)
		best, liking := -1, 0.0
		for range 8 {
			n := pick(r, candidates)
			if s := on.goods[n]; !day.Before(s.launch) {
				if l := s.liking(p) * r.Float64(); l > liking {
					best, liking = n, l
				}
			}
		}
		if best < 0 {
			continue
		}
		s := on.goods[best]
		line := piece{style: best, colour: r.IntN(len(s.colours)), size: min(p.size, len(s.sizes)-1), quantity: 1, unitFen: s.priceFen}
		if r.Float64() < .04 {
			line.quantity = 2
		}
		if off := discount(r, day, s, campaign); off > 0 {
			line.discountFen = line.quantity * line.unitFen * off / 100
		}
		pieces = append(pieces, line)
	}
	return pieces[:min(len(pieces), 8)]
}

// liking says how much a customer likes a style.
func (s style) liking(p person) float64 {
	l := s.charm
	if s.manner == p.manner {
		l *= 3
	}
	if s.scene == p.scene {
		l *= 1.6
	}
	return l / math.Pow(float64(s.priceFen)/30000, p.thrift)
}

// discount returns per cent off: in campaigns, and for what has hung long.
func discount(r *rand.Rand, day cal.Day, s style, campaign bool) int64 {
	switch {
	case campaign:
		return int64(10 + 5*r.IntN(4))
	case day.Sub(s.launch) > 240:
		return 30
	case r.Float64() < .15:
		return 10
	}
	return 0
}

// shelf is the goods by category, those launched after the chain was founded at the end and in that order.
type shelf struct {
	goods      []style
	byCategory [][]int
	founded    []int // how many of each category the chain was founded with
}

// shelve sorts the goods the chain was founded with, and those after them, into their categories.
func (o Options) shelve(goods []style) shelf {
	on := shelf{goods: goods, byCategory: make([][]int, len(categories)), founded: make([]int, len(categories))}
	for i, s := range goods {
		on.byCategory[s.category] = append(on.byCategory[s.category], i)
		if i < o.Styles {
			on.founded[s.category]++
		}
	}
	return on
}

// of returns what a category has on a day, and what is about to come: it is the same however much comes later.
func (on shelf) of(category int, day cal.Day) []int {
	all, n := on.byCategory[category], on.founded[category]
	later := all[n:]
	return all[:n+sort.Search(len(later), func(i int) bool { return day.Before(on.goods[later[i]].launch) })]
}

func clerkOf(r *rand.Rand, shop int) int {
	if shops[shop].online {
		return -1
	}
	var here []int
	for i, c := range colleagues {
		if c.shop == shop && c.role == "clerk" {
			here = append(here, i)
		}
	}
	return pick(r, here)
}

// openingTime returns an instant between 10:00 and 21:30, most in the afternoon.
func openingTime(r *rand.Rand, d cal.Day, zone *time.Location) time.Time {
	minute := 600 + int(690*(r.Float64()+r.Float64()+r.Float64())/3)
	return d.Start(zone).Add(time.Duration(minute)*time.Minute + time.Duration(r.IntN(60))*time.Second)
}
