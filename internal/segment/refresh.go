package segment

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// perPass is the number of profiles that one transaction of a pass goes through: few enough that a sale
// at the till does not wait for it.
const perPass = 1_000

// enoughForGaps is the number of buyers whose purchase cycle stands for that of all.
const enoughForGaps = 20_000

// maxPasses bounds how often a refresh starts over because so much changed while it ran.
const maxPasses = 3

// Refresh draws the edges anew and goes through every profile: scores, groups, and the stages that days
// or new thresholds have ended. Doing it twice changes nothing.
func (s *Service) Refresh(ctx context.Context) error {
	return s.refresh(ctx, func(int64, int64) error { return nil })
}

func (s *Service) refresh(ctx context.Context, progress func(done, all int64) error) error {
	for range maxPasses {
		b, err := s.draw(ctx)
		if err != nil {
			return err
		}
		if err := s.pass(ctx, b, progress); err != nil {
			return err
		}
		var after state
		err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			after, err = findState(ctx, tx)
			return err
		})
		if err != nil || after.changed == 0 || 100*after.changed < after.buyers {
			return err
		}
	}
	return nil
}

// draw draws the edges and, until somebody has decided on thresholds, takes over what the sales propose
// for those that the handbook leaves open.
func (s *Service) draw(ctx context.Context) (b basis, err error) {
	var fresh state
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		fresh, err = s.look(ctx, tx)
		return err
	})
	if err != nil {
		return b, fmt.Errorf("look at buyers: %w", err)
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := drawEdges(ctx, tx, fresh); err != nil {
			return err
		}
		if b, err = s.basis(ctx, tx); err != nil {
			return err
		}
		return b.adopt(ctx, tx)
	})
	return b, err
}

// look reads what edges and proposals are made from.
func (s *Service) look(ctx context.Context, tx *db.Tx) (fresh state, err error) {
	fresh.edgesOn = cal.DayOf(tx.Now, s.Staff.Zone())
	buyers, err := listBuyers(ctx, tx, never, everybody)
	if err != nil {
		return fresh, err
	}
	fresh.buyers, fresh.edges = int64(len(buyers)), edgesOf(buyers, fresh.edgesOn)
	fresh.shape.payments(buyers)
	gaps, err := tallyGaps(ctx, tx, 1+fresh.buyers/enoughForGaps)
	if err != nil {
		return fresh, err
	}
	fresh.shape.gaps(gaps)
	var latest cal.Day // Sales of the past, taken in at a stroke, have their window at their end.
	for _, b := range buyers {
		if latest.Before(b.lastOn) {
			latest = b.lastOn
		}
	}
	window := fresh.shape.window()
	times, err := tallyVisits(ctx, tx, latest.Add(-int(window)))
	if err != nil {
		return fresh, err
	}
	fresh.shape.visits(window, times)
	return fresh, nil
}

// adopt stores a version of the thresholds filled from the proposal, unless a person decided on them or
// little would change.
func (b *basis) adopt(ctx context.Context, tx *db.Tx) error {
	if b.source == fromStaff || !b.shape.enough() {
		return nil
	}
	filled := b.thresholds.fill(b.shape.propose().Thresholds)
	if b.thresholds.near(filled) {
		return nil
	}
	b.settings = settings{version: b.settings.version + 1, thresholds: filled, source: fromProposal}
	return insertSettings(ctx, tx, b.settings)
}

// pass goes through every profile by the present edges and thresholds.
func (s *Service) pass(ctx context.Context, b basis, progress func(done, all int64) error) error {
	var done, last int64
	for {
		var profiles []profileRow
		err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if profiles, err = lockProfilesAfter(ctx, tx, last, perPass); err != nil || len(profiles) == 0 {
				return err
			}
			present, err := s.basis(ctx, tx)
			if err != nil {
				return err
			}
			return s.settle(ctx, tx, present, profiles, present.due(profiles), true)
		})
		if err != nil {
			return fmt.Errorf("go through profiles: %w", err)
		}
		if len(profiles) == 0 {
			break
		}
		done, last = done+int64(len(profiles)), profiles[len(profiles)-1].CustomerID.Int64()
		if err := progress(done, max(done, b.buyers)); err != nil {
			return err
		}
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return endPass(ctx, tx, b.settings.version, b.today)
	})
}

// due returns a touch for the profiles whose stage a day or new thresholds have ended. Purchases are left
// to the follower, which knows their facts.
func (b basis) due(profiles []profileRow) map[int64]*touch {
	touches := map[int64]*touch{}
	renewed := b.state.version != b.settings.version
	for _, p := range profiles {
		if p.PurchaseDayCount == 0 {
			continue
		}
		if renewed && b.source == fromProposal {
			// Nobody decided: her whole life is told again by what the sales now propose, and starts nothing.
			touches[p.CustomerID.Int64()] = &touch{history: true}
			continue
		}
		to := b.thresholds.stage(p.PurchaseDayCount, p.LastOrderOn, b.today)
		fades := (p.Stage == New || p.Stage == Active) && (to == Dormant || to == Lost) || p.Stage == Dormant && to == Lost
		back := (p.Stage == Dormant || p.Stage == Lost) && to != p.Stage && p.LastOrderOn.Before(p.StageSinceOn)
		if fades || renewed && back {
			touches[p.CustomerID.Int64()] = &touch{from: never}
		}
	}
	return touches
}

// Rebuild derives everything again from the orders, a thousand customers at a time, and says nothing:
// the log of facts stays as it is. The stages are told by the present thresholds.
func (s *Service) Rebuild(ctx context.Context, d *db.DB, progress func(done int64)) error {
	ctx = access.With(ctx, access.Program("rebuild"))
	var done int64
	var after customer.ID
	for {
		var live []customer.Live
		err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if live, err = s.Customers.ListLive(ctx, tx, after, perRebuild); err != nil {
				return err
			}
			return s.rebuildSome(ctx, tx, after, live)
		})
		if err != nil {
			return fmt.Errorf("rebuild profiles: %w", err)
		}
		done += int64(len(live))
		progress(done)
		if len(live) < perRebuild {
			return s.Refresh(ctx)
		}
		after = live[perRebuild-1].ID
	}
}

// perRebuild is the number of customers that one transaction of Rebuild goes through.
const perRebuild = 1_000

// rebuildSome rebuilds the live customers who follow after an id, and drops whose profiles stand among
// them without being live.
func (s *Service) rebuildSome(ctx context.Context, tx *db.Tx, after customer.ID, live []customer.Live) error {
	until := int64(math.MaxInt64)
	if len(live) == perRebuild {
		until = live[perRebuild-1].ID.Int64()
	}
	ids, err := listProfileIDs(ctx, tx, after.Int64(), until)
	if err != nil {
		return err
	}
	touches := map[int64]*touch{}
	for _, l := range live {
		ids = append(ids, l.ID.Int64())
		touches[l.ID.Int64()] = &touch{history: true}
	}
	slices.Sort(ids)
	if err := s.recompute(ctx, tx, slices.Compact(ids)); err != nil {
		return err
	}
	b, err := s.basis(ctx, tx)
	if err != nil {
		return err
	}
	profiles, err := lockProfiles(ctx, tx, sortedKeys(touches))
	if err != nil {
		return err
	}
	return s.settle(ctx, tx, b, profiles, touches, false)
}
