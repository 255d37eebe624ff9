package demo

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
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
	sale   int // index into the sales
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
}

// live lets every customer live from her first visit to today, and passers-by with them.
func (o Options) live(people []person, goods []style) history {
	var h history
	byCategory := shelve(goods)
	for _, p := range people {
		o.livePerson(&h, p, goods, byCategory)
	}
	o.passersBy(&h, goods, byCategory)
	slices.SortStableFunc(h.sales, func(a, b sale) int { return a.at.Compare(b.at) })
	for i := range h.sales {
		h.sales[i].no = fmt.Sprintf("%s%07d", shops[h.sales[i].shop].code, i+1)
	}
	o.bringBack(&h)
	return h
}

func (o Options) livePerson(h *history, p person, goods []style, shelf [][]int) {
	r := o.source(partLife, p.n)
	for day := p.joined; ; {
		// A visit moves to a busy day nearby, as visits do.
		for tries := 0; r.Float64()*2.2 > footfall(day) && tries < 6; tries++ {
			day = day.Add(1)
		}
		if !day.Before(o.today()) {
			return
		}
		at := openingTime(r, day, o.Zone)
		s := sale{person: p.n, shop: p.home, at: at, campaign: footfall(day) > 1.6}
		if r.Float64() < .12 {
			s.shop = weighted(r, shopWeights())
		}
		s.clerk = clerkOf(r, s.shop)
		s.pieces = o.choose(r, p, day, s.campaign, goods, shelf)
		if len(s.pieces) > 0 {
			h.sales = append(h.sales, s)
		}
		if s.clerk >= 0 && r.Float64() < .05 {
			said := pick(r, sayings)
			said.text = strings.ReplaceAll(said.text, "~", p.manner)
			h.remarks = append(h.remarks, remark{person: p.n, shop: s.shop, clerk: s.clerk, at: at.Add(20 * time.Minute), saying: said})
		}
		if r.Float64() < p.leaves {
			return
		}
		day = day.Add(1 + int(logNormal(r, p.interval, .6)))
	}
}

// passersBy adds the sales to people who left no name: about a sixth of all.
func (o Options) passersBy(h *history, goods []style, shelf [][]int) {
	r := o.source(partLife, -1)
	for range len(h.sales) / 6 {
		day := o.today().Add(-1 - r.IntN(o.Days))
		p := o.person(1<<20 + r.IntN(1<<20))
		s := sale{person: -1, shop: weighted(r, shopWeights()), at: openingTime(r, day, o.Zone), campaign: footfall(day) > 1.6}
		s.clerk, s.pieces = clerkOf(r, s.shop), o.choose(r, p, day, s.campaign, goods, shelf)
		if len(s.pieces) > 0 {
			h.sales = append(h.sales, s)
		}
	}
}

// choose fills a basket: what is in season, in her manner, and already launched.
func (o Options) choose(r *rand.Rand, p person, day cal.Day, campaign bool, goods []style, shelf [][]int) []piece {
	weights := make([]float64, len(categories))
	for i, c := range categories {
		weights[i] = c.months[season(day)] * map[bool]float64{true: c.women, false: c.men}[p.woman]
	}
	var pieces []piece
	for range 1 + int(r.ExpFloat64()*(p.basket-1)) {
		candidates := shelf[weighted(r, weights)]
		best, liking := -1, 0.0
		for range 8 {
			n := pick(r, candidates)
			if s := goods[n]; !day.Before(s.launch) {
				if l := s.liking(p) * r.Float64(); l > liking {
					best, liking = n, l
				}
			}
		}
		if best < 0 {
			continue
		}
		s := goods[best]
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

// bringBack returns some lines within two weeks.
func (o Options) bringBack(h *history) {
	r := o.source(partLife, -2)
	for i, s := range h.sales {
		for line := range s.pieces {
			if r.Float64() > .055 {
				continue
			}
			at := s.at.Add(time.Duration(12+r.IntN(14*24)) * time.Hour)
			if at.Before(o.Until) {
				h.returns = append(h.returns, giveBack{sale: i, line: line, at: at, reason: pick(r, reasons)})
			}
		}
	}
	slices.SortStableFunc(h.returns, func(a, b giveBack) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	for i := range h.returns {
		h.returns[i].no = fmt.Sprintf("R%06d", i+1)
	}
}

// shelve lists the styles of each category.
func shelve(goods []style) [][]int {
	shelf := make([][]int, len(categories))
	for i, s := range goods {
		shelf[s.category] = append(shelf[s.category], i)
	}
	return shelf
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
