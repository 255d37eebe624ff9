package segment

import (
	"context"
	"slices"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Figures are the numbers of one customer, with what they mean.
type Figures struct {
	CustomerID customer.ID `json:"customer_id"`
	Numbers
	AverageOrderFen int64         `json:"average_order_fen,omitempty" doc:"Paid per order."`
	IntervalDays    int64         `json:"interval_days,omitempty" doc:"Median of the days from one purchase to the next; absent before the second."`
	NextStage       Stage         `json:"next_stage,omitempty" doc:"Where she goes if she does not buy."`
	NextStageInDays *int64        `json:"next_stage_in_days,omitempty"`
	Scores          []ScoreReason `json:"scores"`
	Stages          []StageEntry  `json:"stages" doc:"The log of her stages, latest first."`
}

// ScoreReason says why a score is what it is.
type ScoreReason struct {
	Of    string   `json:"of" enum:"recency,frequency,monetary"`
	Score int64    `json:"score"`
	Value int64    `json:"value" doc:"Days, purchase days, or fen."`
	Above *float64 `json:"above,omitempty" doc:"The value is above this edge, and not above the next."`
	UpTo  *float64 `json:"up_to,omitempty"`
}

// StageEntry is an entry of the log of stages.
type StageEntry struct {
	On        cal.Day `json:"on"`
	From      Stage   `json:"from"`
	To        Stage   `json:"to"`
	Cause     string  `json:"cause" enum:"day,purchase,settings"`
	DwellDays int64   `json:"dwell_days" doc:"Days in the stage before."`
	Fact      int64   `json:"fact,omitempty" doc:"The place in the log of the fact that decided."`
}

// maxStageEntries bounds how much of the log of stages is shown.
const maxStageEntries = 50

// Figures returns the numbers of a customer within the caller's scope: customer.not_found else. For one
// who was merged it returns those of the survivor.
func (s *Service) Figures(ctx context.Context, tx *db.Tx, id customer.ID) (Figures, error) {
	survivor, err := s.Customers.FindMerged(ctx, tx, id)
	if err != nil {
		return Figures{}, err
	}
	p, err := findProfile(ctx, tx, survivor.Int64(), s.Customers.ScopeSQL(ctx, tx, "profiles.customer_id"))
	if db.NoRows(err) {
		return Figures{}, errs.New(errs.NotFound, "customer.not_found", "there is no such customer")
	}
	if err != nil {
		return Figures{}, wrap("read profile", err)
	}
	b, err := s.basis(ctx, tx)
	if err != nil {
		return Figures{}, err
	}
	days, err := listDays(ctx, tx, []int64{survivor.Int64()})
	if err != nil {
		return Figures{}, err
	}
	logs, err := listChanges(ctx, tx, []int64{survivor.Int64()})
	if err != nil {
		return Figures{}, err
	}
	f := Figures{CustomerID: p.CustomerID, Numbers: p.numbers(b.today), Scores: b.reasons(p.Profile)}
	if p.OrderCount > 0 {
		f.AverageOrderFen = p.PaidFen / p.OrderCount
	}
	gaps := tally{}
	bought := days[survivor.Int64()]
	for i := 1; i < len(bought); i++ {
		gaps[int64(bought[i].Sub(bought[i-1]))]++
	}
	f.IntervalDays = gaps.least(50)
	if next, in, ok := b.thresholds.nextStage(&p.Profile, b.today); ok {
		f.NextStage, f.NextStageInDays = next, &in
	}
	log := logs[survivor.Int64()]
	for _, c := range slices.Backward(log[max(0, len(log)-maxStageEntries):]) {
		f.Stages = append(f.Stages, StageEntry{c.on, c.from, c.to, c.step.String(), c.dwell, c.pos})
	}
	return f, nil
}

// reasons explains the stored scores by the edges around the value.
func (b basis) reasons(p Profile) []ScoreReason {
	if p.Scores.R == 0 {
		return nil
	}
	since := recency(p.LastOrderOn, b.today)
	return []ScoreReason{
		explain("recency", p.Scores.R, since, b.edges.Recency),
		explain("frequency", p.Scores.F, p.PurchaseDayCount, b.edges.Frequency),
		explain("monetary", p.Scores.M, p.PaidFen, b.edges.Monetary),
	}
}

func explain(of string, score, value int64, edges [4]int64) ScoreReason {
	r := ScoreReason{Of: of, Score: score, Value: value}
	below := edgesBelow(edges, value)
	if below > 0 {
		r.Above = new(float64(edges[below-1]) / 5)
	}
	if below < 4 {
		r.UpTo = new(float64(edges[below]) / 5)
	}
	return r
}
