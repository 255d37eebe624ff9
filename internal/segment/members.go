package segment

import (
	"context"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Entered says that a customer came to be in a segment, by what happened or by the passing of time. That a
// segment was made or its rule changed is no fact about a customer.
type Entered struct {
	SegmentID ID     `json:"segment_id"`
	Name      string `json:"name"`
	Cause     cause  `json:"cause"`
}

// Left says that a customer is no longer in a segment.
type Left struct {
	SegmentID ID     `json:"segment_id"`
	Name      string `json:"name"`
	Cause     cause  `json:"cause"`
}

// FactKind implements event.Fact.
func (Entered) FactKind() event.Kind { return "segment.entered" }

// FactKind implements event.Fact.
func (Left) FactKind() event.Kind { return "segment.left" }

// cause is why somebody entered or left.
type cause string

const (
	byFact  cause = "fact"  // Something happened.
	byTime  cause = "time"  // Time went by.
	byRule  cause = "rule"  // The rule was changed.
	byStart cause = "start" // The segment was new.
)

// turn is an occasion on which members are judged anew.
type turn struct {
	cause   cause
	at      time.Time              // at is the instant as of which they are judged.
	facts   map[int64]event.Record // facts are those that decide, by customer.
	history bool                   // history says that nothing is to be started.
}

// planner returns the planner for an instant. Of one that is past, stages are those of the log.
func (s *Service) planner(tx *db.Tx, c *Catalogue, at time.Time) planner {
	zone := s.Staff.Zone()
	p := planner{catalogue: c, now: at, zone: zone, today: cal.DayOf(at, zone)}
	p.past = p.today.Before(cal.DayOf(tx.Now, zone))
	return p
}

// turned is one who enters or leaves.
type turned struct {
	customer int64
	entered  bool
	tests    []outcome
}

// settleMembers judges customers by the rule of a segment and writes who enters and who leaves, with the log
// of it. Whoever calls it holds the row of the segment, so that one at a time writes its members, each
// seeing all that was written before. Doing it twice changes nothing.
func (s *Service) settleMembers(ctx context.Context, tx *db.Tx, c *Catalogue, g saved, ids []int64, t turn) error {
	p := s.planner(tx, c, t.at)
	prepared := prepared{p.plan(&g.rule), p}
	admitted, err := listAdmitted(ctx, tx, prepared, ids)
	if err != nil {
		return err
	}
	present, err := listMembersAmong(ctx, tx, g.id, ids)
	if err != nil {
		return err
	}
	var all []turned
	for _, one := range ids {
		if admitted[one] != present[one] {
			all = append(all, turned{customer: one, entered: admitted[one]})
		}
	}
	if t.at.Before(tx.Now) { // What later facts have decided stands.
		later, err := listTurnedSince(ctx, tx, g.id, customersOf(all), t.at)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(x turned) bool { return later[x.customer] })
	}
	if len(all) == 0 {
		return nil
	}
	if err := p.tell(ctx, tx, &g.rule, all, t); err != nil {
		return err
	}
	if err := writeTurned(ctx, tx, g.id, all, t, p.today); err != nil {
		return err
	}
	if g.tagging {
		return s.giveTags(ctx, tx, g, all, t)
	}
	return s.Log.Append(ctx, tx, g.facts(all, t)...)
}

// flow is what those who enter and leave by the turn are to the sums of a day.
func (t turn) flow(entered, left int) dayFlow {
	if t.cause == byFact || t.cause == byTime {
		return dayFlow{entered: int64(entered), left: int64(left)}
	}
	return dayFlow{byRule: int64(entered - left)}
}

func customersOf(all []turned) []int64 {
	ids := make([]int64, len(all))
	for i, x := range all {
		ids[i] = x.customer
	}
	return ids
}

// facts returns what is to be known of those who entered and left.
func (g saved) facts(all []turned, t turn) []event.Entry {
	if t.cause != byFact && t.cause != byTime {
		return nil
	}
	entries := make([]event.Entry, len(all))
	for i, x := range all {
		entries[i] = event.Entry{Fact: Left{g.id, g.name, t.cause}, CustomerID: x.customer, Subject: g.id.String(), HappenedAt: t.at, History: t.history}
		if x.entered {
			entries[i].Fact = Entered{g.id, g.name, t.cause}
		}
		r, ok := t.facts[x.customer]
		entries[i].ShopID = r.ShopID
		entries[i].History = t.history || t.cause == byFact && !ok // Only history decides without a fact that is named.
	}
	return entries
}

// outcome is how a test came out for somebody who entered or left. The test itself is kept, since the rule
// may be changed.
type outcome struct {
	Path  string `json:"path"`
	Test  *Test  `json:"test"`
	Holds bool   `json:"holds"`
	Value string `json:"value,omitempty"`
}

// tell adds to those who enter and leave the tests that the turn could decide, as they come out now. What
// they were before is not known any more.
func (p *planner) tell(ctx context.Context, tx *db.Tx, r *Rule, all []turned, t turn) error {
	if t.cause != byFact && t.cause != byTime || t.history {
		return nil
	}
	return r.walk("", func(path string, test *Test) error {
		var ids []int64
		var places []int
		for i, x := range all {
			if t.decides(p.catalogue, test, x.customer) {
				ids, places = append(ids, x.customer), append(places, i)
			}
		}
		if len(ids) == 0 {
			return nil
		}
		holds, err := listAdmitted(ctx, tx, prepared{p.test(test), *p}, ids)
		if err != nil {
			return err
		}
		values, err := listValues(ctx, tx, p, test, ids)
		if err != nil {
			return err
		}
		for _, i := range places {
			one := all[i].customer
			all[i].tests = append(all[i].tests, outcome{path, test, holds[one], values[one]})
		}
		return nil
	})
}

// decides says whether the turn could change how a test comes out for a customer.
func (t turn) decides(c *Catalogue, test *Test, one int64) bool {
	if t.cause == byTime {
		return test.pace() != (pace{})
	}
	r, ok := t.facts[one]
	return ok && c.concerns(test, r.Kind)
}
