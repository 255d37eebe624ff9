package order

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Recorded is what became of one draft.
type Recorded struct {
	ID         ID
	CustomerID customer.ID
	Unchanged  bool  // Unchanged says that the same order was here already, or a later version of it.
	Err        error // Err is what kept this draft out: order.invalid, order.exists_differs, order.claimed or order.edit_refunded.

	order *Order // order is nil when it must be read.
}

// Record records an order. The same order again is Unchanged and has no effect, a higher version edits it,
// a lower one comes too late; other content under the same version is order.exists_differs. Wrong fields
// are order.invalid, all together. An edit that takes away what has been given back is order.edit_refunded,
// one that names somebody else than the customer order.claimed.
func (s *Service) Record(ctx context.Context, tx *db.Tx, d Draft) (Recorded, error) {
	all, err := s.RecordMany(ctx, tx, []Draft{d}, false)
	if err != nil {
		return Recorded{}, err
	}
	return all[0], all[0].Err
}

// RecordMany records orders, each by itself: what is wrong with one stands in its Recorded. The error is
// a fault of the database. History is recorded whatever its age, and starts nothing.
func (s *Service) RecordMany(ctx context.Context, tx *db.Tx, drafts []Draft, history bool) ([]Recorded, error) {
	b := &batch{Service: s, tx: tx, history: history, recorded: make([]Recorded, len(drafts))}
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return b.prepare(ctx, drafts) },
		b.ask, b.skipKnown, b.findCustomers,
		func(ctx context.Context) error { return b.findSKUs(ctx, b.items) }, b.insert, b.announce, b.applyWaiting,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
		if len(b.items) == 0 {
			break
		}
	}
	b.repeatTwins()
	if err := b.editKnown(ctx); err != nil {
		return nil, err
	}
	return b.recorded, b.recordLater(ctx, drafts)
}

// batch is a number of drafts on their way.
type batch struct {
	*Service
	tx       *db.Tx
	history  bool
	recorded []Recorded
	items    []*item // items are the drafts that are new; each step may take some out.
	twins    []twin
	edits    []*item // edits are the drafts of orders that are here, with other content or a later version.
	later    []int   // later are the places of drafts of an order of which this batch has another version before.

	known  map[key]knownOrder // known, people and goods are what was asked for, all at once.
	people *customer.Sought
	goods  *catalog.AskedSKUs
}

// item is a draft that becomes an order.
type item struct {
	place   int // place is its place among the drafts.
	draft   Draft
	order   Order
	waiting bool // waiting says that refunds wait for it.
	person  int  // person is the place of its customer among those sought, from 1; 0 if it names none.
}

// twin is a draft with the number of an earlier one of the same batch.
type twin struct {
	place, of int
	same      bool
}

// key names an order for ever.
type key struct{ source, number string }

func (it *item) key() key { return key{it.order.Source, it.order.OrderNo} }

// prepare checks the drafts and works out what needs no look at other orders.
func (b *batch) prepare(ctx context.Context, drafts []Draft) error {
	shops, err := b.Staff.Calendar(ctx, b.tx)
	if err != nil {
		return err
	}
	unknown, err := b.unknownStaff(ctx, b.tx, func(yield func(staff.ID)) {
		for i := range drafts {
			yield(drafts[i].Clerk)
			yield(drafts[i].Adviser)
		}
	})
	if err != nil {
		return err
	}
	held := termsFor(ctx, b.history)
	var content digest
	items := make([]item, 0, len(drafts))
	for i := range drafts {
		d, err := drafts[i].settle(held)
		if err == nil {
			d.ShopID, err = findShop(ctx, shops, "order.invalid", d.ShopID, d.ShopCode)
		}
		if err == nil {
			err = checkStaff(unknown, "order.invalid", d.Clerk, d.Adviser)
		}
		if err != nil {
			b.recorded[i].Err = err
			continue
		}
		items = append(items, item{place: i, draft: d})
		it := &items[len(items)-1]
		it.order = b.order(&it.draft)
		it.order.hash = d.hash(b.Customers.Keys, &content)
		it.order.ClerkID = seller(ctx, d.Clerk)
		it.order.On = shops.DayOf(d.ShopID, it.order.PaidAt)
		b.items = append(b.items, it)
	}
	return nil
}

// order makes the order of a settled draft, without customer, clerk, SKUs and day.
func (b *batch) order(d *Draft) Order {
	o := Order{
		ID: id.Of[orderKind](b.tx.NewID()), Source: d.Source, OrderNo: d.OrderNo, Version: d.Version, ShopID: d.ShopID, Channel: d.Channel,
		AdviserID: d.Adviser, ReceivedAt: b.tx.Now, PaidFen: d.PaidFen, LineCount: int64(len(d.Lines)),
		State: StatePaid, ExchangeOf: d.ExchangeOf, History: b.history, Lines: make([]Line, len(d.Lines)),
	}
	o.PaidAt, o.OccurredAt = businessTime(d.PaidAt, b.tx.Now, b.history)
	for i := range d.Lines {
		l := &d.Lines[i]
		o.Lines[i] = Line{
			ID: id.Of[lineKind](b.tx.NewID()), SKU: l.SKU, Name: l.Name, Quantity: l.Quantity,
			UnitPriceFen: l.UnitPriceFen, DiscountFen: l.DiscountFen, PaidFen: l.PaidFen,
		}
		o.DiscountFen += l.DiscountFen
		if l.PaidFen > 0 {
			o.Units += l.Quantity
		}
	}
	return o
}

// businessTime returns when something happened, for the business, and what the device said if that is
// out of bounds: "accepted skew −7 d … +10 min, outside: business time clamped and flagged". History
// may be of any age.
func businessTime(said, now time.Time, history bool) (at, occurred time.Time) {
	said = said.UTC().Truncate(time.Millisecond)
	switch {
	case said.IsZero():
		return now, time.Time{}
	case said.After(now.Add(maxAhead)):
		return now, said
	case !history && said.Before(now.Add(-maxBehind)):
		return now.Add(-maxBehind), said
	}
	return said, time.Time{}
}

// ask asks what the steps after it need to know: which of the orders are here, whose they are, and of what goods.
func (b *batch) ask(ctx context.Context) (err error) {
	if b.known, err = askKnown(ctx, b.tx, b.items); err != nil {
		return err
	}
	var people []customer.Resolve
	for _, it := range b.items {
		if len(it.draft.Identities) == 0 {
			continue
		}
		people = append(people, customer.Resolve{
			Identities: it.draft.Identities, Name: it.draft.CustomerName, ShopID: it.order.ShopID.Int64(),
			Source: it.order.Source, HappenedAt: it.order.PaidAt, History: b.history,
		})
		it.person = len(people)
	}
	if b.people, err = b.Customers.Seek(ctx, b.tx, people); err != nil {
		return fmt.Errorf("find customers: %w", err)
	}
	b.goods, err = b.Catalog.AskSKUs(ctx, b.tx, refs(b.items))
	return err
}

// skipKnown takes out the orders that are here already, and those that come twice in this batch.
func (b *batch) skipKnown(ctx context.Context) error {
	if err := b.tx.Answers(ctx); err != nil {
		return err
	}
	first := make(map[key]*item, len(b.items))
	b.items = slices.DeleteFunc(b.items, func(it *item) bool {
		old, ok := b.known[it.key()]
		it.waiting = old.waiting
		if ok && !old.id.IsZero() {
			b.recorded[it.place] = Recorded{ID: old.id, CustomerID: old.customer, Unchanged: true}
			if it.order.hash != old.hash || it.order.Version > 1 {
				b.edits = append(b.edits, it)
			}
			return true
		}
		if f, ok := first[it.key()]; ok {
			if it.order.Version != f.order.Version {
				b.later = append(b.later, it.place)
			} else {
				b.twins = append(b.twins, twin{it.place, f.place, it.order.hash == f.order.hash})
			}
			return true
		}
		first[it.key()] = it
		return false
	})
	return nil
}

func errDiffers() error {
	return errs.New(errs.Conflict, "order.exists_differs", "there is an order with this number and version and other content; a higher version edits it")
}

// repeatTwins answers the drafts that came twice in the batch.
func (b *batch) repeatTwins() {
	for _, t := range b.twins {
		of := b.recorded[t.of]
		if of.Err == nil && !t.same {
			of.Err = errDiffers()
		}
		of.Unchanged = of.Err == nil
		of.order = nil
		b.recorded[t.place] = of
	}
}

// findCustomers finds or makes the customers of the orders that name one.
func (b *batch) findCustomers(ctx context.Context) error {
	wanted := map[int]bool{}
	for _, it := range b.items {
		wanted[it.person] = it.person > 0
	}
	found, err := b.people.Resolve(ctx, func(place int) bool { return wanted[place+1] })
	if err != nil {
		return fmt.Errorf("find customers: %w", err)
	}
	for _, it := range b.items {
		if it.person > 0 {
			it.order.CustomerID = found[it.person-1]
		}
	}
	return b.findPicked(ctx)
}

// findPicked checks the customers that drafts name by their id.
func (b *batch) findPicked(ctx context.Context) error {
	picked := map[customer.ID]customer.ID{}
	var err error
	b.items = slices.DeleteFunc(b.items, func(it *item) bool {
		if it.draft.CustomerID.IsZero() || err != nil {
			return false
		}
		known, ok := picked[it.draft.CustomerID]
		if !ok {
			if known, err = b.pickCustomer(ctx, b.tx, it.draft.CustomerID); err != nil {
				return false
			}
			picked[it.draft.CustomerID] = known
		}
		it.order.CustomerID = known
		if known.IsZero() {
			b.recorded[it.place].Err = errs.InvalidFields("order.invalid", []errs.Field{errNoCustomer})
		}
		return known.IsZero()
	})
	return err
}

var errNoCustomer = errs.Field{Path: "customer_id", Code: "not_found", Message: "there is no such customer"}

// pickCustomer returns the customer whom an id names now, if the caller may see her, else zero.
func (s *Service) pickCustomer(ctx context.Context, tx *db.Tx, picked customer.ID) (customer.ID, error) {
	survivor, err := s.Customers.FindMerged(ctx, tx, picked)
	if errs.KindOf(err) == errs.NotFound {
		return customer.ID{}, nil
	}
	if err != nil {
		return customer.ID{}, fmt.Errorf("find customer: %w", err)
	}
	live, err := s.Customers.FindLive(ctx, tx, []customer.ID{survivor})
	if err != nil || len(live) == 0 {
		return customer.ID{}, err
	}
	seen, err := isTrue(ctx, tx, s.Customers.ScopeSQL(ctx, tx, strconv.FormatInt(survivor.Int64(), 10)))
	if err != nil || !seen {
		return customer.ID{}, err
	}
	return survivor, nil
}

// refs are the SKUs of the lines, each once.
func refs(items []*item) []catalog.SKURef {
	seen := map[string]bool{}
	var refs []catalog.SKURef
	for _, it := range items {
		for _, l := range it.order.Lines {
			if !seen[l.SKU] {
				seen[l.SKU] = true
				refs = append(refs, catalog.SKURef{Code: l.SKU, Name: l.Name, PriceFen: l.UnitPriceFen, ImportID: it.draft.ImportID})
			}
		}
	}
	return refs
}

// findSKUs finds or makes the SKUs of the lines.
func (b *batch) findSKUs(ctx context.Context, items []*item) error {
	skus, err := b.goods.Ensure(ctx, refs(items))
	if err != nil {
		return err
	}
	for _, it := range items {
		for i := range it.order.Lines {
			l := &it.order.Lines[i]
			row := skus[l.SKU]
			l.SKUID = row.SKU
			if l.Name == "" {
				l.Name = row.Name
			}
		}
	}
	return nil
}

// insert writes orders and lines.
func (b *batch) insert(ctx context.Context) error {
	if err := insertOrders(ctx, b.tx, b.items); err != nil {
		return err
	}
	for _, it := range b.items {
		b.recorded[it.place] = Recorded{ID: it.order.ID, CustomerID: it.order.CustomerID, order: &it.order}
	}
	return insertLines(ctx, b.tx, b.items)
}

// announce tells who was served, and records the facts.
func (b *batch) announce(ctx context.Context) error {
	entries := make([]event.Entry, len(b.items))
	visits := make([]customer.Visit, 0, len(b.items))
	for i, it := range b.items {
		o := &it.order
		entries[i] = event.Entry{
			Fact:       Paid{o.ID, o.Source, o.OrderNo, o.Channel, o.On, o.PaidFen, o.Units, o.LineCount, o.ExchangeOf},
			CustomerID: o.CustomerID.Int64(), ShopID: o.ShopID.Int64(), Subject: o.ID.String(), HappenedAt: o.PaidAt, History: o.History,
		}
		if !o.CustomerID.IsZero() {
			visits = append(visits, customer.Visit{
				CustomerID: o.CustomerID, ShopID: o.ShopID.Int64(), On: o.On, History: o.History, Homed: len(it.draft.Identities) > 0,
			})
		}
	}
	if len(visits) > 0 {
		if err := b.Customers.Served(ctx, b.tx, visits); err != nil {
			return fmt.Errorf("note who was served: %w", err)
		}
	}
	if err := b.Log.Append(ctx, b.tx, entries...); err != nil {
		return fmt.Errorf("record orders: %w", err)
	}
	return nil
}
