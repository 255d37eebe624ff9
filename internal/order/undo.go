package order

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// RemoveImport takes away orders and refunds that an import brought, at most limit of them, and returns
// how many went: call it until none does. Refunds go first. A refund that came from elsewhere and whose
// order goes waits for it again.
func (s *Service) RemoveImport(ctx context.Context, tx *db.Tx, importID int64, limit int) (int, error) {
	refunds, err := listRefunds(ctx, tx, "where r.import_id = $1 order by r.id limit $2", importID, int64(limit))
	if err != nil {
		return 0, err
	}
	if len(refunds) > 0 {
		if err := s.settleOrders(ctx, tx, nil, refunds); err != nil {
			return 0, err
		}
		return len(refunds), deleteRefunds(ctx, tx, refunds)
	}
	orders, err := listOrders(ctx, tx, "where import_id = $1 order by id limit $2", importID, int64(limit))
	if err != nil || len(orders) == 0 {
		return 0, err
	}
	if err := s.parkRefunds(ctx, tx, orders); err != nil {
		return 0, err
	}
	if err := deleteOrders(ctx, tx, orders); err != nil {
		return 0, err
	}
	entries := make([]event.Entry, len(orders))
	for i, o := range orders {
		entries[i] = event.Entry{
			Fact:       Removed{o.ID, o.On, o.PaidFen, o.Units, o.LineCount, o.Channel},
			CustomerID: o.CustomerID.Int64(), ShopID: o.ShopID.Int64(), Subject: o.ID.String(), History: true,
		}
	}
	if err := s.Log.Append(ctx, tx, entries...); err != nil {
		return 0, fmt.Errorf("record removed orders: %w", err)
	}
	return len(orders), nil
}

// parkRefunds has the refunds wait again whose orders go.
func (s *Service) parkRefunds(ctx context.Context, tx *db.Tx, orders []Order) error {
	ids := make([]ID, len(orders))
	for i, o := range orders {
		ids[i] = o.ID
	}
	refunds, err := listRefundsOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	if err := s.settleOrders(ctx, tx, nil, refunds); err != nil {
		return err
	}
	return markWaiting(ctx, tx, refunds)
}
