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

// mark is a number in a column of profiles; a profile is above it or not.
type mark struct {
	column string
	above  int64
}

// marks returns all numbers by which the thresholds tell profiles apart on a day: those that are above the same ones
// are in the same group. Window is the column of the purchase days in the window.
func (t Thresholds) marks(g Grouping, today cal.Day, window string) []mark {
	within := func(column string, days int64) mark { return mark{column, int64(today.Add(-int(days)).Number()) - 1} }
	bought := mark{"purchase_day_count", 0}
	switch g {
	case ByQuadrant:
		return []mark{bought, {window, t.ValuePurchases - 1}, {"paid_fen", t.ValueFen}}
	case ByStage:
		return []mark{bought, {"purchase_day_count", 1}, within("last_order_on", t.DormantDays), within("last_order_on", t.LostDays)}
	default:
		return []mark{
			bought, {"purchase_day_count", t.ActivePurchases - 1}, {window, 0}, {window, t.ActivePurchases - 1}, {window, t.VIPPurchases - 1},
			{"paid_fen", t.PotentialFen - 1}, {"paid_fen", t.VIPFen}, within("first_order_on", t.ActiveDays),
			within("last_order_on", t.VIPDays), within("last_order_on", t.ActiveDays), within("last_order_on", t.WindowDays),
		}
	}
}

// WhatIf groups every customer by other thresholds and changes nothing. It puts together whom the thresholds do not
// tell apart, so that a large shop is a few hundred rows. The error is segment.thresholds.
func (s *Service) WhatIf(ctx context.Context, tx *db.Tx, t Thresholds, g Grouping) (WhatIf, error) {
	if err := t.Validate(); err != nil {
		return WhatIf{}, err
	}
	b, err := s.basis(ctx, tx)
	if err != nil {
		return WhatIf{}, err
	}
	// Until a new version of the thresholds has gone through everybody, the days are counted by the one before.
	recounts := t.WindowDays != b.thresholds.WindowDays || b.state.version != b.settings.version
	window := keptWindow
	if recounts && g != ByStage {
		window = windowSince(b.today.Add(-int(t.WindowDays)))
	}
	scope := s.Customers.ScopeSQL(ctx, tx, "profiles.customer_id")
	everybody, err := sumAlike(ctx, tx, g, t.marks(g, b.today, window.column), window, scope)
	if err != nil {
		return WhatIf{}, err
	}
	before, after, moves := map[string]sum{}, map[string]sum{}, map[[2]string]int64{}
	var movers []alike
	for _, a := range everybody {
		from, to := a.group, g.by(&a.least, t, b.today)
		tot(before, from, a.sum)
		tot(after, to, a.sum)
		if from != to {
			moves[[2]string{from, to}] += a.customers
			movers = append(movers, a)
		}
	}
	profiles, err := richestOf(ctx, tx, g, movers, t.marks(g, b.today, window.ofOne), scope)
	if err == nil && recounts {
		err = recount(ctx, tx, profiles, b, t)
	}
	if err != nil {
		return WhatIf{}, err
	}
	w := WhatIf{Groups: shifts(g, before, after), Moves: sortedMoves(moves)}
	w.Sample, err = s.sampled(ctx, tx, profiles, func(p *Profile) (from, to string) { return g.now(p), g.by(p, t, b.today) })
	return w, err
}

// sampled returns profiles as they are shown, with their move.
func (s *Service) sampled(ctx context.Context, tx *db.Tx, profiles []Profile, move func(*Profile) (from, to string)) ([]Shifted, error) {
	by := map[customer.ID]*Profile{}
	for i, p := range profiles {
		by[p.CustomerID] = &profiles[i]
	}
	listed, err := s.show(ctx, tx, profiles)
	sample := make([]Shifted, len(listed))
	for i, l := range listed {
		from, to := move(by[l.ID])
		sample[i] = Shifted{l, from, to}
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
