package segment

import "github.com/shuke-crm/shuke/internal/platform/cal"

// Stage is where a customer stands in her life with the shop.
type Stage string

// The stages. A purchase leads on from lead to new to active, and back to active from dormant and lost;
// days without one lead to dormant and then to lost.
const (
	Lead    Stage = "lead"    // Known, but never bought.
	New     Stage = "new"     // Bought on one day, lately.
	Active  Stage = "active"  // Bought again, lately.
	Dormant Stage = "dormant" // Not for longer than nearly all who come back take.
	Lost    Stage = "lost"    // Not for much longer than that.
)

// Stages lists the stages in order.
var Stages = []Stage{Lead, New, Active, Dormant, Lost}

// step is the place of a change within its day.
type step int64

const (
	byDay      step = iota // The day itself began: too many days without a purchase.
	byPurchase             // She bought.
	bySettings             // The thresholds were changed.
)

// String returns the cause as the API names it.
func (s step) String() string { return [...]string{"day", "purchase", "settings"}[s] }

// change is one entry of the log of stages.
type change struct {
	on       cal.Day
	step     step
	from, to Stage
	dwell    int64 // dwell is the number of days in the stage before.
	pos      int64 // pos is the place of the deciding fact in the log of facts; 0 if days alone decided.
}

// stage returns the stage of a customer on a day: a pure function of her purchases, the thresholds and
// the day. It is the last stage of the timeline.
func (t Thresholds) stage(purchaseDays int64, lastOn, today cal.Day) Stage {
	since := int64(today.Sub(lastOn))
	switch {
	case purchaseDays == 0:
		return Lead
	case since > t.LostDays:
		return Lost
	case since > t.DormantDays:
		return Dormant
	case purchaseDays == 1:
		return New
	default:
		return Active
	}
}

// timeline returns every change of stage of a customer up to a day, from the days she bought on, in
// order and each once. A stage ends when its day begins, so she who comes on the very day she became
// dormant was dormant, and is active again.
func (t Thresholds) timeline(createdOn cal.Day, bought []cal.Day, today cal.Day) []change {
	var changes []change
	stage, since := Lead, createdOn
	enter := func(on cal.Day, by step, to Stage) {
		changes = append(changes, change{on: on, step: by, from: stage, to: to, dwell: int64(max(0, on.Sub(since)))})
		stage, since = to, on
	}
	fade := func(lastOn, until cal.Day) {
		if on := lastOn.Add(int(t.DormantDays) + 1); !until.Before(on) {
			enter(on, byDay, Dormant)
		}
		if on := lastOn.Add(int(t.LostDays) + 1); !until.Before(on) {
			enter(on, byDay, Lost)
		}
	}
	for i, on := range bought {
		to := New
		if i > 0 {
			fade(bought[i-1], on)
			to = Active
		}
		if to != stage {
			enter(on, byPurchase, to)
		}
	}
	if n := len(bought); n > 0 {
		fade(bought[n-1], today)
	}
	return changes
}

// splice joins the changes kept of an earlier log, all before a day, with those of the timeline from
// that day on. The joint is made to fit: thresholds may have changed since the kept part was written.
func splice(kept, fresh []change, createdOn cal.Day) []change {
	joined := kept
	for _, c := range fresh {
		c.from, c.dwell = Lead, int64(max(0, c.on.Sub(createdOn)))
		if n := len(joined); n > 0 {
			c.from, c.dwell = joined[n-1].to, int64(max(0, c.on.Sub(joined[n-1].on)))
		}
		if c.from != c.to {
			joined = append(joined, c)
		}
	}
	return joined
}

// nextStage says which stage a customer enters if she does not buy, and in how many days; ok is false
// for those who stay: leads and the lost.
func (t Thresholds) nextStage(p *Profile, today cal.Day) (next Stage, inDays int64, ok bool) {
	since := recency(p.LastOrderOn, today)
	switch p.Stage {
	case New, Active:
		return Dormant, max(0, t.DormantDays+1-since), true
	case Dormant:
		return Lost, max(0, t.LostDays+1-since), true
	default:
		return "", 0, false
	}
}
