package order

import (
	"context"
	"fmt"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Edit is a later version of an order that came in the place of the one before.
type Edit struct {
	Version  int64     `json:"version"`
	EditedAt time.Time `json:"edited_at"`
	WasFen   int64     `json:"was_fen" doc:"What was paid by the version before."`
	PaidFen  int64     `json:"paid_fen"`
	WasUnits int64     `json:"was_units"`
	Units    int64     `json:"units"`
}

// listEdits returns the edits of an order, latest first.
func listEdits(ctx context.Context, tx *db.Tx, order ID) ([]Edit, error) {
	edits, err := db.All(ctx, tx, func(scan db.Scan) (e Edit, err error) {
		return e, scan(&e.Version, db.ScanTime(&e.EditedAt), &e.WasFen, &e.PaidFen, &e.WasUnits, &e.Units)
	}, `select version, edited_at, was_fen, paid_fen, was_units, units from order_edits where order_id = $1
		order by version desc limit 1000`, order)
	if err != nil {
		return nil, fmt.Errorf("read edits of order: %w", err)
	}
	return edits, nil
}

// raiseVersion notes that a later version of an order says the same.
func raiseVersion(ctx context.Context, tx *db.Tx, order ID, version int64) error {
	if _, err := tx.Exec(ctx, "update orders set version = $1 where id = $2", version, order); err != nil {
		return fmt.Errorf("raise version: %w", err)
	}
	return nil
}

// saveEdit notes what an order was, and writes what it is now, with its lines. Undoing the import that brought it
// leaves it from now on: its content is from elsewhere.
func saveEdit(ctx context.Context, tx *db.Tx, o, was *Order) error {
	_, err := tx.Exec(ctx, "insert into order_edits (order_id, version, edited_at, was_fen, paid_fen, was_units, units) values ($1, $2, $3, $4, $5, $6, $7)",
		o.ID, o.Version, db.Millis(tx.Now), was.PaidFen, o.PaidFen, was.Units, o.Units)
	if err != nil {
		return fmt.Errorf("note edit: %w", err)
	}
	_, err = tx.Exec(ctx, `update orders set shop_id = $1, channel = $2, clerk_id = $3, adviser_id = $4, paid_at = $5, occurred_at = $6, on_day = $7,
		paid_fen = $8, discount_fen = $9, units = $10, line_count = $11, exchange_of = $12, import_id = null, content_hash = $13, version = $14
		where id = $15`, o.ShopID, o.Channel, o.ClerkID, o.AdviserID, db.Millis(o.PaidAt), db.Millis(o.OccurredAt), o.On, o.PaidFen, o.DiscountFen,
		o.Units, o.LineCount, o.ExchangeOf, o.hash, o.Version, o.ID)
	if err != nil {
		return fmt.Errorf("edit order: %w", err)
	}
	if _, err := tx.Exec(ctx, "delete from order_lines where order_id = $1", o.ID); err != nil {
		return fmt.Errorf("delete old lines: %w", err)
	}
	rows := make([][]any, len(o.Lines))
	for i, l := range o.Lines {
		rows[i] = []any{o.ID, l.ID, l.SKUID, l.Name, l.Quantity, l.UnitPriceFen, l.DiscountFen, l.PaidFen, o.Version}
	}
	_, err = db.InsertRows(ctx, tx, "order_lines", "order_id, id, sku_id, name, quantity, unit_price_fen, discount_fen, paid_fen, version", rows, "")
	return err
}
