package segment

import (
	"context"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/job"
)

// about is what a batch of facts says of one customer.
type about struct {
	facts []event.Record // facts are those that are not of imported history, in order.
	gone  bool           // gone says that she was merged into another or taken back.
	moved bool           // moved says that a merge or its undoing moved tags to her or from her.
	split bool           // split says that a merge of hers was undone.
}

// followMembers keeps the members of every segment up to date with facts, after stage and standing are.
// History that is imported is judged in one pass, soon.
func (s *Service) followMembers(ctx context.Context, tx *db.Tx, records []event.Record) error {
	if err := s.followPacks(ctx, tx, records); err != nil {
		return err
	}
	people, history, err := peopleOf(records)
	if err != nil || len(people) == 0 && !history {
		return err
	}
	// Looked at first without a lock: most facts concern no segment.
	all, err := listSegments(ctx, tx, "(1=1)")
	if err != nil || len(all) == 0 {
		return err
	}
	if history {
		if err := s.enqueueHistory(ctx, tx); err != nil {
			return err
		}
	}
	c, err := s.fields(ctx, tx)
	if err != nil {
		return err
	}
	for _, g := range all {
		if ids, _ := g.concerned(c, people); len(ids) == 0 {
			continue
		}
		if g, err = findSegment(ctx, tx, g.id, true); err != nil {
			return err
		}
		ids, facts := g.concerned(c, people)
		if err := s.settleMembers(ctx, tx, c, g, ids, turn{cause: byFact, at: tx.Now, facts: facts}); err != nil {
			return err
		}
		if g.tagging && !g.archived {
			if err := s.settleTags(ctx, tx, g, people); err != nil {
				return err
			}
		}
	}
	return nil
}

// followPacks has everybody judged again by the rules that name an attribute of a pack that was switched on:
// while it was off, nobody could enter or leave.
func (s *Service) followPacks(ctx context.Context, tx *db.Tx, records []event.Record) error {
	var on []string
	for _, r := range records {
		if r.Kind != (customer.PackSwitched{}).FactKind() {
			continue
		}
		var f customer.PackSwitched
		if err := r.Decode(&f); err != nil {
			return err
		}
		if f.Enabled {
			on = append(on, f.Pack)
		}
	}
	if len(on) == 0 {
		return nil
	}
	c, err := s.fields(ctx, tx)
	if err != nil {
		return err
	}
	all, err := listSegments(ctx, tx, "not archived")
	if err != nil {
		return err
	}
	for _, g := range all {
		if !slices.ContainsFunc(on, func(pack string) bool { return c.namesPack(&g.rule, pack) }) {
			continue
		}
		if g, err = findSegment(ctx, tx, g.id, true); err != nil {
			return err
		}
		g.ruleVersion++
		if err := updateSegment(ctx, tx, g); err != nil {
			return err
		}
		if err := s.enqueueTelling(ctx, tx, g); err != nil {
			return err
		}
	}
	return nil
}

// peopleOf returns what the facts say of each customer, and whether some are of history.
func peopleOf(records []event.Record) (people map[int64]*about, history bool, err error) {
	people = map[int64]*about{}
	of := func(one int64) *about {
		if people[one] == nil {
			people[one] = &about{}
		}
		return people[one]
	}
	note := func(one int64, r event.Record) {
		if r.History {
			history = true
		} else {
			of(one).facts = append(of(one).facts, r)
		}
	}
	for _, r := range records {
		switch r.Kind {
		case customer.Merged{}.FactKind(), customer.Unmerged{}.FactKind():
			var pair customer.Merged
			if err := r.Decode(&pair); err != nil {
				return nil, false, err
			}
			note(pair.SurvivorID.Int64(), r)
			note(pair.MergedID.Int64(), r)
			merged := r.Kind == customer.Merged{}.FactKind()
			of(pair.MergedID.Int64()).gone = merged
			for _, one := range []customer.ID{pair.SurvivorID, pair.MergedID} {
				of(one.Int64()).moved = true
				of(one.Int64()).split = of(one.Int64()).split || !merged
			}
		case customer.Removed{}.FactKind():
			of(r.CustomerID).gone = true
		default:
			if r.CustomerID != 0 {
				note(r.CustomerID, r)
			}
		}
	}
	return people, history, nil
}

// concerned returns the customers whom the facts may bring into a segment or out of it, each with the last
// such fact. Those who are gone leave every segment, also an archived one.
func (g saved) concerned(c *Catalogue, people map[int64]*about) (ids []int64, facts map[int64]event.Record) {
	facts = map[int64]event.Record{}
	if !c.knows(&g.rule) {
		return nil, nil
	}
	known := map[event.Kind]bool{}
	for one, a := range people {
		for _, r := range slices.Backward(a.facts) {
			concerns, seen := known[r.Kind]
			if !seen {
				concerns = c.concernsRule(&g.rule, r.Kind)
				known[r.Kind] = concerns
			}
			if concerns && (!g.archived || a.gone) {
				facts[one] = r
				break
			}
		}
		if _, ok := facts[one]; ok || a.gone {
			ids = append(ids, one)
		}
	}
	slices.Sort(ids)
	return ids, facts
}

// enqueueHistory has everybody judged soon. It is enqueued when the first history comes that no pass has
// seen, so that no history is missed.
func (s *Service) enqueueHistory(ctx context.Context, tx *db.Tx) error {
	batches, err := addBacklog(ctx, tx)
	if err != nil || batches > 1 {
		return err
	}
	b, err := s.basis(ctx, tx)
	if err != nil {
		return err
	}
	_, err = s.Jobs.Enqueue(ctx, tx, job.New{Kind: HistoryJob, UniqueKey: tx.Now.Format(time.RFC3339Nano), RunAt: tx.Now.Add(b.wait())})
	return err
}

// judgeHistory judges everybody by what history has brought. If more comes meanwhile it says so.
func (s *Service) judgeHistory(ctx context.Context, progress progress) (more bool, err error) {
	var batches int64
	var all []saved
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if batches, err = findBacklog(ctx, tx); err != nil || batches == 0 {
			return err
		}
		all, err = listSegments(ctx, tx, "not archived")
		return err
	})
	if err != nil || batches == 0 {
		return false, err
	}
	for i, g := range all {
		err := s.judge(ctx, g.id, turn{cause: byFact, history: true}, func(int64, int64) error { return progress(int64(i), int64(len(all))) })
		if err != nil {
			return false, err
		}
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		ended, err := endBacklog(ctx, tx, batches)
		more = !ended
		return err
	})
	return more, err
}
