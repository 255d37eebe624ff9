package segment

import (
	"cmp"
	"context"
	"slices"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// WhatIf is how the groups of a kind would change by other thresholds, over the customers that the caller sees.
type WhatIf struct {
	Groups []GroupShift `json:"groups" doc:"Every group of the kind, in order"`
	Moves  []GroupMove  `json:"moves" doc:"The most customers first"`
	Sample []Shifted    `json:"sample" doc:"Some of those who would move, highest spend first"`
}

// GroupShift is a group before and after.
type GroupShift struct {
	Name            string `json:"name"`
	CustomersBefore int64  `json:"customers_before"`
	CustomersAfter  int64  `json:"customers_after"`
	PaidFenBefore   int64  `json:"paid_fen_before"`
	PaidFenAfter    int64  `json:"paid_fen_after"`
	ShareBPBefore   int64  `json:"share_bp_before" doc:"Its share of what all customers paid, in hundredths of a percent"`
	ShareBPAfter    int64  `json:"share_bp_after"`
}

// GroupMove is how many customers would go from one group to another.
type GroupMove struct {
	From      string `json:"from"`
	To        string `json:"to"`
	Customers int64  `json:"customers"`
}

// Shifted is a customer who would move.
type Shifted struct {
	Listed
	From string `json:"from"`
	To   string `json:"to"`
}

// Grouping is a kind of groups that thresholds make.
type Grouping string

// The kinds of groups.
const (
	ByValueGroup Grouping = "value_group"
	ByQuadrant   Grouping = "quadrant"
	ByStage      Grouping = "stage"
)

// groups lists the groups of the kind, as they are shown.
func (g Grouping) groups() []string {
	switch g {
	case ByQuadrant:
		return texts(Quadrants)
	case ByStage:
		return texts(Stages)
	default:
		return texts(ValueGroups)
	}
}

func texts[S ~string](words []S) []string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = string(w)
	}
	return all
}

// now returns the group of a customer as it is kept; empty if she is in none of the kind.
func (g Grouping) now(p *Profile) string {
	switch g {
	case ByQuadrant:
		return string(p.Quadrant)
	case ByStage:
		return string(p.Stage)
	default:
		return string(p.ValueGroup)
	}
}

// by returns the group that a customer would have by thresholds on a day.
func (g Grouping) by(p *Profile, t Thresholds, today cal.Day) string {
	switch g {
	case ByQuadrant:
		return string(t.quadrant(p))
	case ByStage:
		return string(t.stage(p.PurchaseDayCount, p.LastOrderOn, today))
	default:
		return string(t.valueGroup(p, today))
	}
}

// mover is a customer who would move.
type mover struct {
	Profile
	from, to string
}

// perWhatIf is the number of profiles that are read at once.
const perWhatIf = 5_000

// WhatIf groups every customer by other thresholds and changes nothing. The error is segment.thresholds.
func (s *Service) WhatIf(ctx context.Context, tx *db.Tx, t Thresholds, g Grouping) (WhatIf, error) {
	if err := t.Validate(); err != nil {
		return WhatIf{}, err
	}
	b, err := s.basis(ctx, tx)
	if err != nil {
		return WhatIf{}, err
	}
	before, after, moves := map[string]sum{}, map[string]sum{}, map[[2]string]int64{}
	var most []mover // Those with the highest spend.
	for last := int64(0); ; {
		profiles, err := listProfilesAfter(ctx, tx, last, perWhatIf, s.Customers.ScopeSQL(ctx, tx, "profiles.customer_id"))
		if err != nil {
			return WhatIf{}, err
		}
		if len(profiles) == 0 {
			break
		}
		last = profiles[len(profiles)-1].CustomerID.Int64()
		// Until a new version of the thresholds has gone through everybody, the days are counted by the one before.
		if t.WindowDays != b.thresholds.WindowDays || b.state.version != b.settings.version {
			if err := recount(ctx, tx, profiles, b, t); err != nil {
				return WhatIf{}, err
			}
		}
		for _, p := range profiles {
			from, to := g.now(&p), g.by(&p, t, b.today)
			tot(before, from, sum{1, p.PaidFen})
			tot(after, to, sum{1, p.PaidFen})
			if from != to {
				moves[[2]string{from, to}]++
				most = append(most, mover{p, from, to})
			}
		}
		most = richest(most)
	}
	w := WhatIf{Groups: shifts(g, before, after), Moves: sortedMoves(moves)}
	w.Sample, err = s.sampled(ctx, tx, most)
	return w, err
}

// sampled returns movers as they are shown.
func (s *Service) sampled(ctx context.Context, tx *db.Tx, movers []mover) ([]Shifted, error) {
	profiles, by := make([]Profile, len(movers)), map[customer.ID]mover{}
	for i, m := range movers {
		profiles[i], by[m.CustomerID] = m.Profile, m
	}
	listed, err := s.show(ctx, tx, profiles)
	sample := make([]Shifted, len(listed))
	for i, l := range listed {
		sample[i] = Shifted{l, by[l.ID].from, by[l.ID].to}
	}
	return sample, err
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
func richest(all []mover) []mover {
	slices.SortStableFunc(all, func(a, b mover) int { return cmp.Compare(b.PaidFen, a.PaidFen) })
	return all[:min(len(all), sampleSize)]
}

func shifts(g Grouping, before, after map[string]sum) []GroupShift {
	var paid int64
	for _, n := range before {
		paid += n.paidFen
	}
	names := g.groups()
	groups := make([]GroupShift, len(names))
	for i, name := range names {
		b, a := before[name].of(paid), after[name].of(paid)
		groups[i] = GroupShift{name, b.Customers, a.Customers, b.PaidFen, a.PaidFen, b.RevenueBP, a.RevenueBP}
	}
	return groups
}

func sortedMoves(moves map[[2]string]int64) []GroupMove {
	var all []GroupMove
	for pair, n := range moves {
		all = append(all, GroupMove{pair[0], pair[1], n})
	}
	slices.SortFunc(all, func(a, b GroupMove) int {
		return cmp.Or(cmp.Compare(b.Customers, a.Customers), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return all
}
