package segment

import (
	"context"
	"math"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Comparison sets two segments side by side, over the customers that the caller sees.
type Comparison struct {
	A    Part `json:"a"`
	B    Part `json:"b"`
	Both Part `json:"both" doc:"Those who are in both"`
}

// Part is the figures of some customers.
type Part struct {
	Customers           int64                `json:"customers"`
	Orders              int64                `json:"orders"`
	PaidFen             int64                `json:"paid_fen"`
	AverageOrderFen     int64                `json:"average_order_fen" doc:"Paid per order; 0 without orders"`
	PurchaseDaysPerHead float64              `json:"purchase_days_per_head" doc:"Days with a purchase per customer, to two decimals"`
	Stages              map[Stage]int64      `json:"stages"`
	ValueGroups         map[ValueGroup]int64 `json:"value_groups"`
}

// Compare compares two segments. The error is segment.not_found.
func (s *Service) Compare(ctx context.Context, tx *db.Tx, a, b ID) (c Comparison, err error) {
	for _, segment := range []ID{a, b} {
		if _, err := s.find(ctx, tx, segment); err != nil {
			return c, err
		}
	}
	for _, part := range []struct {
		into *Part
		of   []ID
	}{{&c.A, []ID{a}}, {&c.B, []ID{b}}, {&c.Both, []ID{a, b}}} {
		var among conditions
		among.and(s.Customers.ScopeSQL(ctx, tx, "profiles.customer_id"))
		for _, segment := range part.of {
			among.and("customer_id in (select customer_id from segment_members where segment_id = ?)", segment)
		}
		cells, err := listParts(ctx, tx, among)
		if err != nil {
			return c, err
		}
		*part.into = partOf(cells)
	}
	return c, nil
}

// partRow is the sums of the customers of a stage and value group.
type partRow struct {
	stage                   Stage
	group                   ValueGroup
	customers, orders, days int64
	paidFen                 int64
}

func partOf(cells []partRow) Part {
	p := Part{Stages: map[Stage]int64{}, ValueGroups: map[ValueGroup]int64{}}
	var days int64
	for _, c := range cells {
		p.Customers += c.customers
		p.Orders += c.orders
		p.PaidFen += c.paidFen
		days += c.days
		p.Stages[c.stage] += c.customers
		p.ValueGroups[c.group] += c.customers
	}
	if p.Orders > 0 {
		p.AverageOrderFen = p.PaidFen / p.Orders
	}
	if p.Customers > 0 {
		p.PurchaseDaysPerHead = math.Round(100*float64(days)/float64(p.Customers)) / 100
	}
	return p
}
