package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// touch is something a customer did in the mini-program short of buying.
type touch struct {
	person, shop int
	left         bool // left says that the cart was left standing with this touch.
	customer.TouchDraft
}

// browse returns what a customer looks at on a day on which she does not come: those who have WeChat look in
// now and then, more often before a visit, and hardly any more when they have stayed away for long. Next is
// the place of her next visit among her days.
func (o Options) browse(p person, days []cal.Day, next int, day cal.Day, on shelf) []touch {
	if !p.wechat || day.Before(p.joined) || next < len(days) && days[next] == day {
		return nil
	}
	last, chance := p.joined, .008
	if next > 0 {
		last = days[next-1]
	}
	switch {
	case next < len(days) && days[next].Sub(day) <= 3:
		chance = .3
	case float64(day.Sub(last)) <= 2*p.interval:
		chance = min(.2, 1.5/p.interval)
	}
	r := o.sourceOn(partBrowse, p.n, day)
	if r.Float64() >= chance {
		return nil
	}
	at := day.Start(o.Zone).Add(time.Duration(8*60+int(14*60*(r.Float64()+r.Float64())/2)) * time.Minute)
	s := session{person: p.n, shop: onlineShop(), id: fmt.Sprintf("%s-%07d", day, p.n), at: at}
	switch x := r.Float64(); {
	case x < .08:
		s.add(r, "live_viewed", customer.Touch{LiveRoom: "木棉里直播间", DurationMS: int64(60_000 + r.IntN(1_800_000))})
	case x < .2:
		s.add(r, "searched", customer.Touch{Query: p.manner + pick(r, categories[r.IntN(len(categories))].names)})
	case x < .23:
		s.add(r, "checked_in", customer.Touch{})
	}
	pieces := o.choose(r, p, day, false, on)
	for _, piece := range pieces {
		s.add(r, "product_viewed", piece.seen(on))
	}
	if len(pieces) == 0 || r.Float64() > .3 {
		return s.touches
	}
	s.fill(r, pieces, on)
	if r.Float64() < .4 {
		s.add(r, "checkout_started", customer.Touch{CartID: s.id, AmountFen: worth(pieces)})
	}
	s.touches[len(s.touches)-1].left = true
	return s.touches
}

// shopOnline returns what goes before a sale in the online shop.
func (o Options) shopOnline(r *rand.Rand, sold sale, on shelf) []touch {
	s := session{person: sold.person, shop: sold.shop, id: sold.no, at: sold.at.Add(-time.Duration(5*len(sold.pieces)+10) * time.Minute)}
	for _, piece := range sold.pieces {
		s.add(r, "product_viewed", piece.seen(on))
	}
	s.fill(r, sold.pieces, on)
	s.add(r, "checkout_started", customer.Touch{CartID: s.id, AmountFen: worth(sold.pieces)})
	return s.touches
}

// session is one visit to the mini-program.
type session struct {
	person, shop int
	id           string
	at           time.Time // at is the instant of the next touch.
	touches      []touch
}

// fill puts goods into the cart.
func (s *session) fill(r *rand.Rand, pieces []piece, on shelf) {
	for _, piece := range pieces {
		t := piece.seen(on)
		t.CartID, t.Quantity = s.id, piece.quantity
		s.add(r, "cart_added", t)
	}
}

func (s *session) add(r *rand.Rand, kind string, t customer.Touch) {
	t.Source, t.SessionID, t.EventID = source, s.id, fmt.Sprintf("%s-%d", s.id, len(s.touches)+1)
	s.touches = append(s.touches, touch{person: s.person, shop: s.shop, TouchDraft: customer.TouchDraft{Kind: kind, HappenedAt: s.at, Touch: t}})
	s.at = s.at.Add(time.Duration(20+r.IntN(120)) * time.Second)
}

// seen describes a piece as the mini-program tells of it.
func (p piece) seen(on shelf) customer.Touch {
	s := on.goods[p.style]
	return customer.Touch{SKU: s.sku(p.colour, p.size), ProductCode: s.code, Category: categories[s.category].path, PriceFen: s.priceFen}
}

func worth(pieces []piece) (fen int64) {
	for _, p := range pieces {
		fen += p.paidFen()
	}
	return fen
}

func onlineShop() int {
	for i, s := range shops {
		if s.online {
			return i
		}
	}
	panic("demo: no shop sells online")
}
