package segment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/job"
)

// StageChanged says that a customer entered another stage of her life with the shop.
type StageChanged struct {
	From  Stage   `json:"from"`
	To    Stage   `json:"to"`
	On    cal.Day `json:"on"`
	Cause string  `json:"cause"` // Cause is "purchase", "day" or "settings".
}

// FactKind implements event.Fact.
func (StageChanged) FactKind() event.Kind { return "segment.stage_changed" }

// RefreshJob goes through every profile: each day, after many changes, and when thresholds change.
const RefreshJob job.Kind = "segment.refresh"

// Register declares the facts of this package and has it apply and follow those it lives on.
func (s *Service) Register(l *event.Log) {
	l.Declare(event.Doc{Fact: StageChanged{}, Text: "A customer entered another stage: new, active, dormant, lost."},
		event.Doc{Fact: Entered{}, Text: "A customer came to be in a segment, by what happened or by time; not by a change of its rule."},
		event.Doc{Fact: Left{}, Text: "A customer is no longer in a segment, by what happened or by time; not by a change of its rule."})
	moves := []event.Kind{
		customer.Created{}.FactKind(), customer.Merged{}.FactKind(), customer.Unmerged{}.FactKind(), customer.Removed{}.FactKind(),
		order.PaidKind, order.EditedKind, order.ClaimedKind, order.RemovedKind,
	}
	l.Apply("segment", s.apply, append(slices.Clone(moves), customer.Updated{}.FactKind(), order.RefundedKind, order.RefundRemovedKind)...)
	l.Apply("segment.thresholds", s.leavePacks, customer.PackSwitched{}.FactKind())
	l.Follow("segment", func(ctx context.Context, tx *db.Tx, records []event.Record) error {
		sales := slices.DeleteFunc(slices.Clone(records), func(r event.Record) bool { return !slices.Contains(moves, r.Kind) })
		if len(sales) > 0 {
			if err := s.follow(ctx, tx, sales); err != nil {
				return err
			}
		}
		return s.followMembers(ctx, tx, records)
	}, memberKinds...)
}

// Work registers the jobs of this package.
func (s *Service) Work(r *job.Runner) {
	r.Handle(RefreshJob, job.Options{}, func(ctx context.Context, j job.Job) error {
		tell := func(done, all int64) error { return j.Progress(ctx, map[string]int64{"done": done, "all": all}) }
		if err := s.refresh(ctx, tell); err != nil {
			return err
		}
		return s.judgeDays(ctx, tell)
	})
	r.Daily("segment.day", 0, s.Staff.Zone, RefreshJob)
	s.workMembers(r)
}

// batch is what a batch of facts does to the numbers of customers.
type batch struct {
	arrivals  []arrival
	shops     map[int64]int64
	days      map[dayKey]*takings
	refunds   map[int64]giving
	recompute map[int64]bool // recompute holds the customers whose orders were moved or removed.
}

type dayKey struct {
	customer int64
	on       cal.Day
}

// apply keeps the numbers that sales give, in the transaction of the sale. What only adds is added; what
// moves or takes away is read again from the orders, which by then are as the facts say.
func (s *Service) apply(ctx context.Context, tx *db.Tx, records []event.Record) error {
	b := batch{shops: map[int64]int64{}, days: map[dayKey]*takings{}, refunds: map[int64]giving{}, recompute: map[int64]bool{}}
	zone := s.Staff.Zone()
	for _, r := range records {
		b.take(r, zone)
	}
	if err := insertArrivals(ctx, tx, b.arrivals); err != nil {
		return err
	}
	if err := setShops(ctx, tx, b.shops); err != nil {
		return err
	}
	if err := b.addTakings(ctx, tx); err != nil {
		return err
	}
	if err := addRefunds(ctx, tx, b.refunds); err != nil {
		return err
	}
	return s.recompute(ctx, tx, sortedKeys(b.recompute))
}

func (b *batch) take(r event.Record, zone *time.Location) {
	switch f := r.Fact.(type) {
	case customer.Created:
		b.arrivals = append(b.arrivals, arrival{r.CustomerID, r.ShopID, cal.DayOf(r.HappenedAt, zone)})
	case customer.Updated:
		if f.ShopID != "" {
			b.shops[r.CustomerID] = r.ShopID
		}
	case customer.Merged:
		b.recompute[f.SurvivorID.Int64()], b.recompute[f.MergedID.Int64()] = true, true
	case customer.Unmerged:
		b.recompute[f.SurvivorID.Int64()], b.recompute[f.MergedID.Int64()] = true, true
	case order.Paid:
		b.sell(r.CustomerID, f)
	case order.Refunded:
		b.refund(r.CustomerID, f.On, 1, f.AmountFen)
	case order.RefundRemoved:
		b.refund(r.CustomerID, f.On, -1, -f.AmountFen)
	default: // order.Edited, order.Claimed, order.Removed, customer.Removed
		if r.CustomerID != 0 {
			b.recompute[r.CustomerID] = true
		}
	}
}

func (b *batch) refund(customer int64, on cal.Day, count, fen int64) {
	if customer != 0 {
		g := b.refunds[customer]
		b.refunds[customer] = giving{on, g.count + count, g.fen + fen}
	}
}

// sell adds a sale. An anonymous order is nobody's, and one of 0 fen is no purchase.
func (b *batch) sell(customer int64, f order.Paid) {
	if customer == 0 || f.PaidFen <= 0 {
		return
	}
	key := dayKey{customer, f.On}
	t := b.days[key]
	if t == nil {
		t = &takings{customer: customer, firstOn: f.On, lastOn: f.On}
		b.days[key] = t
	}
	t.orders++
	t.units += f.Units
	t.paidFen += f.PaidFen
}

func (b *batch) addTakings(ctx context.Context, tx *db.Tx) error {
	if len(b.days) == 0 {
		return nil
	}
	days := make([]takings, 0, len(b.days))
	for _, t := range b.days {
		days = append(days, *t)
	}
	slices.SortFunc(days, compareDays)
	if err := addDays(ctx, tx, days); err != nil {
		return err
	}
	var sales []takings
	for _, d := range days {
		if n := len(sales); n > 0 && sales[n-1].customer == d.customer {
			t := &sales[n-1]
			t.lastOn = d.lastOn
			t.orders, t.units, t.paidFen, t.days = t.orders+d.orders, t.units+d.units, t.paidFen+d.paidFen, t.days+1
			continue
		}
		d.days = 1
		sales = append(sales, d)
	}
	return addSales(ctx, tx, sales)
}

// touch says what a batch of facts means for the stage of one customer.
type touch struct {
	from    cal.Day // from is the first day from which her stages are to be told again; zero is all.
	facts   map[cal.Day]event.Record
	history bool // history is true if every fact is of imported history.
}

// never is later than every day: nothing is to be told again.
var never = cal.Date(9999, time.December, 31)

// follow keeps stages, scores and groups of the customers that facts are about.
func (s *Service) follow(ctx context.Context, tx *db.Tx, records []event.Record) error {
	b, err := s.basis(ctx, tx)
	if err != nil {
		return err
	}
	touches, sold, err := touched(records)
	if err != nil {
		return err
	}
	profiles, err := lockProfiles(ctx, tx, sortedKeys(touches))
	if err != nil {
		return err
	}
	if err := s.settle(ctx, tx, b, profiles, touches, true); err != nil {
		return err
	}
	if sold == 0 {
		return nil
	}
	changed, err := addChanged(ctx, tx, sold)
	if err != nil {
		return err
	}
	if 100*changed >= b.buyers {
		return s.enqueueRefresh(ctx, tx, b)
	}
	return nil
}

// enqueueRefresh has all profiles gone through soon: in seconds for a small shop or one that has no edges
// yet, and later for a large one, so that passes take a small part of the time of a busy day or an import.
func (s *Service) enqueueRefresh(ctx context.Context, tx *db.Tx, b basis) error {
	_, err := s.Jobs.Enqueue(ctx, tx, job.New{Kind: RefreshJob, UniqueKey: "soon", RunAt: tx.Now.Add(b.wait())})
	return err
}

func (b basis) wait() time.Duration {
	if b.edgesOn.IsZero() {
		return time.Second
	}
	return 3*time.Second + time.Duration(b.buyers)*300*time.Microsecond
}

// enqueueNow has all profiles gone through at once, by a version of the thresholds.
func (s *Service) enqueueNow(ctx context.Context, tx *db.Tx, version int64) error {
	_, err := s.Jobs.Enqueue(ctx, tx, job.New{Kind: RefreshJob, UniqueKey: fmt.Sprintf("thresholds:%d", version)})
	return err
}

// touched returns the customers that the facts are about, and how many of them have other sales.
func touched(records []event.Record) (touches map[int64]*touch, sold int64, err error) {
	touches = map[int64]*touch{}
	of := func(customer int64, r event.Record) *touch {
		t := touches[customer]
		if t == nil {
			t = &touch{from: never, facts: map[cal.Day]event.Record{}, history: true}
			touches[customer] = t
		}
		t.history = t.history && r.History
		return t
	}
	all := map[int64]bool{}
	for _, r := range records {
		switch {
		case r.Kind == customer.Merged{}.FactKind() || r.Kind == customer.Unmerged{}.FactKind():
			var pair customer.Merged
			if err := r.Decode(&pair); err != nil {
				return nil, 0, err
			}
			for _, c := range []customer.ID{pair.SurvivorID, pair.MergedID} {
				of(c.Int64(), r).from = cal.Day{}
				all[c.Int64()] = true
			}
		case r.CustomerID == 0:
		case strings.HasPrefix(string(r.Kind), "order."):
			var sale struct {
				On  cal.Day `json:"on"`
				Was struct {
					On cal.Day `json:"on"`
				} `json:"was"`
			}
			if err := r.Decode(&sale); err != nil {
				return nil, 0, err
			}
			t := of(r.CustomerID, r)
			if sale.On.Before(t.from) {
				t.from = sale.On
			}
			if r.Kind == order.EditedKind && sale.Was.On.Before(t.from) {
				t.from = sale.Was.On
			}
			if _, known := t.facts[sale.On]; !known && r.Kind != order.RemovedKind {
				t.facts[sale.On] = r
			}
			all[r.CustomerID] = true
		default:
			of(r.CustomerID, r)
		}
	}
	return touches, int64(len(all)), nil
}
