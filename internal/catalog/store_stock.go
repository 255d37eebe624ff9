package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/staff"
)

// stockRow is a draft of a stock in its place.
type stockRow struct {
	stockKey
	StockDraft
}

// findStocks returns the stocks that stand in the places of the rows.
func findStocks(ctx context.Context, tx *db.Tx, rows []stockRow) (map[stockKey]*standing, error) {
	before := map[stockKey]*standing{}
	for part := range slices.Chunk(rows, chunk) {
		ids := make([]SKUID, len(part))
		for i, row := range part {
			ids[i] = row.sku
		}
		in, args := db.In(0, ids)
		_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
			var at stockKey
			var s standing
			err := scan(&at.shop, &at.sku, &s.quantity, &s.priceFen, &s.costFen)
			before[at] = &s
			return struct{}{}, err
		}, "select shop_id, sku_id, quantity, price_fen, cost_fen from stocks where sku_id in "+in, args...)
		if err != nil {
			return nil, fmt.Errorf("read stocks: %w", err)
		}
	}
	return before, nil
}

// ShopsInUse tells which of the shops have stock.
func (s *Service) ShopsInUse(ctx context.Context, tx *db.Tx, shops []staff.ShopID) (map[staff.ShopID]bool, error) {
	in, args := db.In(0, shops)
	used := map[staff.ShopID]bool{}
	_, err := db.All(ctx, tx, func(scan db.Scan) (shop staff.ShopID, err error) {
		err = scan(&shop)
		used[shop] = true
		return shop, err
	}, "select distinct shop_id from stocks where shop_id in "+in, args...)
	if err != nil {
		return nil, fmt.Errorf("find shops with stock: %w", err)
	}
	return used, nil
}

func saveStocks(ctx context.Context, tx *db.Tx, rows []stockRow) error {
	values := make([][]any, len(rows))
	for i, row := range rows {
		values[i] = []any{row.shop, row.sku, row.Quantity, row.PriceFen, row.CostFen, int64(1), db.Millis(tx.Now)}
	}
	_, err := db.InsertRows(ctx, tx, "stocks", "shop_id, sku_id, quantity, price_fen, cost_fen, version, updated_at", values,
		`on conflict (sku_id, shop_id) do update set quantity = excluded.quantity, version = stocks.version + 1,
		 price_fen = coalesce(excluded.price_fen, stocks.price_fen), cost_fen = coalesce(excluded.cost_fen, stocks.cost_fen),
		 updated_at = excluded.updated_at`)
	return err
}

// addStock adds to a stock in one conditional statement, and reports whether it stayed within bounds.
func addStock(ctx context.Context, tx *db.Tx, at stockKey, by int64) (bool, error) {
	n, err := tx.Exec(ctx, `update stocks set quantity = quantity + $1, version = version + 1, updated_at = $2
		where sku_id = $3 and shop_id = $4 and quantity + $1 between 0 and $5`, by, db.Millis(tx.Now), at.sku, at.shop, int64(MaxQuantity))
	if err != nil || n == 1 || by < 0 {
		return n == 1, err
	}
	n, err = tx.Exec(ctx, `insert into stocks (shop_id, sku_id, quantity, version, updated_at) values ($1, $2, $3, 1, $4)
		on conflict (sku_id, shop_id) do nothing`, at.shop, at.sku, by, db.Millis(tx.Now))
	return n == 1, err
}

// listStocks returns the stocks of a SKU in the shops of a scope, at most one for each shop.
func listStocks(ctx context.Context, tx *db.Tx, sku SKUID, scope string) ([]Stock, error) {
	stocks, err := db.All(ctx, tx, func(scan db.Scan) (s Stock, err error) {
		return s, scan(&s.ShopID, &s.Quantity, &s.PriceFen, &s.CostFen, &s.OwnPrice, &s.Version, db.ScanTime(&s.UpdatedAt))
	}, `select s.shop_id, s.quantity, coalesce(s.price_fen, k.price_fen), coalesce(s.cost_fen, k.cost_fen), s.price_fen is not null,
			s.version, s.updated_at
		from stocks s join skus k on k.id = s.sku_id where s.sku_id = $1 and `+scope+` order by s.shop_id limit 1000`, sku)
	if err != nil {
		return nil, fmt.Errorf("list stocks: %w", err)
	}
	return stocks, nil
}
