package segment

import (
	"context"
	"fmt"

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
	MedianDays int64 `json:"median_days"`
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
			dwell = append(dwell, Dwell{from, t.count(), t.least(50), t.least(90)})
		}
	}
	return moves, dwell
}
