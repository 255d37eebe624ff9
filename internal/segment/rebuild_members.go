package segment

import (
	"context"
	"fmt"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// RebuildMembers makes the members and the sums by day again from the log of members, and then judges
// everybody anew: what differs is added to the log as of now. It makes no facts.
func (s *Service) RebuildMembers(ctx context.Context, progress func(done int64)) error {
	ctx = access.With(ctx, access.Program("rebuild"))
	var all []saved
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		all, err = listSegments(ctx, tx, "(1=1)")
		return err
	})
	if err != nil {
		return err
	}
	for i, g := range all {
		if err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return replayMembers(ctx, tx, g.id) }); err != nil {
			return fmt.Errorf("rebuild the members of %s: %w", g.id, err)
		}
		if err := s.judge(ctx, g.id, turn{cause: byRule}, func(int64, int64) error { return nil }); err != nil {
			return err
		}
		progress(int64(i + 1))
	}
	return nil
}

// Misjudged is a customer who is in a segment though its rule does not admit her, or the reverse.
type Misjudged struct {
	Segment  ID
	Customer int64
	Admitted bool // Admitted is what the rule says.
}

// FindMisjudged judges everybody again and returns who is not where the rules say, with how many members were
// looked at; it is for verify. Somebody whom the rule admits now but not at the last pass, or the reverse,
// was moved by time in between and is left out, as are segments whose members are still being found.
func FindMisjudged(ctx context.Context, tx *db.Tx, zone *time.Location) (all []Misjudged, looked int64, err error) {
	c, err := (&Service{Customers: &customer.Service{}}).fields(ctx, tx)
	if err != nil {
		return nil, 0, err
	}
	batches, err := findBacklog(ctx, tx)
	if err != nil || batches > 0 {
		return nil, 0, err
	}
	segments, err := listSegments(ctx, tx, "not archived and told_version = rule_version")
	if err != nil {
		return nil, 0, err
	}
	today := cal.DayOf(tx.Now, zone)
	for _, g := range segments {
		if p := g.rule.pace(); !c.knows(&g.rule) || p.daily && g.told.on != today {
			continue
		}
		members, err := listMembers(ctx, tx, g.id)
		if err != nil {
			return nil, 0, err
		}
		looked += int64(len(members))
		wrong := map[int64]int{}
		admits := map[int64]bool{}
		for _, at := range []time.Time{g.told.countedAt, tx.Now} {
			p := planner{catalogue: c, now: at, zone: zone, today: cal.DayOf(at, zone)}
			admitted, err := listAllAdmitted(ctx, tx, prepared{p.plan(&g.rule), p})
			if err != nil {
				return nil, 0, err
			}
			for _, one := range differing(admitted, members) {
				wrong[one]++
			}
			for _, one := range admitted {
				admits[one] = true
			}
		}
		for _, one := range sortedKeys(wrong) {
			if wrong[one] == 2 {
				all = append(all, Misjudged{g.id, one, admits[one]})
			}
		}
	}
	return all, looked, nil
}
