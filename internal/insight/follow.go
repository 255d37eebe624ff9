package insight

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// sums are what a batch of facts adds to a place.
type sums struct{ orders, units, paid, anonymousOrders, anonymous, refunds, refunded int64 }

// batch is what a batch of facts adds, and whose purchases it touches.
type batch struct {
	sums    map[place]*sums
	touched map[int64]bool
	on      span // on is the days whose purchases may be others than before.
}

// follow adds the facts to the sums by day and derives the purchases of the customers they touch again.
// The sums grow by difference, since a day of a large shop is long; the purchases of a customer are few,
// and reading her orders is right whatever happened to them.
func (s *Service) follow(ctx context.Context, tx *db.Tx, records []event.Record) error {
	b := batch{sums: map[place]*sums{}, touched: map[int64]bool{}, on: span{math.MaxInt32, math.MinInt32}}
	for _, r := range records {
		if err := b.take(r); err != nil {
			return err
		}
	}
	if err := addSums(ctx, tx, b.sums); err != nil {
		return err
	}
	return derive(ctx, tx, slices.Sorted(maps.Keys(b.touched)), b.on)
}

func (b *batch) at(on cal.Day, shop int64, channel string) *sums {
	p := place{on.Number(), shop, channel}
	if b.sums[p] == nil {
		b.sums[p] = &sums{}
	}
	return b.sums[p]
}

// touch notes that purchases of a customer on some days may be others than before.
func (b *batch) touch(customer int64, on span) {
	if customer != 0 {
		b.touched[customer] = true
		b.on = span{min(b.on.from, on.from), max(b.on.to, on.to)}
	}
}

// take notes what one fact adds, and whom it touches.
func (b *batch) take(r event.Record) error {
	switch r.Kind {
	case order.PaidKind:
		var f order.Paid
		if err := r.Decode(&f); err != nil {
			return err
		}
		b.at(f.On, r.ShopID, f.Channel).sold(1, f.PaidFen, f.Units, r.CustomerID)
		b.touch(r.CustomerID, only(f.On))
	case order.RemovedKind:
		var f order.Removed
		if err := r.Decode(&f); err != nil {
			return err
		}
		b.at(f.On, r.ShopID, f.Channel).sold(-1, f.PaidFen, f.Units, r.CustomerID)
		b.touch(r.CustomerID, only(f.On))
	case order.EditedKind:
		var f order.Edited
		if err := r.Decode(&f); err != nil {
			return err
		}
		b.at(f.Was.On, f.Was.ShopID.Int64(), f.Was.Channel).sold(-1, f.Was.PaidFen, f.Was.Units, r.CustomerID)
		b.at(f.On, r.ShopID, f.Channel).sold(1, f.PaidFen, f.Units, r.CustomerID)
		b.touch(r.CustomerID, only(f.Was.On))
		b.touch(r.CustomerID, only(f.On))
	case order.ClaimedKind:
		var f order.Claimed
		if err := r.Decode(&f); err != nil {
			return err
		}
		if f.PaidFen > 0 {
			sum := b.at(f.On, r.ShopID, f.Channel)
			sum.anonymousOrders--
			sum.anonymous -= f.PaidFen
		}
		b.touch(r.CustomerID, only(f.On))
	case order.RefundedKind:
		var f order.Refunded
		if err := r.Decode(&f); err != nil {
			return err
		}
		b.at(f.On, r.ShopID, f.Channel).refund(1, f.AmountFen)
	case order.RefundRemovedKind:
		var f order.RefundRemoved
		if err := r.Decode(&f); err != nil {
			return err
		}
		b.at(f.On, r.ShopID, f.Channel).refund(-1, f.AmountFen)
	case "customer.merged", "customer.unmerged":
		var f struct {
			SurvivorID customer.ID `json:"survivor_id"`
			MergedID   customer.ID `json:"merged_id"`
		}
		if err := r.Decode(&f); err != nil {
			return err
		}
		life := span{math.MinInt32, math.MaxInt32}
		b.touch(f.SurvivorID.Int64(), life)
		b.touch(f.MergedID.Int64(), life)
	default:
		return fmt.Errorf("insight does not follow %s", r.Kind)
	}
	return nil
}

// sold counts an order in (sign 1) or out (-1). An order of 0 fen is no purchase.
func (s *sums) sold(sign, paid, units, customer int64) {
	if paid <= 0 {
		return
	}
	s.orders += sign
	s.units += sign * units
	s.paid += sign * paid
	if customer == 0 {
		s.anonymousOrders += sign
		s.anonymous += sign * paid
	}
}

func (s *sums) refund(sign, amount int64) {
	s.refunds += sign
	s.refunded += sign * amount
}

func addSums(ctx context.Context, tx *db.Tx, byPlace map[place]*sums) error {
	// In one order always, so that two writers on PostgreSQL do not wait for each other in a ring.
	places := slices.SortedFunc(maps.Keys(byPlace), comparePlaces)
	rows := make([][]any, len(places))
	for i, p := range places {
		s := byPlace[p]
		rows[i] = []any{p.on, p.shop, p.channel, s.orders, s.units, s.paid, s.anonymousOrders, s.anonymous, s.refunds, s.refunded}
	}
	_, err := db.InsertRows(ctx, tx, "kpi_days",
		"on_day, shop_id, channel, orders, units, paid_fen, anonymous_orders, anonymous_fen, refunds, refund_fen", rows,
		`on conflict (on_day, shop_id, channel) do update set
			orders = kpi_days.orders + excluded.orders,
			units = kpi_days.units + excluded.units,
			paid_fen = kpi_days.paid_fen + excluded.paid_fen,
			anonymous_orders = kpi_days.anonymous_orders + excluded.anonymous_orders,
			anonymous_fen = kpi_days.anonymous_fen + excluded.anonymous_fen,
			refunds = kpi_days.refunds + excluded.refunds,
			refund_fen = kpi_days.refund_fen + excluded.refund_fen`)
	if err != nil || !slices.ContainsFunc(places, func(p place) bool { return byPlace[p].orders < 0 || byPlace[p].refunds < 0 }) {
		return err
	}
	// What an undone import had brought is gone; so are its places.
	if _, err := tx.Exec(ctx, "delete from kpi_days where orders = 0 and refunds = 0"); err != nil {
		return fmt.Errorf("delete empty days: %w", err)
	}
	return nil
}

// Rebuild empties the figures and follows the whole log again.
func (s *Service) Rebuild(ctx context.Context) error {
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, table := range []string{"kpi_days", "sales_days", "buyers", "day_buyers", "cohort_cells"} {
			if _, err := tx.Exec(ctx, "delete from "+table); err != nil {
				return fmt.Errorf("empty %s: %w", table, err)
			}
		}
		return s.Log.Rewind(ctx, tx, follower)
	})
	if err != nil {
		return err
	}
	return s.Log.CatchUp(ctx)
}
