package order

import (
	"context"
	"fmt"
	"slices"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/staff"
)

// markWaiting has refunds stand as waiting, without effect and order. The customer goes too where she
// came with the order.
func markWaiting(ctx context.Context, tx *db.Tx, refunds []*Refund) error {
	ids := make([]RefundID, len(refunds))
	for i, r := range refunds {
		ids[i] = r.ID
	}
	for part := range slices.Chunk(ids, chunk) {
		in, args := db.In(0, part)
		_, err := tx.Exec(ctx, `update refunds set state = 'waiting', order_id = null, amount_fen = 0, excess_fen = 0, units = 0,
			customer_id = case when order_no = '' then customer_id end where id in `+in, args...)
		if err != nil {
			return fmt.Errorf("park refunds: %w", err)
		}
		if _, err := tx.Exec(ctx, "delete from refund_lines where asked_quantity = 0 and asked_fen = 0 and refund_id in "+in, args...); err != nil {
			return fmt.Errorf("drop what refund lines came to: %w", err)
		}
		_, err = tx.Exec(ctx, "update refund_lines set order_line_id = null, quantity = asked_quantity, amount_fen = asked_fen where refund_id in "+in, args...)
		if err != nil {
			return fmt.Errorf("park refund lines: %w", err)
		}
		if _, err := tx.Exec(ctx, "delete from order_moves where refund and row_id in "+in, args...); err != nil {
			return fmt.Errorf("forget moves of refunds: %w", err)
		}
	}
	return nil
}

func deleteRefunds(ctx context.Context, tx *db.Tx, refunds []*Refund) error {
	ids := make([]RefundID, len(refunds))
	for i, r := range refunds {
		ids[i] = r.ID
	}
	if err := deleteIn(ctx, tx, "refund_lines where refund_id", ids); err != nil {
		return err
	}
	return deleteIn(ctx, tx, "refunds where id", ids)
}

func deleteOrders(ctx context.Context, tx *db.Tx, orders []Order) error {
	ids := make([]ID, len(orders))
	for i, o := range orders {
		ids[i] = o.ID
	}
	// Lines go after their order: the database keeps those of an order that stands.
	for _, place := range []string{"orders where id", "order_lines where order_id", "order_edits where order_id", "order_moves where not refund and row_id"} {
		if err := deleteIn(ctx, tx, place, ids); err != nil {
			return err
		}
	}
	return nil
}

// ShopsInUse tells which of the shops have an order or a refund.
func (s *Service) ShopsInUse(ctx context.Context, tx *db.Tx, shops []staff.ShopID) (map[staff.ShopID]bool, error) {
	in, args := db.In(0, shops)
	used, err := found[staff.ShopID](ctx, tx, "select distinct shop_id from orders where shop_id in "+in+
		" union select distinct shop_id from refunds where shop_id in "+in, args)
	if err != nil {
		return nil, fmt.Errorf("find shops with orders: %w", err)
	}
	return used, nil
}

// StaffInUse tells which of the people stand on an order or a refund.
func (s *Service) StaffInUse(ctx context.Context, tx *db.Tx, people []staff.ID) (map[staff.ID]bool, error) {
	in, args := db.In(0, people)
	used, err := found[staff.ID](ctx, tx, "select distinct clerk_id from orders where clerk_id in "+in+
		" union select distinct adviser_id from orders where adviser_id in "+in+" union select distinct clerk_id from refunds where clerk_id in "+in, args)
	if err != nil {
		return nil, fmt.Errorf("find clerks with orders: %w", err)
	}
	return used, nil
}

func found[T comparable](ctx context.Context, tx *db.Tx, query string, args []any) (map[T]bool, error) {
	all, err := db.All(ctx, tx, func(scan db.Scan) (one T, err error) { return one, scan(&one) }, query, args...)
	set := make(map[T]bool, len(all))
	for _, one := range all {
		set[one] = true
	}
	return set, err
}

// SoldProducts tells which of the products were sold or stand on a refund. It reads all lines, so it is
// for rare work such as the undo of an import.
func (s *Service) SoldProducts(ctx context.Context, tx *db.Tx, ids []catalog.ID) (map[catalog.ID]bool, error) {
	skus, err := s.Catalog.ListSKUs(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	products := make(map[catalog.SKUID]catalog.ID, len(skus))
	list := make([]catalog.SKUID, len(skus))
	for i, k := range skus {
		products[k.SKU], list[i] = k.Product, k.SKU
	}
	sold := map[catalog.ID]bool{}
	for part := range slices.Chunk(list, chunk) {
		in, args := db.In(0, part)
		_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
			var k catalog.SKUID
			err := scan(&k)
			sold[products[k]] = true
			return struct{}{}, err
		}, "select distinct sku_id from order_lines where sku_id in "+in, args...)
		if err != nil {
			return nil, fmt.Errorf("find products that were sold: %w", err)
		}
	}
	return sold, nil
}
