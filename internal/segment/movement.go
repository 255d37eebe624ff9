package segment

import (
	"context"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Movement is an entry of the log of members.
type Movement struct {
	Customer customer.Summary `json:"customer"`
	Turning
}

// Turning is that somebody entered or left, and why.
type Turning struct {
	Entered bool        `json:"entered" doc:"Else she left"`
	At      time.Time   `json:"at"`
	Cause   string      `json:"cause" enum:"fact,time,rule,start" doc:"Something happened; time went by; the rule was changed; the segment was new"`
	Fact    *FactInLog  `json:"fact,omitempty" doc:"What happened"`
	Tests   []TestAsWas `json:"tests" doc:"The tests that the fact or the time could turn, as they came out then"`
}

// FactInLog is a fact that decided.
type FactInLog struct {
	Kind       event.Kind `json:"kind"`
	Subject    string     `json:"subject,omitempty"`
	HappenedAt time.Time  `json:"happened_at"`
}

// TestAsWas is a test as it came out when somebody entered or left.
type TestAsWas struct {
	Outcome
	Test Test `json:"test" doc:"As the rule had it then"`
}

// movementRow is a row of segment_changes.
type movementRow struct {
	id, customer int64
	entered      bool
	at           time.Time
	cause        cause
	pos          int64
	tests        []outcome
}

// MovementFilter says which entries of the log of members are wanted.
type MovementFilter struct {
	From      cal.Day `query:"from"`
	To        cal.Day `query:"to"`
	Direction string  `query:"direction" enum:"entered,left"`
}

// movements returns entries of the log of a segment, latest first, from before a place on.
func (s *Service) movements(ctx context.Context, tx *db.Tx, segment ID, f MovementFilter, before []int64, limit int) (items []Movement, next []int64, err error) {
	if _, err := s.find(ctx, tx, segment); err != nil {
		return nil, nil, err
	}
	if !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From) {
		return nil, nil, errs.New(errs.Invalid, "segment.range", "from is later than to")
	}
	var c conditions
	c.and("segment_id = ?", segment)
	c.and(s.Customers.ScopeSQL(ctx, tx, "segment_changes.customer_id"))
	if !f.From.IsZero() {
		c.and("at >= ?", f.From.Start(s.Staff.Zone()).UnixMilli())
	}
	if !f.To.IsZero() {
		c.and("at < ?", f.To.Add(1).Start(s.Staff.Zone()).UnixMilli())
	}
	if f.Direction != "" {
		c.and("entered = ?", f.Direction == "entered")
	}
	if before != nil {
		c.and("(at < ? or at = ? and id < ?)", before[0], before[0], before[1])
	}
	rows, err := listMovements(ctx, tx, c, limit+1)
	if err != nil {
		return nil, nil, err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = []int64{rows[limit-1].at.UnixMilli(), rows[limit-1].id}
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.customer
	}
	people, err := s.Customers.Summaries(ctx, tx, idsOf(ids))
	if err != nil {
		return nil, nil, err
	}
	turnings, err := s.turnings(ctx, tx, rows)
	if err != nil {
		return nil, nil, err
	}
	for i, r := range rows {
		if who, ok := people[customerID(r.customer)]; ok {
			items = append(items, Movement{who, turnings[i]})
		}
	}
	return items, next, nil
}

// turnings returns entries of the log as they are shown.
func (s *Service) turnings(ctx context.Context, tx *db.Tx, rows []movementRow) ([]Turning, error) {
	var places []int64
	for _, r := range rows {
		if r.pos != 0 {
			places = append(places, r.pos)
		}
	}
	facts, err := event.ListAt(ctx, tx, places)
	if err != nil {
		return nil, err
	}
	c, err := s.Catalogue(ctx, tx)
	if err != nil {
		return nil, err
	}
	all := make([]Turning, len(rows))
	for i, r := range rows {
		all[i] = Turning{Entered: r.entered, At: r.at, Cause: string(r.cause)}
		if f, ok := facts[r.pos]; ok {
			all[i].Fact = &FactInLog{f.Kind, f.Subject, f.HappenedAt}
		}
		for _, o := range r.tests {
			all[i].Tests = append(all[i].Tests, TestAsWas{Outcome{o.Path, c.TestSentence(o.Test, Chinese), c.TestSentence(o.Test, English), o.Holds, o.Value}, *o.Test})
		}
	}
	return all, nil
}

// Why is why a customer is or is not in a segment.
type Why struct {
	Explanation
	SinceAt    *time.Time `json:"since_at,omitempty" doc:"Since when she is a member"`
	LastChange *Turning   `json:"last_change,omitempty"`
}

// Why explains whether a customer is in a segment. The errors are segment.not_found and customer.not_found.
func (s *Service) Why(ctx context.Context, tx *db.Tx, segment ID, one customer.ID) (Why, error) {
	g, err := s.find(ctx, tx, segment)
	if err != nil {
		return Why{}, err
	}
	c, err := s.Catalogue(ctx, tx)
	if err != nil {
		return Why{}, err
	}
	if one, err = s.Customers.Visible(ctx, tx, one); err != nil {
		return Why{}, err
	}
	var w Why
	if w.Explanation, err = s.Explain(ctx, tx, c, g.rule, one); err != nil {
		return w, err
	}
	since, err := findSince(ctx, tx, segment, one)
	if err != nil {
		return w, err
	}
	if !since.IsZero() {
		w.SinceAt = &since
	}
	var last conditions
	last.and("segment_id = ? and customer_id = ?", segment, one)
	rows, err := listMovements(ctx, tx, last, 1)
	if err != nil || len(rows) == 0 {
		return w, err
	}
	turnings, err := s.turnings(ctx, tx, rows)
	if err != nil {
		return w, err
	}
	w.LastChange = &turnings[0]
	return w, nil
}

// maxTrendDays bounds a trend.
const maxTrendDays = 731

// Trend returns the members of a segment day after day, from the day it was made on; by default over the last
// 30 days. The error is segment.not_found or segment.range.
func (s *Service) Trend(ctx context.Context, tx *db.Tx, segment ID, from, to cal.Day) ([]TrendDay, error) {
	g, err := s.find(ctx, tx, segment)
	if err != nil {
		return nil, err
	}
	today := cal.DayOf(tx.Now, s.Staff.Zone())
	if to.IsZero() || today.Before(to) {
		to = today
	}
	if from.IsZero() {
		from = to.Add(1 - trendDays)
	}
	if to.Before(from) || to.Sub(from) >= maxTrendDays {
		return nil, errs.New(errs.Invalid, "segment.range", "a trend has from 1 to %d days up to today", maxTrendDays)
	}
	rows, err := s.rows(ctx, tx, []saved{g})
	if err != nil {
		return nil, err
	}
	flows, err := s.dayFlows(ctx, tx, segment, from, today)
	if err != nil {
		return nil, err
	}
	return trend(flows[segment], rows[0].Members, s.later(from, g), to, today), nil
}
