package order

import (
	"context"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// moveToSurvivor gives the orders and refunds of a merged customer to the survivor, and notes which.
func moveToSurvivor(ctx context.Context, tx *db.Tx, merge customer.MergeID, from, to customer.ID) error {
	for _, statement := range []string{
		"insert into order_moves (merge_id, refund, row_id) select $1, false, id from orders where customer_id = $2",
		"insert into order_moves (merge_id, refund, row_id) select $1, true, id from refunds where customer_id = $2",
	} {
		if _, err := tx.Exec(ctx, statement, merge, from); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		"update orders set customer_id = $1 where customer_id = $2",
		"update refunds set customer_id = $1 where customer_id = $2",
	} {
		if _, err := tx.Exec(ctx, statement, to, from); err != nil {
			return err
		}
	}
	return nil
}

// moveBack gives back what a merge moved, also when its order got a refund since.
func moveBack(ctx context.Context, tx *db.Tx, merge customer.MergeID, to customer.ID) error {
	for _, statement := range []string{
		"update orders set customer_id = $1 where id in (select row_id from order_moves where merge_id = $2 and not refund)",
		`update refunds set customer_id = $1 where id in (select row_id from order_moves where merge_id = $2 and refund)
			or order_id in (select row_id from order_moves where merge_id = $2 and not refund)`,
	} {
		if _, err := tx.Exec(ctx, statement, to, merge); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, "delete from order_moves where merge_id = $1", merge)
	return err
}
