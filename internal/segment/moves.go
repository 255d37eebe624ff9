package segment

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Lifecycle is where the customers stand in their lives with the shop, and how they moved in a time.
type Lifecycle struct {
	From   cal.Day      `json:"from"`
	To     cal.Day      `json:"to"`
	Stages []NamedShare `json:"stages" doc:"Where the customers are now."`
	Moves  []Move       `json:"moves" doc:"How often one stage led to another in the time."`
	Dwell  []Dwell      `json:"dwell" doc:"How long those who left a stage in the time had been in it."`
	// DormantDays and LostDays are the thresholds in force.
	DormantDays int64 `json:"dormant_days"`
	LostDays    int64 `json:"lost_days"`
}

// Move is an element of the transition matrix.
type Move struct {
	From      Stage `json:"from"`
	To        Stage `json:"to"`
	Customers int64 `json:"customers" doc:"Each as often as it happened to her."`
	ShareBP   int64 `json:"share_bp" doc:"Of all who left the first stage in the time, in hundredths of a percent."`
}

// Dwell is how long a stage lasted.
type Dwell struct {
	Stage      Stage `json:"stage"`
	Left       int64 `json:"left" doc:"How often the stage was left in the time."`
	ShortDays  int64 `json:"short_days" doc:"One of four lasted no longer."`
	MedianDays int64 `json:"median_days"`
	UpperDays  int64 `json:"upper_days" doc:"Three of four lasted no longer."`
	LongDays   int64 `json:"long_days" doc:"Nine of ten lasted no longer."`
}

// Lifecycle returns the stages now and the moves between two days.
func (s *Service) Lifecycle(ctx context.Context, tx *db.Tx, from, to cal.Day) (Lifecycle, error) {
	settings, err := findSettings(ctx, tx)
	if err != nil {
		return Lifecycle{}, err
	}
	l := Lifecycle{From: from, To: to, DormantDays: settings.thresholds.DormantDays, LostDays: settings.thresholds.LostDays}
	cells, err := s.cells(ctx, tx)
	if err != nil {
		return l, fmt.Errorf("read rfm cells: %w", err)
	}
	stages, paid := map[string]sum{}, int64(0)
	for _, c := range cells {
		tot(stages, string(c.stage), c.sum)
		paid += c.paidFen
	}
	l.Stages = namedShares(Stages, stages, paid)
	flows, err := listFlows(ctx, tx, from, to, func(column string) string { return s.Customers.ScopeSQL(ctx, tx, column) })
	if err != nil {
		return l, err
	}
	l.Moves, l.Dwell = movesOf(flows)
	return l, nil
}

// movesOf makes the transition matrix and the dwell times of flows.
func movesOf(flows []flow) (moves []Move, dwell []Dwell) {
	matrix, stayed, left := map[[2]Stage]int64{}, map[Stage]tally{}, map[Stage]int64{}
	for _, f := range flows {
		matrix[[2]Stage{f.from, f.to}] += f.customers
		left[f.from] += f.customers
		if f.from == Lead && f.dwell == 0 {
			continue // She came to be known by her first purchase and never was a lead.
		}
		if stayed[f.from] == nil {
			stayed[f.from] = tally{}
		}
		stayed[f.from][f.dwell] += f.customers
	}
	for _, from := range Stages {
		for _, to := range Stages {
			if n := matrix[[2]Stage{from, to}]; n > 0 {
				moves = append(moves, Move{from, to, n, 10_000 * n / left[from]})
			}
		}
		if t := stayed[from]; t != nil {
			dwell = append(dwell, Dwell{from, t.count(), t.least(25), t.least(50), t.least(75), t.least(90)})
		}
	}
	return moves, dwell
}

// MoveFilter says whose moves are wanted.
type MoveFilter struct {
	Period
	FromStage Stage `query:"from_stage" required:"true" enum:"lead,new,active,dormant,lost"`
	ToStage   Stage `query:"to_stage" required:"true" enum:"lead,new,active,dormant,lost"`
}

// Moved is a customer who went from one stage to another.
type Moved struct {
	Listed
	MovedOn  cal.Day `json:"moved_on"`
	StayDays int64   `json:"stay_days" doc:"How long she had been in the stage before."`
}

// moveRow is a row of stage_changes.
type moveRow struct {
	customer customer.ID
	on       cal.Day
	step     step
	dwell    int64
}

// moved returns who went from one stage to another, latest first, from before a place on.
func (s *Service) moved(ctx context.Context, tx *db.Tx, f MoveFilter, before []int64, limit int) (items []Moved, next []int64, err error) {
	var c conditions
	c.and("from_stage = ? and to_stage = ? and on_day >= ? and on_day <= ?", string(f.FromStage), string(f.ToStage), f.From, f.To)
	c.and(s.Customers.ScopeSQL(ctx, tx, "stage_changes.customer_id"))
	if before != nil {
		on, who, at := before[0], before[1], before[2]
		c.and("(on_day < ? or on_day = ? and (customer_id < ? or customer_id = ? and step < ?))", on, on, who, who, at)
	}
	rows, err := listMoves(ctx, tx, c, limit+1)
	if err != nil {
		return nil, nil, err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = []int64{int64(last.on.Number()), last.customer.Int64(), int64(last.step)}
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.customer.Int64()
	}
	profiles, err := findProfiles(ctx, tx, ids)
	if err != nil {
		return nil, nil, err
	}
	listed, err := s.show(ctx, tx, profiles)
	people := make(map[customer.ID]Listed, len(listed))
	for _, l := range listed {
		people[l.ID] = l
	}
	for _, r := range rows {
		if l, ok := people[r.customer]; ok {
			items = append(items, Moved{l, r.on, r.dwell})
		}
	}
	return items, next, err
}
