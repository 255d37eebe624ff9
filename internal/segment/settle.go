package segment

import (
	"context"
	"slices"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// settle brings stage, scores and groups of profiles up to date, with the log of stages and the sums.
// Only the profiles that are touched have their stages told again. With say, changes become facts.
func (s *Service) settle(ctx context.Context, tx *db.Tx, b basis, profiles []profileRow, touches map[int64]*touch, say bool) error {
	stages := make([]stageOf, len(profiles))
	for i, p := range profiles {
		stages[i] = stageOf{p.Stage, p.StageSinceOn}
	}
	facts, err := s.restage(ctx, tx, b, profiles, stages, touches)
	if err != nil {
		return err
	}
	if err := b.restand(ctx, tx, profiles, stages); err != nil {
		return err
	}
	if !say {
		return nil
	}
	return s.Log.Append(ctx, tx, facts...)
}

// stageOf is a stage and the day it began.
type stageOf struct {
	stage Stage
	since cal.Day
}

// restage tells the stages of the touched profiles again, from the day of each touch on, sets where they
// end, and returns the facts of those that end elsewhere than before.
func (s *Service) restage(ctx context.Context, tx *db.Tx, b basis, profiles []profileRow, ends []stageOf, touches map[int64]*touch) ([]event.Entry, error) {
	var ids []int64
	for _, p := range profiles {
		if touches[p.CustomerID.Int64()] != nil {
			ids = append(ids, p.CustomerID.Int64())
		}
	}
	days, err := listDays(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	logs, err := listChanges(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	told := make(map[int64][]change, len(ids))
	var facts []event.Entry
	for i, p := range profiles {
		customer := p.CustomerID.Int64()
		t := touches[customer]
		if t == nil {
			continue
		}
		log := b.retell(p.Profile, t, days[customer], logs[customer])
		told[customer] = log
		ends[i] = stageOf{Lead, p.CreatedOn}
		last := change{on: b.today, step: byPurchase, to: Lead} // What made her buy nothing any more is a purchase taken away.
		if n := len(log); n > 0 {
			last = log[n-1]
			ends[i] = stageOf{last.to, last.on}
		}
		if last.to != p.Stage {
			facts = append(facts, s.stageFact(p.Profile, last, t, b.today))
		}
	}
	return facts, storeChanges(ctx, tx, logs, told)
}

// retell returns the log of stages of a customer, told again from the day of the touch on. Days that
// nobody has looked at yet are told as well.
func (b basis) retell(p Profile, t *touch, bought []cal.Day, log []change) []change {
	from := t.from
	if b.settledOn.IsZero() {
		from = cal.Day{}
	} else if unseen := b.settledOn.Add(1); unseen.Before(from) {
		from = unseen
	}
	var kept []change
	var known = map[cal.Day]int64{}
	settingsOn := b.today
	for _, c := range log {
		switch {
		case c.on.Before(from):
			kept = append(kept, c)
		case c.step == byPurchase:
			known[c.on] = c.pos
		case c.step == bySettings:
			settingsOn = c.on
		}
	}
	var fresh []change
	for _, c := range b.thresholds.timeline(p.CreatedOn, bought, b.today) {
		if c.on.Before(from) {
			continue
		}
		if c.step == byPurchase {
			c.pos = known[c.on]
			if r, ok := t.facts[c.on]; ok && c.pos == 0 {
				c.pos = r.Pos
			}
		}
		fresh = append(fresh, c)
	}
	told := splice(kept, fresh, p.CreatedOn)
	var lastOn cal.Day
	if n := len(bought); n > 0 {
		lastOn = bought[n-1]
	}
	// Where the log does not end as the thresholds say, they were changed after it was written.
	end := b.thresholds.stage(int64(len(bought)), lastOn, b.today)
	if n := len(told); n > 0 && told[n-1].step == bySettings && told[n-1].on == b.today {
		told = told[:n-1]
	}
	if n := len(told); n > 0 && settingsOn.Before(told[n-1].on) {
		settingsOn = told[n-1].on
	}
	return splice(told, []change{{on: settingsOn, step: bySettings, to: end}}, p.CreatedOn)
}

func (s *Service) stageFact(p Profile, c change, t *touch, today cal.Day) event.Entry {
	e := event.Entry{
		Fact:       StageChanged{From: p.Stage, To: c.to, On: c.on, Cause: c.step.String()},
		CustomerID: p.CustomerID.Int64(), ShopID: p.ShopID,
		History: t.history || c.step == bySettings, // Nobody did anything, so nobody should hear of it.
	}
	switch r, ok := t.facts[c.on]; {
	case ok && c.step == byPurchase:
		e.HappenedAt = r.HappenedAt
	case c.on != today:
		e.HappenedAt = c.on.Start(s.Staff.Zone())
	}
	return e
}

// restand judges profiles anew, given the stages they are in, and keeps the sums.
func (b basis) restand(ctx context.Context, tx *db.Tx, profiles []profileRow, stages []stageOf) error {
	var buyers []int64
	for _, p := range profiles {
		if p.PurchaseDayCount > 0 && !p.LastOrderOn.Before(b.windowFrom()) {
			buyers = append(buyers, p.CustomerID.Int64())
		}
	}
	window, err := countDays(ctx, tx, buyers, b.windowFrom())
	if err != nil {
		return err
	}
	sums := map[cell]sum{}
	var changed []profileRow
	for i, p := range profiles {
		next := b.standing(p.Profile, window[p.CustomerID.Int64()])
		next.Stage, next.StageSinceOn = stages[i].stage, stages[i].since
		if p.counted && next == p.Standing && p.countedFen == p.PaidFen {
			continue
		}
		uncount(sums, p)
		p.Standing, p.counted, p.countedFen = next, true, p.PaidFen
		count(sums, p)
		changed = append(changed, p)
	}
	if err := setStandings(ctx, tx, changed); err != nil {
		return err
	}
	return addCells(ctx, tx, sums)
}

func (p profileRow) cell() cell {
	return cell{p.Scores, p.Stage, p.ValueGroup, p.Quadrant, p.CustomerType}
}

func count(sums map[cell]sum, p profileRow) {
	s := sums[p.cell()]
	s.add(sum{1, p.countedFen})
	sums[p.cell()] = s
}

// uncount takes a profile out of the sums, as it was counted.
func uncount(sums map[cell]sum, p profileRow) {
	if !p.counted {
		return
	}
	s := sums[p.cell()]
	s.add(sum{-1, -p.countedFen})
	sums[p.cell()] = s
}

// perRecompute is the number of customers whose orders are read at once.
const perRecompute = 500

// recompute reads the numbers of customers again from their orders. Those who are no longer live lose
// their profile.
func (s *Service) recompute(ctx context.Context, tx *db.Tx, ids []int64) error {
	for chunk := range slices.Chunk(ids, perRecompute) {
		if err := s.recomputeSome(ctx, tx, chunk); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) recomputeSome(ctx context.Context, tx *db.Tx, ids []int64) error {
	old, err := lockProfiles(ctx, tx, ids) // First, so that a sale made meanwhile is added after.
	if err != nil {
		return err
	}
	live, err := s.Customers.FindLive(ctx, tx, idsOf(ids))
	if err != nil {
		return err
	}
	days, err := s.Orders.PurchaseDays(ctx, tx, idsOf(ids))
	if err != nil {
		return err
	}
	refunds, err := s.Orders.RefundTotals(ctx, tx, idsOf(ids))
	if err != nil {
		return err
	}
	profiles := map[int64]*Profile{}
	for _, l := range live {
		profiles[l.ID.Int64()] = &Profile{CustomerID: l.ID, ShopID: l.ShopID, CreatedOn: cal.DayOf(l.CreatedAt, s.Staff.Zone())}
	}
	var bought [][]any
	for _, d := range days {
		if p := profiles[d.CustomerID.Int64()]; p != nil {
			p.buy(d)
			bought = append(bought, []any{d.CustomerID, d.On, d.Orders, d.Units, d.PaidFen})
		}
	}
	for _, r := range refunds {
		if p := profiles[r.CustomerID.Int64()]; p != nil {
			p.RefundCount, p.RefundedFen = r.Count, r.AmountFen
		}
	}
	if err := dropOthers(ctx, tx, ids, old, profiles); err != nil {
		return err
	}
	all := make([]Profile, 0, len(profiles))
	for _, c := range sortedKeys(profiles) {
		all = append(all, *profiles[c])
	}
	if err := replaceSales(ctx, tx, all); err != nil {
		return err
	}
	return replaceDays(ctx, tx, sortedKeys(profiles), bought)
}

// buy adds a purchase day.
func (p *Profile) buy(d order.PurchaseDay) {
	if p.FirstOrderOn.IsZero() || d.On.Before(p.FirstOrderOn) {
		p.FirstOrderOn = d.On
	}
	if p.LastOrderOn.Before(d.On) {
		p.LastOrderOn = d.On
	}
	p.PurchaseDayCount++
	p.OrderCount += d.Orders
	p.Units += d.Units
	p.PaidFen += d.PaidFen
}

// dropOthers deletes the profiles of those customers who are not among the live.
func dropOthers(ctx context.Context, tx *db.Tx, ids []int64, old []profileRow, live map[int64]*Profile) error {
	var gone []int64
	for _, c := range ids {
		if live[c] == nil {
			gone = append(gone, c)
		}
	}
	sums := map[cell]sum{}
	for _, p := range old {
		if live[p.CustomerID.Int64()] == nil {
			uncount(sums, p)
		}
	}
	if err := addCells(ctx, tx, sums); err != nil {
		return err
	}
	for _, table := range []string{"profiles", "purchase_days", "stage_changes"} {
		if err := deleteOf(ctx, tx, table, gone); err != nil {
			return err
		}
	}
	return nil
}
