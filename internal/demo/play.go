package demo

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// perCall is how many things a service is told at a time.
const perCall = 500

// cut divides what happens at an instant.
func (h history) cut(at time.Time) (before, after history) {
	before.sales, after.sales = cutAt(h.sales, at, func(s sale) time.Time { return s.at })
	before.returns, after.returns = cutAt(h.returns, at, func(g giveBack) time.Time { return g.at })
	before.remarks, after.remarks = cutAt(h.remarks, at, func(r remark) time.Time { return r.at })
	before.touches, after.touches = cutAt(h.touches, at, func(t touch) time.Time { return t.HappenedAt })
	return before, after
}

func cutAt[T any](all []T, at time.Time, when func(T) time.Time) (before, after []T) {
	n := sort.Search(len(all), func(i int) bool { return !when(all[i]).Before(at) })
	return all[:n], all[n:]
}

// play has happen what happens from where the chain stands to an instant, and says so in the chain.
// Customers and shops may have been changed by the visitor meanwhile: what does not fit any more is left out.
func (f *filler) play(ctx context.Context, tx *db.Tx, c *chain, h history, to time.Time) error {
	for _, part := range []func(context.Context, *db.Tx, *Told) error{
		func(ctx context.Context, tx *db.Tx, t *Told) error { return f.wakeUp(ctx, tx, t, c.livedUntil, to) },
		func(ctx context.Context, tx *db.Tx, t *Told) error { return f.recordTouches(ctx, tx, t, h.touches) },
		func(ctx context.Context, tx *db.Tx, t *Told) error { return f.recordSales(ctx, tx, t, h.sales) },
		func(ctx context.Context, tx *db.Tx, t *Told) error { return f.recordReturns(ctx, tx, t, h.returns) },
		func(ctx context.Context, tx *db.Tx, t *Told) error { return f.recordNotes(ctx, tx, t, h.remarks) },
	} {
		if err := part(ctx, tx, &c.told); err != nil {
			return err
		}
	}
	c.livedUntil, c.told.Until = to, to
	return updateChain(ctx, tx, c)
}

// wakeUp has happen what the mornings bring: birthdays at eight, new styles at nine, newcomers before the
// shops open.
func (f *filler) wakeUp(ctx context.Context, tx *db.Tx, told *Told, from, to time.Time) error {
	for day := cal.DayOf(from, f.Zone); !cal.DayOf(to, f.Zone).Before(day); day = day.Add(1) {
		due := func(hour int) bool {
			at := day.Start(f.Zone).Add(time.Duration(hour) * time.Hour)
			return !at.Before(from) && at.Before(to)
		}
		if due(8) {
			n, err := f.Services.Customers.CountOccasions(ctx, tx, customer.Birthday, day, 1)
			if err != nil {
				return err
			}
			told.Birthdays += n
		}
		if due(9) {
			if err := f.launch(ctx, tx, told, day); err != nil {
				return err
			}
			if err := f.welcomeNew(ctx, tx, told, day); err != nil {
				return err
			}
		}
	}
	return nil
}

// launch brings the styles of a day to the shops.
func (f *filler) launch(ctx context.Context, tx *db.Tx, told *Told, day cal.Day) error {
	for n, s := range f.goods[min(f.Styles, len(f.goods)):] {
		if s.launch != day {
			continue
		}
		d, stocks := f.delivery(f.source(partStyles, -2-n), s)
		saved, err := f.Catalog.SaveMany(ctx, tx, []catalog.Draft{d})
		if err != nil {
			return err
		}
		if saved[0].Err != nil {
			continue
		}
		if err := f.Catalog.SetStocks(ctx, tx, stocks); err != nil {
			return err
		}
		told.Launches++
	}
	return nil
}

// welcomeNew adds those who come for the first time on a day, as a clerk does it.
func (f *filler) welcomeNew(ctx context.Context, tx *db.Tx, told *Told, day cal.Day) error {
	for n := f.Options.Customers; n < len(f.people); n++ {
		p := f.people[n]
		if p.joined != day {
			continue
		}
		id, err := f.Services.Customers.Create(ctx, tx, f.newcomer(p))
		if errs.KindOf(err) == errs.Conflict {
			continue // The visitor has given somebody her number.
		} else if err != nil {
			return err
		}
		for len(f.customerIDs) <= n {
			f.customerIDs = append(f.customerIDs, customer.ID{})
		}
		f.customerIDs[n] = id
		told.Newcomers++
		if err := insertPeople(ctx, tx, n, []customer.ID{id}); err != nil {
			return err
		}
		if err := f.meet(ctx, tx, p, id); err != nil {
			return err
		}
	}
	return nil
}

func (f *filler) newcomer(p person) customer.NewCustomer {
	d := f.draft(p)
	shop := f.ShopIDs[p.home]
	return customer.NewCustomer{Identities: d.Identities, Source: source, Basics: customer.Basics{Name: &d.Name, Gender: &d.Gender, ShopID: &shop}}
}

// meet writes down what a newcomer tells of herself.
func (f *filler) meet(ctx context.Context, tx *db.Tx, p person, id customer.ID) error {
	acts := f.consents(p, id)
	for i := range acts {
		acts[i].HappenedAt, acts[i].History = time.Time{}, false
	}
	if err := f.Consents.Record(ctx, tx, acts...); err != nil {
		return err
	}
	if p.birthDay > 0 {
		if _, err := f.Services.Customers.SetLifeDate(ctx, tx, id, p.birthday(), ""); err != nil {
			return err
		}
	}
	k := []known{{p, f.acquaintance(p)}}
	clerk := f.as(ctx, k[0].clerk)
	if err := f.setAttributes(clerk, tx, k); err != nil {
		return err
	}
	if err := f.putTags(clerk, tx, k); err != nil {
		return err
	}
	if p.habit == "" {
		return nil
	}
	return f.note(ctx, tx, f.habitOf(p))
}

// id returns who a person of the chain is, zero for who is not known.
func (f *filler) id(person int) (id customer.ID) {
	if person < len(f.customerIDs) {
		id = f.customerIDs[person]
	}
	return id
}

func (f *filler) recordTouches(ctx context.Context, tx *db.Tx, told *Told, touches []touch) error {
	seen := map[string]bool{}
	for batch := range slices.Chunk(touches, perCall) {
		results, err := f.Services.Customers.RecordTouches(ctx, tx, f.touchDrafts(batch), false)
		if err != nil {
			return err
		}
		for i, r := range results {
			t := batch[i]
			if r.Status != "recorded" {
				continue
			}
			if t.left {
				told.CartsLeft++
			}
			if !seen[t.SessionID] {
				seen[t.SessionID] = true
				told.Visits++
			}
		}
	}
	return nil
}

func (f *filler) touchDrafts(touches []touch) []customer.TouchDraft {
	drafts := make([]customer.TouchDraft, len(touches))
	for i, t := range touches {
		drafts[i] = t.TouchDraft
		drafts[i].CustomerID, drafts[i].ShopID = f.id(t.person), f.ShopIDs[t.shop]
	}
	return drafts
}

func (f *filler) recordSales(ctx context.Context, tx *db.Tx, told *Told, sales []sale) error {
	for batch := range slices.Chunk(sales, perCall) {
		drafts := make([]order.Draft, len(batch))
		for i, s := range batch {
			drafts[i] = f.order(s)
		}
		recorded, err := f.Orders.RecordMany(ctx, tx, drafts, false)
		if err != nil {
			return err
		}
		for i, r := range recorded {
			if r.Err != nil || r.Unchanged {
				continue
			}
			told.Orders++
			for _, p := range batch[i].pieces {
				told.PaidFen += p.paidFen()
			}
			if batch[i].back {
				told.CameBack++
			}
		}
	}
	return nil
}

func (f *filler) recordReturns(ctx context.Context, tx *db.Tx, told *Told, returns []giveBack) error {
	for batch := range slices.Chunk(returns, perCall) {
		numbers := make([]string, len(batch))
		for i, g := range batch {
			numbers[i] = g.sale.no
		}
		known, err := f.Orders.Known(ctx, tx, source, numbers)
		if err != nil {
			return err
		}
		var drafts []order.RefundDraft
		for _, g := range batch {
			if known[g.sale.no] { // The sale may have been left out: its return would wait for it for ever.
				drafts = append(drafts, f.refund(g))
			}
		}
		recorded, err := f.Orders.RefundMany(ctx, tx, drafts, false)
		if err != nil {
			return err
		}
		for _, r := range recorded {
			if r.Err == nil && !r.Unchanged {
				told.Returns++
			}
		}
	}
	return nil
}

func (f *filler) recordNotes(ctx context.Context, tx *db.Tx, told *Told, notes []remark) error {
	for _, r := range notes {
		if f.id(r.person).IsZero() {
			continue
		}
		if err := f.note(ctx, tx, r); errs.KindOf(err) == errs.NotFound {
			continue
		} else if err != nil {
			return err
		}
		told.Notes++
	}
	return nil
}

// watch adds what was looked at in the last weeks of the history.
func (f *filler) watch(ctx context.Context) error {
	return inBatches(ctx, f.DB, f.history.touches, perCall, func(ctx context.Context, tx *db.Tx, batch []touch) error {
		results, err := f.Services.Customers.RecordTouches(ctx, tx, f.touchDrafts(batch), true)
		for _, r := range results {
			if err == nil && r.Status == "error" {
				err = fmt.Errorf("touch %d: %s", r.Index, r.Message)
			}
		}
		return err
	})
}

// remember stores what the chain was made from, so that its customers can live on.
func (f *filler) remember(ctx context.Context) error {
	return f.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := insertPeople(ctx, tx, 0, f.customerIDs); err != nil {
			return err
		}
		return insertChain(ctx, tx, &chain{Options: f.Options, names: f.names, livedUntil: f.today().Start(f.Zone)})
	})
}

// open lets the present day begin: what has happened on it so far is no history.
func (f *filler) open(ctx context.Context) error {
	from := f.today().Start(f.Zone)
	h := f.between(f.people, f.shelve(f.goods), from, f.Until)
	return f.DB.Update(access.With(ctx, access.Program("demo")), func(ctx context.Context, tx *db.Tx) error {
		c, err := findChain(ctx, tx, true)
		if err != nil {
			return err
		}
		if err := f.play(ctx, tx, c, h, f.Until); err != nil {
			return err
		}
		c.movingTo, c.told = f.Until, Told{From: f.Until, Until: f.Until}
		return updateChain(ctx, tx, c)
	})
}
