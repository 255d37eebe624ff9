package order

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/staff"
)

// settlement works out anew what the refunds of orders come to, when some join or leave them.
//
// The refunds of an order are taken in the order in which they were given, whatever the order in which
// they arrive, so that any stream of orders and refunds ends in the same state. One that arrives late
// may change what an earlier arrival came to: that one is told as removed and refunded anew.
type settlement struct {
	sales   map[ID]*sale
	refunds []*Refund           // refunds stand with their orders, in the order in which they were given.
	before  map[RefundID]effect // before is what refunds came to until now.
	changed []*Refund
	entries []event.Entry
}

// effect is what a refund comes to.
type effect struct{ amountFen, excessFen, units int64 }

func (r *Refund) effect() effect { return effect{r.AmountFen, r.ExcessFen, r.Units} }

// settleOrders lets refunds join the orders that their OrderID names, where they stood as waiting, and
// others leave theirs. The rows of those that leave are the caller's business, after this.
func (s *Service) settleOrders(ctx context.Context, tx *db.Tx, joining, leaving []*Refund) error {
	if len(joining)+len(leaving) == 0 {
		return nil
	}
	days, err := s.Staff.Calendar(ctx, tx)
	if err != nil {
		return err
	}
	st, err := s.gather(ctx, tx, joining, leaving)
	if err != nil {
		return err
	}
	for _, r := range leaving {
		if r.State == RefundApplied {
			st.tellRemoved(r, r.effect())
		}
	}
	return s.settleRefunds(ctx, tx, st, days)
}

// settleRefunds takes the refunds from their sales, saves what they come to, and says what is new.
func (s *Service) settleRefunds(ctx context.Context, tx *db.Tx, st *settlement, days staff.Calendar) error {
	for _, r := range st.refunds {
		st.settle(r, days)
	}
	if err := saveRefunds(ctx, tx, st.changed); err != nil {
		return err
	}
	if err := saveSales(ctx, tx, st.sales); err != nil {
		return err
	}
	if err := s.Log.Append(ctx, tx, st.entries...); err != nil {
		return fmt.Errorf("record refunds: %w", err)
	}
	return nil
}

// gather locks the orders and collects their refunds.
func (s *Service) gather(ctx context.Context, tx *db.Tx, joining, leaving []*Refund) (*settlement, error) {
	orders, gone := map[ID]bool{}, map[RefundID]bool{}
	for _, r := range slices.Concat(joining, leaving) {
		if !r.OrderID.IsZero() {
			orders[r.OrderID] = true
		}
	}
	for _, r := range leaving {
		gone[r.ID] = true
	}
	ids := slices.SortedFunc(maps.Keys(orders), func(a, b ID) int { return cmp.Compare(a.Int64(), b.Int64()) })
	sales, err := s.lockSales(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	refunded := slices.DeleteFunc(ids, func(o ID) bool {
		return !slices.ContainsFunc(sales[o].lines, func(l Line) bool { return l.RefundedQuantity != 0 || l.RefundedFen != 0 })
	})
	standing, err := listRefundsOf(ctx, tx, refunded)
	if err != nil {
		return nil, err
	}
	return newSettlement(sales, joining, slices.DeleteFunc(standing, func(r *Refund) bool { return gone[r.ID] })), nil
}

// newSettlement is about sales of which nothing has come back yet, and all refunds that are to be taken from them.
func newSettlement(sales map[ID]*sale, joining, standing []*Refund) *settlement {
	st := &settlement{sales: sales, refunds: slices.Concat(joining, standing), before: map[RefundID]effect{}}
	for _, r := range standing {
		st.before[r.ID] = r.effect()
	}
	slices.SortFunc(st.refunds, func(a, b *Refund) int {
		return cmp.Or(a.RefundedAt.Compare(b.RefundedAt), cmp.Compare(a.Source, b.Source), cmp.Compare(a.RefundNo, b.RefundNo))
	})
	for _, sale := range sales {
		sale.order.RefundedFen, sale.order.RefundedUnits = 0, 0
		for i := range sale.lines {
			sale.lines[i].RefundedQuantity, sale.lines[i].RefundedFen = 0, 0
		}
	}
	return st
}

// settle takes a refund from its sale, and tells what is new about it.
func (st *settlement) settle(r *Refund, days staff.Calendar) {
	sale := st.sales[r.OrderID]
	before, stood := st.before[r.ID]
	t := sale.take(r.asked(), r.askedFen)
	lines := t.lines()
	r.AmountFen, r.ExcessFen, r.Units = t.fen, t.excessFen, t.units
	if stood && before == r.effect() && slices.Equal(lines, r.Lines) {
		return
	}
	r.Lines, r.State, r.CustomerID = lines, RefundApplied, sale.order.CustomerID
	if r.ShopID.IsZero() {
		r.ShopID = sale.order.ShopID
		r.On = days.DayOf(r.ShopID, r.RefundedAt)
	}
	r.Channel = cmp.Or(r.Channel, sale.order.Channel)
	st.changed = append(st.changed, r)
	if stood && before == r.effect() {
		return
	}
	entry := r.entry(r.fact(&sale.order))
	if stood {
		st.tellRemoved(r, before)
		entry.History = true // Whoever reacts to refunds has done so.
	}
	st.entries = append(st.entries, entry)
	if t.excessFen > before.excessFen || !stood && t.excessUnits > 0 {
		st.entries = append(st.entries, r.entry(Exceeded{r.ID, r.OrderID, t.excessFen, t.excessUnits}))
	}
}

// tellRemoved tells that a refund has no longer the effect it had.
func (st *settlement) tellRemoved(r *Refund, had effect) {
	f := RefundRemoved{RefundID: r.ID, OrderID: r.OrderID, On: r.On, AmountFen: had.amountFen, Units: had.units, Channel: r.Channel}
	if sale := st.sales[r.OrderID]; sale != nil {
		f.OrderOn = sale.order.On
	}
	entry := r.entry(f)
	entry.History = true
	st.entries = append(st.entries, entry)
}

// asking marks lines as those that the source asked for.
func asking(lines []RefundLine) []RefundLine {
	asked := slices.Clone(lines)
	for i := range asked {
		asked[i].askedQuantity, asked[i].askedFen = asked[i].Quantity, asked[i].AmountFen
	}
	return asked
}

// asked returns the lines that the source asked for.
func (r *Refund) asked() []RefundLine {
	var asked []RefundLine
	for _, l := range r.Lines {
		if l.askedQuantity == 0 && l.askedFen == 0 {
			continue // It follows from another.
		}
		l.OrderLineID, l.Quantity, l.AmountFen = LineID{}, l.askedQuantity, l.askedFen
		asked = append(asked, l)
	}
	return asked
}

// lines are the lines of the refund: for each that was asked for what was taken of it, the first with
// what was asked.
func (t *taken) lines() []RefundLine {
	var lines []RefundLine
	for i := range t.asked {
		first := true
		for _, p := range t.parts {
			if p.asked == i {
				l := p.as(t.asked[i])
				if !first {
					l.askedQuantity, l.askedFen = 0, 0
				}
				first = false
				lines = append(lines, l)
			}
		}
		if first {
			l := t.asked[i]
			l.Quantity, l.AmountFen = 0, 0
			lines = append(lines, l)
		}
	}
	for _, p := range t.parts {
		if p.asked < 0 {
			lines = append(lines, p.as(RefundLine{}))
		}
	}
	return lines
}

// as returns the part as the line that was asked for.
func (p *part) as(l RefundLine) RefundLine {
	l.OrderLineID, l.Quantity, l.AmountFen = p.line.ID, p.quantity, p.fen
	l.SKU, l.Name = p.line.SKU, cmp.Or(l.Name, p.line.Name)
	return l
}
