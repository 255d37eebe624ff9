package segment

import (
	"fmt"
	"slices"
)

// shape is what the thresholds of a shop are proposed from: how its buyers differ, and how soon they
// come back.
type shape struct {
	Buyers  int64 `json:"buyers"`
	PaidFen int64 `json:"paid_fen"`

	Gaps   int64 `json:"gaps"`   // Gaps is the number of times somebody came back.
	Cycle  int64 `json:"cycle"`  // Cycle is the purchase cycle: the median of days from one purchase to the next.
	Gap90  int64 `json:"gap_90"` // Gap90 is the days within which nine of ten who came back had come.
	Paid50 int64 `json:"paid_50_fen"`
	Paid60 int64 `json:"paid_60_fen"`
	Paid80 int64 `json:"paid_80_fen"`
	Top20  int64 `json:"top_20_fen"` // Top20 is what those above Paid80 paid together.

	Window  int64 `json:"window_days"` // Window is the days that Times60 and Times80 look back on.
	Times60 int64 `json:"times_60"`    // Times60 is the purchases in the window that three of five buyers in it do not exceed.
	Times80 int64 `json:"times_80"`
}

// Least data from which thresholds are proposed.
const (
	leastBuyers = 30
	leastGaps   = 50
)

// enough reports whether there is enough to propose from.
func (s shape) enough() bool { return s.Buyers >= leastBuyers && s.Gaps >= leastGaps }

// tally counts how often each value occurs.
type tally map[int64]int64

// least returns the smallest value that at least percent of all do not exceed.
func (t tally) least(percent int64) int64 {
	var all, sum int64
	values := make([]int64, 0, len(t))
	for v, n := range t {
		values, all = append(values, v), all+n
	}
	slices.Sort(values)
	for _, v := range values {
		if sum += t[v]; 100*sum >= percent*all {
			return v
		}
	}
	return 0
}

func (t tally) count() (n int64) {
	for _, c := range t {
		n += c
	}
	return n
}

// payments sets what the amounts paid by the buyers say.
func (s *shape) payments(buyers []buyer) {
	paid := make([]int64, len(buyers))
	for i, b := range buyers {
		paid[i] = b.paidFen
		s.PaidFen += b.paidFen
	}
	slices.Sort(paid)
	s.Buyers = int64(len(buyers))
	s.Paid50 = quantile(paid, 1, 2) / 2
	s.Paid60 = quantile(paid, 3, 5) / 5
	s.Paid80 = quantile(paid, 4, 5) / 5
	for _, fen := range paid {
		if fen > s.Paid80 {
			s.Top20 += fen
		}
	}
}

// gaps sets what the days between purchases say.
func (s *shape) gaps(gaps tally) {
	s.Gaps, s.Cycle, s.Gap90 = gaps.count(), gaps.least(50), gaps.least(90)
}

// visits sets what the number of purchases in the last window days says.
func (s *shape) visits(window int64, times tally) {
	s.Window, s.Times60, s.Times80 = window, times.least(60), times.least(80)
}

// window returns the days of the proposed half year: six purchase cycles, as 180 days are to 30.
func (s shape) window() int64 { return 6 * s.cycle() }

// cycle returns the purchase cycle within what makes sense for thresholds.
func (s shape) cycle() int64 { return min(max(s.Cycle, 7), 120) }

// Reason explains in one sentence where proposed thresholds come from.
type Reason struct {
	Thresholds []string         `json:"thresholds" doc:"The names of the thresholds it explains."`
	Chinese    string           `json:"zh"`
	English    string           `json:"en"`
	Numbers    map[string]int64 `json:"numbers" doc:"The numbers in the sentence."`
}

// Proposal is a set of thresholds that fit the shop's own sales, with the reasons.
type Proposal struct {
	Thresholds Thresholds `json:"thresholds"`
	Reasons    []Reason   `json:"reasons"`
}

// propose returns thresholds for a shop of this shape. The handbook's numbers, 30, 90 and 180 days, suit
// a shop whose customers come back about once a month; for another they are stretched by its cycle.
func (s shape) propose() Proposal {
	c := s.cycle()
	t := Thresholds{
		VIPDays: c, ActiveDays: 3 * c, WindowDays: s.window(),
		ActivePurchases: max(2, s.Times60), PotentialFen: roundDown(s.Paid50),
		VIPFen: roundDown(s.Paid80), ValueFen: roundDown(s.Paid60),
		DormantDays: min(max(s.Gap90, 14), 540),
	}
	t.VIPPurchases = max(t.ActivePurchases+1, s.Times80)
	t.ValuePurchases = t.ActivePurchases
	t.VIPFen = max(t.VIPFen, t.PotentialFen+1)
	t.LostDays = 2 * t.DormantDays
	return Proposal{Thresholds: t, Reasons: s.reasons(t)}
}

func (s shape) reasons(t Thresholds) []Reason {
	var share int64
	if s.PaidFen > 0 {
		share = 100 * s.Top20 / s.PaidFen
	}
	return []Reason{{
		Thresholds: []string{"vip_days", "active_days", "window_days"},
		Chinese: fmt.Sprintf("一半的回头客在 %d 天内再次购买（统计了 %d 次间隔），所以以一个、三个、六个周期为界：%d、%d、%d 天。",
			s.Cycle, s.Gaps, t.VIPDays, t.ActiveDays, t.WindowDays),
		English: fmt.Sprintf("Half of those who come back do so within %d days (%d intervals), so the bounds are one, three and six such cycles: %d, %d and %d days.",
			s.Cycle, s.Gaps, t.VIPDays, t.ActiveDays, t.WindowDays),
		Numbers: map[string]int64{"cycle": s.Cycle, "gaps": s.Gaps},
	}, {
		Thresholds: []string{"vip_purchases", "active_purchases", "value_purchases"},
		Chinese: fmt.Sprintf("最近 %d 天（到最后一笔销售为止）买过的顾客里，五分之三不超过 %d 次，五分之四不超过 %d 次。",
			s.Window, s.Times60, s.Times80),
		English: fmt.Sprintf("Of those who bought in the %d days up to the last sale, three in five did so %d times at most, four in five %d times at most.",
			s.Window, s.Times60, s.Times80),
		Numbers: map[string]int64{"window_days": s.Window, "times_60": s.Times60, "times_80": s.Times80},
	}, {
		Thresholds: []string{"vip_fen"},
		Chinese:    fmt.Sprintf("五分之一的顾客累计消费超过 %s，她们带来了 %d%% 的销售额。", decimal(s.Paid80), share),
		English:    fmt.Sprintf("One buyer in five has paid more than %s; together they brought %d %% of the revenue.", decimal(s.Paid80), share),
		Numbers:    map[string]int64{"paid_80_fen": s.Paid80, "share_percent": share},
	}, {
		Thresholds: []string{"potential_fen", "value_fen"},
		Chinese:    fmt.Sprintf("一半的顾客累计消费不超过 %s，五分之三不超过 %s。", decimal(s.Paid50), decimal(s.Paid60)),
		English:    fmt.Sprintf("Half of the buyers have paid %s at most, three in five %s at most.", decimal(s.Paid50), decimal(s.Paid60)),
		Numbers:    map[string]int64{"paid_50_fen": s.Paid50, "paid_60_fen": s.Paid60},
	}, {
		Thresholds: []string{"dormant_days", "lost_days"},
		Chinese:    fmt.Sprintf("十次复购有九次发生在 %d 天内；更久没来算沉睡，两倍时间没来算流失。", s.Gap90),
		English:    fmt.Sprintf("Nine of ten repeat purchases come within %d days; who stays away longer is dormant, and lost after twice as long.", s.Gap90),
		Numbers:    map[string]int64{"gap_90": s.Gap90},
	}}
}

// fill returns the thresholds with what the handbook gives no number for taken from a proposal.
func (t Thresholds) fill(p Thresholds) Thresholds {
	t.PotentialFen = min(p.PotentialFen, t.VIPFen-1)
	t.ValuePurchases, t.ValueFen = p.ValuePurchases, p.ValueFen
	t.DormantDays, t.LostDays = p.DormantDays, p.LostDays
	return t
}

// near reports whether the thresholds of a proposal differ from t by a tenth at most, too little to
// move customers about for.
func (t Thresholds) near(p Thresholds) bool {
	close := func(a, b int64) bool { return 10*max(a-b, b-a) <= max(a, b) }
	return close(t.PotentialFen, p.PotentialFen) && close(t.ValuePurchases, p.ValuePurchases) && close(t.ValueFen, p.ValueFen) &&
		close(t.DormantDays, p.DormantDays) && close(t.LostDays, p.LostDays)
}

// roundDown returns an amount with its first two digits only: 177,384 gives 170,000.
func roundDown(fen int64) int64 {
	unit := int64(1)
	for fen/unit >= 100 {
		unit *= 10
	}
	return fen / unit * unit
}

// decimal writes an amount of fen in the main unit, without its currency.
func decimal(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }
