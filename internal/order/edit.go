package order

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

// editKnown deals with the drafts that may edit an order that is here, in the order of their orders, so that two
// batches do not wait for each other in a ring.
func (b *batch) editKnown(ctx context.Context) error {
	slices.SortStableFunc(b.edits, func(x, y *item) int {
		return cmp.Compare(b.recorded[x.place].ID.Int64(), b.recorded[y.place].ID.Int64())
	})
	ids := make([]ID, len(b.edits))
	for i, it := range b.edits {
		ids[i] = b.recorded[it.place].ID
	}
	known := map[ID]Order{}
	for part := range slices.Chunk(slices.Compact(ids), chunk) {
		in, args := db.In(0, part)
		found, err := listOrders(ctx, b.tx, "where id in "+in, args...)
		if err != nil {
			return err
		}
		for _, o := range found {
			known[o.ID] = o
		}
	}
	for _, it := range b.edits {
		if err := b.compare(ctx, it, &b.recorded[it.place], known); err != nil {
			return fmt.Errorf("edit order: %w", err)
		}
	}
	return nil
}

// recordLater records the drafts of which the batch has brought another version before.
func (b *batch) recordLater(ctx context.Context, drafts []Draft) error {
	if len(b.later) == 0 {
		return nil
	}
	rest := make([]Draft, len(b.later))
	for i, place := range b.later {
		rest[i] = drafts[place]
	}
	recorded, err := b.RecordMany(ctx, b.tx, rest, b.history)
	for i := range recorded {
		b.recorded[b.later[i]] = recorded[i]
	}
	return err
}

// refuse says what keeps a draft out.
func (r *Recorded) refuse(err error) error {
	r.Unchanged, r.Err = false, err
	return nil
}

// compare holds a draft against what stands under its number, and edits that if the draft is a later version.
// What another transaction does to the order meanwhile is waited for.
func (b *batch) compare(ctx context.Context, it *item, r *Recorded, known map[ID]Order) error {
	old := sale{order: known[r.ID]}
	if it.order.Version > old.order.Version {
		locked, err := b.lockSales(ctx, b.tx, []ID{r.ID})
		if err != nil {
			return err
		}
		old = *locked[r.ID]
	}
	switch {
	case !access.From(ctx).Scope.Has(old.order.ShopID.Int64()):
		return r.refuse(errDiffers())
	case it.order.Version < old.order.Version:
		return nil // It comes too late.
	case it.order.Version == old.order.Version && it.order.hash != old.order.hash:
		return r.refuse(errDiffers())
	case it.order.hash != old.order.hash:
		err := b.edit(ctx, it, &old, r)
		if r.Err == nil {
			known[r.ID] = it.order
		}
		return err
	case it.order.Version > old.order.Version:
		old.order.Version = it.order.Version
		known[r.ID] = old.order
		return raiseVersion(ctx, b.tx, r.ID, it.order.Version)
	}
	return nil
}

// edit puts the draft in the place of an order. The refunds of the order are taken from its new content; one that
// would then come to less than it did keeps the edit out, since its goods and money have gone back.
func (b *batch) edit(ctx context.Context, it *item, old *sale, r *Recorded) error {
	days, err := b.Staff.Calendar(ctx, b.tx)
	if err != nil {
		return err
	}
	refunds, err := listRefundsOf(ctx, b.tx, []ID{r.ID})
	if err != nil {
		return err
	}
	o := &it.order
	succeed(o, &old.order, it.draft, days)
	edited := &sale{order: *o, lines: o.Lines}
	st := newSettlement(map[ID]*sale{o.ID: edited}, nil, refunds)
	if err := edited.fits(st.refunds, old.lines); err != nil {
		return r.refuse(err)
	}
	whose, refused, err := b.whose(ctx, it, old.order.CustomerID)
	if err != nil {
		return err
	}
	if refused != nil {
		return r.refuse(refused)
	}
	if old.order.CustomerID.IsZero() && !whose.IsZero() {
		claimed := old.order
		if err := b.claim(ctx, b.tx, &claimed, whose); err != nil {
			return err
		}
		for _, refund := range refunds {
			refund.CustomerID = whose
		}
	}
	o.CustomerID, edited.order.CustomerID, r.CustomerID, r.Unchanged = whose, whose, whose, false
	if err := b.findSKUs(ctx, []*item{it}); err != nil {
		return err
	}
	if err := saveEdit(ctx, b.tx, o, &old.order); err != nil {
		return err
	}
	if err := b.settleRefunds(ctx, b.tx, st, days); err != nil {
		return err
	}
	return b.announceEdit(ctx, o, old)
}

// succeed gives an order that a draft made what stays of the one that it replaces: its name, what the draft does
// not say, and when it came, against which the clock of the device is held.
func succeed(o, old *Order, d Draft, days staff.Calendar) {
	o.ID, o.CustomerID, o.ReceivedAt, o.History = old.ID, old.CustomerID, old.ReceivedAt, old.History
	o.PaidAt, o.OccurredAt = old.PaidAt, old.OccurredAt
	if !d.PaidAt.IsZero() {
		o.PaidAt, o.OccurredAt = businessTime(d.PaidAt, old.ReceivedAt, old.History)
	}
	if d.Clerk.IsZero() {
		o.ClerkID = old.ClerkID
	}
	if d.Adviser.IsZero() {
		o.AdviserID = old.AdviserID
	}
	o.On = days.DayOf(o.ShopID, o.PaidAt)
}

// fits reports order.edit_refunded if refunds, taken from the sale, come to less than they did when its lines were
// the old ones. It changes nothing.
func (s sale) fits(refunds []*Refund, old []Line) error {
	s.lines = slices.Clone(s.lines)
	for _, r := range refunds {
		t := s.take(r.asked(), r.askedFen)
		now := t.lines()
		hadPieces, hadFen := cameTo(r.Lines, "")
		if pieces, fen := cameTo(now, ""); pieces >= hadPieces && fen >= hadFen {
			continue
		}
		for i, l := range old {
			hadPieces, hadFen := cameTo(r.Lines, l.SKU)
			if pieces, fen := cameTo(now, l.SKU); pieces < hadPieces || fen < hadFen {
				return errs.New(errs.Conflict, "order.edit_refunded",
					"line %d (%s): %d pieces and %d fen of it went back with the refund %s, which the edit leaves no room for", i+1, l.SKU, hadPieces, hadFen, r.RefundNo)
			}
		}
	}
	return nil
}

// cameTo is what lines of a refund came to: those of a SKU, or all.
func cameTo(lines []RefundLine, sku string) (pieces, fen int64) {
	for _, l := range lines {
		if sku == "" || l.SKU == sku {
			pieces, fen = pieces+l.Quantity, fen+l.AmountFen
		}
	}
	return pieces, fen
}

// whose returns the customer of an order once it is edited, or what refuses the edit: an anonymous order goes to whom the
// draft names, another stays with its customer.
func (b *batch) whose(ctx context.Context, it *item, known customer.ID) (whose customer.ID, refused, err error) {
	switch d := &it.draft; {
	case !d.CustomerID.IsZero():
		picked, err := b.pickCustomer(ctx, b.tx, d.CustomerID)
		switch {
		case err != nil:
			return known, nil, err
		case picked.IsZero():
			return known, errs.InvalidFields("order.invalid", []errs.Field{errNoCustomer}), nil
		case !known.IsZero() && picked != known:
			return known, errClaimed(), nil
		}
		return picked, nil, nil
	case len(d.Identities) == 0:
		return known, nil, nil
	case !known.IsZero():
		if !b.people.Finds(it.person-1, known) {
			return known, errClaimed(), nil
		}
		return known, nil, nil
	default:
		whose, err := b.Customers.Resolve(ctx, b.tx, customer.Resolve{
			Identities: d.Identities, Name: d.CustomerName, ShopID: it.order.ShopID.Int64(), Source: it.order.Source,
			HappenedAt: it.order.PaidAt, History: it.order.History,
		})
		return whose, nil, err
	}
}

// announceEdit tells who was served, and records the fact.
func (b *batch) announceEdit(ctx context.Context, o *Order, old *sale) error {
	was := Was{old.order.Version, old.order.ShopID, old.order.Channel, old.order.On, old.order.PaidFen, old.order.Units, make([]WasLine, len(old.lines))}
	for i, l := range old.lines {
		was.Lines[i] = WasLine{l.SKUID, l.Quantity, l.PaidFen}
	}
	history := o.History || b.history
	if !o.CustomerID.IsZero() {
		visit := customer.Visit{CustomerID: o.CustomerID, ShopID: o.ShopID.Int64(), On: o.On, History: history}
		if err := b.Customers.Served(ctx, b.tx, []customer.Visit{visit}); err != nil {
			return fmt.Errorf("note who was served: %w", err)
		}
	}
	return b.Log.Append(ctx, b.tx, event.Entry{
		Fact:       Edited{o.ID, o.Source, o.OrderNo, o.Version, o.Channel, o.On, o.PaidFen, o.Units, o.LineCount, was},
		CustomerID: o.CustomerID.Int64(), ShopID: o.ShopID.Int64(), Subject: o.ID.String(), History: history,
	})
}
