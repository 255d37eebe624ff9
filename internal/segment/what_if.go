package segment

import (
	"cmp"
	"context"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// WhatIf is how the value groups would change by other thresholds, over the customers that the caller sees.
type WhatIf struct {
	Groups []GroupShift `json:"groups"`
	Moves  []GroupMove  `json:"moves" doc:"The most customers first"`
	Sample []Shifted    `json:"sample" doc:"Some of those who would move, highest spend first"`
}

// GroupShift is a value group before and after.
type GroupShift struct {
	ValueGroup      ValueGroup `json:"value_group"`
	CustomersBefore int64      `json:"customers_before"`
	CustomersAfter  int64      `json:"customers_after"`
	PaidFenBefore   int64      `json:"paid_fen_before"`
	PaidFenAfter    int64      `json:"paid_fen_after"`
	ShareBPBefore   int64      `json:"share_bp_before" doc:"Its share of what all customers paid, in hundredths of a percent"`
	ShareBPAfter    int64      `json:"share_bp_after"`
}

// GroupMove is how many customers would go from one group to another.
type GroupMove struct {
	From      ValueGroup `json:"from"`
	To        ValueGroup `json:"to"`
	Customers int64      `json:"customers"`
}

// Shifted is a customer who would move.
type Shifted struct {
	Listed
	To ValueGroup `json:"to"`
}

// perWhatIf is the number of profiles that are read at once.
const perWhatIf = 5_000

// WhatIf groups every customer by other thresholds and changes nothing. The error is segment.thresholds.
func (s *Service) WhatIf(ctx context.Context, tx *db.Tx, t Thresholds) (WhatIf, error) {
	if err := t.Validate(); err != nil {
		return WhatIf{}, err
	}
	b, err := s.basis(ctx, tx)
	if err != nil {
		return WhatIf{}, err
	}
	before, after, moves := map[ValueGroup]sum{}, map[ValueGroup]sum{}, map[[2]ValueGroup]int64{}
	var most []Profile // The movers with the highest spend.
	to := map[int64]ValueGroup{}
	for last := int64(0); ; {
		profiles, err := listProfilesAfter(ctx, tx, last, perWhatIf, s.Customers.ScopeSQL(ctx, tx, "profiles.customer_id"))
		if err != nil {
			return WhatIf{}, err
		}
		if len(profiles) == 0 {
			break
		}
		last = profiles[len(profiles)-1].CustomerID.Int64()
		if t.WindowDays != b.thresholds.WindowDays {
			if err := recount(ctx, tx, profiles, b, t); err != nil {
				return WhatIf{}, err
			}
		}
		for _, p := range profiles {
			from, next := p.ValueGroup, t.valueGroup(&p, b.today)
			tot(before, from, sum{1, p.PaidFen})
			tot(after, next, sum{1, p.PaidFen})
			if from != next {
				moves[[2]ValueGroup{from, next}]++
				most, to[p.CustomerID.Int64()] = append(most, p), next
			}
		}
		most = richest(most)
	}
	w := WhatIf{Groups: shifts(before, after), Moves: sortedMoves(moves)}
	listed, err := s.show(ctx, tx, most)
	for _, l := range listed {
		w.Sample = append(w.Sample, Shifted{l, to[l.ID.Int64()]})
	}
	return w, err
}

// recount counts the purchase days of profiles in the window of the thresholds.
func recount(ctx context.Context, tx *db.Tx, profiles []Profile, b basis, t Thresholds) error {
	ids := make([]int64, len(profiles))
	for i, p := range profiles {
		ids[i] = p.CustomerID.Int64()
	}
	counts, err := countDays(ctx, tx, ids, b.today.Add(-int(t.WindowDays)))
	for i, p := range profiles {
		profiles[i].WindowDayCount = counts[p.CustomerID.Int64()]
	}
	return err
}

// richest returns those with the highest spend, as many as a sample shows.
func richest(all []Profile) []Profile {
	slices.SortStableFunc(all, func(a, b Profile) int { return cmp.Compare(b.PaidFen, a.PaidFen) })
	return all[:min(len(all), sampleSize)]
}

func shifts(before, after map[ValueGroup]sum) []GroupShift {
	var paid int64
	for _, n := range before {
		paid += n.paidFen
	}
	groups := make([]GroupShift, len(ValueGroups))
	for i, g := range ValueGroups {
		b, a := before[g].of(paid), after[g].of(paid)
		groups[i] = GroupShift{g, b.Customers, a.Customers, b.PaidFen, a.PaidFen, b.RevenueBP, a.RevenueBP}
	}
	return groups
}

func sortedMoves(moves map[[2]ValueGroup]int64) []GroupMove {
	var all []GroupMove
	for pair, n := range moves {
		all = append(all, GroupMove{pair[0], pair[1], n})
	}
	slices.SortFunc(all, func(a, b GroupMove) int {
		return cmp.Or(cmp.Compare(b.Customers, a.Customers), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return all
}
