package segment

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// numbers is what decides the groups of a customer.
type numbers struct {
	first, last int   // days ago
	window, all int64 // purchases
	fen         int64
}

func (n numbers) profile(today cal.Day) *Profile {
	p := &Profile{PurchaseDayCount: n.all, PaidFen: n.fen, Standing: Standing{WindowDayCount: n.window}}
	if n.all > 0 {
		p.FirstOrderOn, p.LastOrderOn = today.Add(-n.first), today.Add(-n.last)
	}
	return p
}

func TestValueGroup_by_the_handbook(t *testing.T) {
	t.Parallel()
	today := day(t, "2026-11-24")
	tests := map[string]struct {
		numbers
		want     ValueGroup
		quadrant Quadrant
		kind     CustomerType
	}{
		"never bought":                      {numbers{}, GroupLead, NoQuadrant, NoType},
		"VIP":                               {numbers{400, 30, 5, 9, 500_001}, GroupVIP, OftenAndMuch, TypeLoyal},
		"31 days ago":                       {numbers{400, 31, 5, 9, 500_001}, GroupFrequent, OftenAndMuch, TypeLoyal},
		"exactly 5000":                      {numbers{400, 30, 5, 9, 500_000}, GroupFrequent, OftenAndMuch, TypeLoyal},
		"often, but little":                 {numbers{400, 3, 6, 9, 90_000}, GroupFrequent, GrowthPotential, TypeCultivate},
		"4 times":                           {numbers{400, 30, 4, 9, 500_001}, GroupActive, OftenAndMuch, TypeLoyal},
		"3 times, 90 days ago":              {numbers{400, 90, 3, 9, 100}, GroupActive, GrowthPotential, TypeCultivate},
		"3 times, 91 days ago":              {numbers{400, 91, 3, 9, 100}, GroupOther, GrowthPotential, TypeCultivate},
		"twice, medium amount":              {numbers{400, 90, 2, 9, 50_000}, GroupPotential, Ordinary, TypeCultivate},
		"once, medium amount":               {numbers{10, 10, 1, 1, 500_000}, GroupPotential, SeldomButMuch, TypeCultivate},
		"once, a small amount, first":       {numbers{10, 10, 1, 1, 49_999}, GroupNew, Ordinary, TypeCultivate},
		"once, a small amount, not first":   {numbers{400, 10, 1, 2, 49_999}, GroupOther, Ordinary, TypeCultivate},
		"once, a large amount":              {numbers{10, 10, 1, 1, 500_001}, GroupOther, SeldomButMuch, TypeCultivate},
		"half a year ago to the day":        {numbers{180, 180, 1, 1, 100}, GroupOther, Ordinary, TypeCultivate},
		"none for half a year, once before": {numbers{181, 181, 0, 1, 100}, GroupDormant, Ordinary, TypeWake},
		"none for half a year, twice":       {numbers{500, 181, 0, 2, 300_000}, GroupDormant, SeldomButMuch, TypeWake},
		"none for half a year, 3 before":    {numbers{500, 181, 0, 3, 300_000}, GroupLapsed, SeldomButMuch, TypeWake},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := test.profile(today)
			if got := handbook.valueGroup(p, today); got != test.want {
				t.Errorf("group = %s, want %s", got, test.want)
			}
			if got := handbook.quadrant(p); got != test.quadrant {
				t.Errorf("quadrant = %s, want %s", got, test.quadrant)
			}
			if got := handbook.customerType(p, today); got != test.kind {
				t.Errorf("type = %s, want %s", got, test.kind)
			}
		})
	}
}

func TestRFMGroup(t *testing.T) {
	t.Parallel()
	want := map[Scores]RFMGroup{
		{}: NoRFMGroup, {5, 5, 5}: ImportantValue, {4, 4, 4}: ImportantValue, {5, 3, 4}: ImportantGrowth, {3, 4, 5}: ImportantKeep,
		{1, 1, 4}: ImportantWinBack, {4, 5, 3}: GeneralValue, {4, 1, 1}: GeneralGrowth, {2, 4, 1}: GeneralKeep, {3, 3, 3}: GeneralWinBack,
	}
	for scores, group := range want {
		if got := scores.Group(); got != group {
			t.Errorf("%s is in %q, want %q", scores, got, group)
		}
	}
}

func TestThresholds_Validate(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*Thresholds)
		want   string // paths of the faults
	}{
		"handbook":                      {func(*Thresholds) {}, ""},
		"lost before dormant":           {func(t *Thresholds) { t.LostDays = t.DormantDays }, "lost_days"},
		"VIP as seldom as active":       {func(t *Thresholds) { t.VIPPurchases = t.ActivePurchases }, "vip_purchases"},
		"medium as much as VIP":         {func(t *Thresholds) { t.PotentialFen = t.VIPFen }, "vip_fen"},
		"active longer than the window": {func(t *Thresholds) { t.ActiveDays = 181 }, "active_days"},
		"nothing given": {func(t *Thresholds) { *t = Thresholds{} },
			"window_days vip_days active_days active_purchases vip_purchases value_purchases vip_fen dormant_days lost_days"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			th := handbook
			test.change(&th)
			var paths []string
			if e, ok := errors.AsType[*errs.Error](th.Validate()); ok {
				for _, f := range e.Fields {
					paths = append(paths, f.Path)
				}
			}
			if got := strings.Join(paths, " "); got != test.want {
				t.Errorf("faults of %q, want %q", got, test.want)
			}
		})
	}
}

func TestPropose(t *testing.T) {
	t.Parallel()
	var s shape
	var buyers []buyer
	for i := range int64(100) {
		buyers = append(buyers, buyer{paidFen: (i + 1) * 1_000})
	}
	s.payments(buyers)
	s.gaps(tally{10: 40, 20: 30, 60: 25, 200: 5})
	s.visits(s.window(), tally{1: 50, 2: 20, 3: 15, 6: 15})
	if !s.enough() {
		t.Fatalf("%+v is not enough to propose from", s)
	}
	p := s.propose()
	want := Thresholds{
		WindowDays: 120, VIPDays: 20, VIPPurchases: 3, VIPFen: 80_000, ActiveDays: 60, ActivePurchases: 2,
		PotentialFen: 50_000, ValuePurchases: 2, ValueFen: 60_000, DormantDays: 60, LostDays: 120,
	}
	if p.Thresholds != want {
		t.Errorf("proposed %+v\nwant %+v", p.Thresholds, want)
	}
	wantWhy := "One buyer in five has paid more than 802.00; together they brought 35 % of the revenue."
	if why := p.Reasons[2].English; why != wantWhy {
		t.Errorf("reason %q, want %q", why, wantWhy)
	}
	if got := handbook.fill(p.Thresholds); got.VIPFen != handbook.VIPFen || got.DormantDays != 60 || got.ValueFen != 60_000 {
		t.Errorf("the handbook filled from the proposal = %+v", got)
	}
}

func TestPropose_is_always_valid(t *testing.T) {
	t.Parallel()
	number := rapid.Int64Range(0, 1_000_000_000)
	rapid.Check(t, func(t *rapid.T) {
		paid := rapid.SliceOfN(number, 3, 3).Draw(t, "paid")
		slices.Sort(paid)
		times := rapid.SliceOfN(rapid.Int64Range(0, 500), 2, 2).Draw(t, "times")
		slices.Sort(times)
		gaps := rapid.SliceOfN(rapid.Int64Range(0, 2_000), 2, 2).Draw(t, "gaps")
		slices.Sort(gaps)
		s := shape{Cycle: gaps[0], Gap90: gaps[1], Paid50: paid[0], Paid60: paid[1], Paid80: paid[2], Times60: times[0], Times80: times[1]}
		p := s.propose()
		if err := p.Thresholds.Validate(); err != nil {
			t.Errorf("shape %+v gives %+v: %v", s, p.Thresholds, err)
		}
		if err := handbook.fill(p.Thresholds).Validate(); err != nil {
			t.Errorf("the handbook filled from %+v: %v", p.Thresholds, err)
		}
	})
}
