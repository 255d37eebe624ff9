package order

import (
	"context"
	"fmt"
	"slices"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// RefundRecorded is what became of one draft of a refund.
type RefundRecorded struct {
	ID         RefundID
	OrderID    ID // OrderID is zero while the refund waits, and if it is of no order.
	CustomerID customer.ID
	Unchanged  bool  // Unchanged says that the same refund was here already.
	Waiting    bool  // Waiting says that its order has not come yet.
	AmountFen  int64 // AmountFen is what counts against the sale.
	ExcessFen  int64 // ExcessFen is what was given back beyond the sale.
	Err        error // Err is what kept this draft out: refund.invalid, or refund.exists_differs.
}

// RefundMany records refunds, each by itself: what is wrong with one stands in its RefundRecorded. The
// same refund again is Unchanged; another one with its number is refund.exists_differs. A refund whose
// order has not come waits for it. The error is a fault of the database.
func (s *Service) RefundMany(ctx context.Context, tx *db.Tx, drafts []RefundDraft, history bool) ([]RefundRecorded, error) {
	b := &refundBatch{Service: s, tx: tx, history: history, recorded: make([]RefundRecorded, len(drafts))}
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return b.prepare(ctx, drafts) },
		b.skipKnown, b.findOrders, b.findCustomers, b.insert, b.apply,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
		if len(b.items) == 0 {
			break
		}
	}
	for _, it := range b.items {
		r := it.refund
		b.recorded[it.place] = RefundRecorded{
			ID: r.ID, OrderID: r.OrderID, CustomerID: r.CustomerID, Waiting: r.State == RefundWaiting, AmountFen: r.AmountFen, ExcessFen: r.ExcessFen,
		}
	}
	b.repeatTwins()
	return b.recorded, nil
}

// refundBatch is a number of refunds on their way.
type refundBatch struct {
	*Service
	tx       *db.Tx
	history  bool
	recorded []RefundRecorded
	items    []*refundItem
	twins    []twin
}

// refundItem is a draft that becomes a refund.
type refundItem struct {
	place  int
	draft  RefundDraft
	hash   int64
	refund *Refund
}

func (it *refundItem) key() key { return key{it.refund.Source, it.refund.RefundNo} }

// prepare checks the drafts and works out what needs no look at orders.
func (b *refundBatch) prepare(ctx context.Context, drafts []RefundDraft) error {
	shops, err := b.Staff.Calendar(ctx, b.tx)
	if err != nil {
		return err
	}
	unknown, err := b.unknownStaff(ctx, b.tx, func(yield func(staff.ID)) {
		for i := range drafts {
			yield(drafts[i].Clerk)
		}
	})
	if err != nil {
		return err
	}
	held := termsFor(ctx, b.history)
	if held.reasons, err = reasonCodes(ctx, b.tx); err != nil {
		return err
	}
	var content digest
	for i := range drafts {
		d, err := drafts[i].settle(held)
		if err == nil && (d.OrderNo == "" || !d.ShopID.IsZero() || d.ShopCode != "") {
			d.ShopID, err = findShop(ctx, shops, "refund.invalid", d.ShopID, d.ShopCode)
		}
		if err == nil {
			err = checkStaff(unknown, "refund.invalid", d.Clerk, staff.ID{})
		}
		if err != nil {
			b.recorded[i].Err = err
			continue
		}
		r := &Refund{
			ID: id.Of[refundKind](b.tx.NewID()), Source: d.Source, RefundNo: d.RefundNo, OrderSource: d.OrderSource, OrderNo: d.OrderNo,
			ShopID: d.ShopID, Channel: d.Channel, ClerkID: seller(ctx, d.Clerk), ReceivedAt: b.tx.Now, State: RefundWaiting, ReasonCode: d.ReasonCode,
			History: b.history, Lines: asking(d.Lines), askedFen: d.AmountFen,
		}
		r.RefundedAt, r.OccurredAt = businessTime(d.At, b.tx.Now, b.history)
		r.On = shops.DayOf(d.ShopID, r.RefundedAt)
		b.items = append(b.items, &refundItem{i, d, d.hash(b.Customers.Keys, &content), r})
	}
	return nil
}

// skipKnown takes out the refunds that are here already, and those that come twice in this batch.
func (b *refundBatch) skipKnown(ctx context.Context) error {
	known, err := findKnownRefunds(ctx, b.tx, b.items)
	if err != nil {
		return err
	}
	first := make(map[key]*refundItem, len(b.items))
	b.items = slices.DeleteFunc(b.items, func(it *refundItem) bool {
		if old, ok := known[it.key()]; ok {
			b.recorded[it.place] = old.compare(it)
			return true
		}
		if f, ok := first[it.key()]; ok {
			b.twins = append(b.twins, twin{it.place, f.place, it.hash == f.hash})
			return true
		}
		first[it.key()] = it
		return false
	})
	return nil
}

// knownRefund is what stands under a refund number.
type knownRefund struct {
	RefundRecorded
	hash int64
}

// compare says what becomes of a draft whose number is known.
func (k knownRefund) compare(it *refundItem) RefundRecorded {
	r := k.RefundRecorded
	r.Unchanged = k.hash == it.hash
	if !r.Unchanged {
		r.Err = errRefundDiffers()
	}
	return r
}

func errRefundDiffers() error {
	return errs.New(errs.Conflict, "refund.exists_differs", "there is a refund with this number and other content")
}

func (b *refundBatch) repeatTwins() {
	for _, t := range b.twins {
		of := b.recorded[t.of]
		if of.Err == nil && !t.same {
			of.Err = errRefundDiffers()
		}
		of.Unchanged = of.Err == nil
		b.recorded[t.place] = of
	}
}

// findOrders finds the orders that are here.
func (b *refundBatch) findOrders(ctx context.Context) error {
	bySource := map[string][]*refundItem{}
	for _, it := range b.items {
		if it.refund.OrderNo != "" {
			bySource[it.refund.OrderSource] = append(bySource[it.refund.OrderSource], it)
		}
	}
	for source, items := range bySource {
		for part := range slices.Chunk(items, chunk) {
			numbers := make([]string, len(part))
			for i, it := range part {
				numbers[i] = it.refund.OrderNo
			}
			ids, err := findOrderIDs(ctx, b.tx, source, numbers)
			if err != nil {
				return err
			}
			for _, it := range part {
				it.refund.OrderID = ids[it.refund.OrderNo]
			}
		}
	}
	return nil
}

// findCustomers finds or makes the customers of the refunds that are of no order; one that waits takes
// the customer of its order when that comes.
func (b *refundBatch) findCustomers(ctx context.Context) error {
	var named []*refundItem
	var people []customer.Resolve
	for _, it := range b.items {
		if it.refund.OrderNo != "" || len(it.draft.Identities) == 0 {
			continue
		}
		named = append(named, it)
		people = append(people, customer.Resolve{
			Identities: it.draft.Identities, ShopID: it.refund.ShopID.Int64(), Source: it.refund.Source,
			HappenedAt: it.refund.RefundedAt, History: b.history,
		})
	}
	if len(people) > 0 {
		found, err := b.Customers.ResolveMany(ctx, b.tx, people)
		if err != nil {
			return fmt.Errorf("find customers: %w", err)
		}
		for i, it := range named {
			it.refund.CustomerID = found[i]
		}
	}
	kept := b.items[:0]
	for _, it := range b.items {
		if it.refund.OrderNo == "" && !it.draft.CustomerID.IsZero() {
			picked, err := b.pickCustomer(ctx, b.tx, it.draft.CustomerID)
			if err != nil {
				return err
			}
			if picked.IsZero() {
				b.recorded[it.place].Err = errs.InvalidFields("refund.invalid", []errs.Field{errNoCustomer})
				continue
			}
			it.refund.CustomerID = picked
		}
		kept = append(kept, it)
	}
	b.items = kept
	return nil
}

// insert writes the refunds: those of no order with their effect, the others as waiting. Whoever else
// brought one of them meanwhile keeps his.
func (b *refundBatch) insert(ctx context.Context) error {
	for _, it := range b.items {
		if r := it.refund; r.OrderNo == "" {
			r.State, r.AmountFen = RefundApplied, r.askedFen
			for _, l := range r.Lines {
				if l.AmountFen > 0 {
					r.Units += l.Quantity
				}
			}
		}
	}
	written, err := insertRefunds(ctx, b.tx, b.items)
	if err != nil {
		return err
	}
	if written < int64(len(b.items)) {
		known, err := findKnownRefunds(ctx, b.tx, b.items)
		if err != nil {
			return err
		}
		b.items = slices.DeleteFunc(b.items, func(it *refundItem) bool {
			old := known[it.key()]
			if old.ID == it.refund.ID {
				return false
			}
			b.recorded[it.place] = old.compare(it)
			return true
		})
	}
	var lines []*Refund
	for _, it := range b.items {
		if it.refund.OrderID.IsZero() {
			lines = append(lines, it.refund)
		}
	}
	return insertRefundLines(ctx, b.tx, lines)
}

// apply gives the refunds whose orders are here their effect, and says what happened.
func (b *refundBatch) apply(ctx context.Context) error {
	var applied, free []*Refund
	var entries []event.Entry
	for _, it := range b.items {
		switch r := it.refund; {
		case !r.OrderID.IsZero():
			applied = append(applied, r)
		case r.State == RefundApplied:
			free = append(free, r)
		default:
			entries = append(entries, r.entry(Parked{r.ID, r.OrderSource, r.OrderNo}))
		}
	}
	for _, r := range free {
		entries = append(entries, r.entry(r.fact(nil)))
	}
	if err := b.Log.Append(ctx, b.tx, entries...); err != nil {
		return fmt.Errorf("record refunds: %w", err)
	}
	return b.settleOrders(ctx, b.tx, applied, nil)
}

func (r *Refund) entry(fact event.Fact) event.Entry {
	return event.Entry{
		Fact: fact, CustomerID: r.CustomerID.Int64(), ShopID: r.ShopID.Int64(), Subject: r.ID.String(), HappenedAt: r.RefundedAt, History: r.History,
	}
}

// fact is what the refund says, of an order or of none.
func (r *Refund) fact(of *Order) Refunded {
	f := Refunded{RefundID: r.ID, OrderID: r.OrderID, On: r.On, AmountFen: r.AmountFen, Units: r.Units, ReasonCode: r.ReasonCode, Channel: r.Channel}
	if of != nil {
		f.OrderOn = of.On
	}
	return f
}

// applyWaiting gives the refunds their effect that waited for orders of this batch.
func (b *batch) applyWaiting(ctx context.Context) error {
	awaited := map[key]ID{}
	for _, it := range b.items {
		if it.waiting {
			awaited[it.key()] = it.order.ID
			b.recorded[it.place].order = nil // It is about to change.
		}
	}
	if len(awaited) == 0 {
		return nil
	}
	waiting, err := listWaiting(ctx, b.tx, awaited)
	if err != nil {
		return err
	}
	return b.settleOrders(ctx, b.tx, waiting, nil)
}
