package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

// StockDraft says what a shop has of a SKU, and what it asks for it there if not the common price.
type StockDraft struct {
	ShopID   staff.ShopID
	SKU      string // SKU is a code; one that nobody knows becomes a stub.
	Quantity int64
	PriceFen *int64 // PriceFen nil leaves the price of the shop as it is.
	CostFen  *int64
}

// stockKey is the place of a stock.
type stockKey struct {
	shop staff.ShopID
	sku  SKUID
}

// SetStocks sets stocks. Of two drafts for the same place the last one counts; what stands already is left
// alone.
func (s *Service) SetStocks(ctx context.Context, tx *db.Tx, drafts []StockDraft) error {
	refs := make([]SKURef, len(drafts))
	for i, d := range drafts {
		refs[i].Code = d.SKU
	}
	skus, err := s.EnsureSKUs(ctx, tx, refs)
	if err != nil {
		return err
	}
	at := map[stockKey]int{}
	var rows []stockRow
	for _, d := range drafts {
		row := stockRow{stockKey{d.ShopID, skus[d.SKU].SKU}, d}
		if i, twice := at[row.stockKey]; twice {
			rows[i] = row
			continue
		}
		at[row.stockKey] = len(rows)
		rows = append(rows, row)
	}
	before, err := findStocks(ctx, tx, rows)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(row stockRow) bool { return before[row.stockKey].says(row.StockDraft) })
	if err := saveStocks(ctx, tx, rows); err != nil {
		return err
	}
	var arrived []event.Entry
	for _, row := range rows {
		if had := before[row.stockKey]; had != nil && had.quantity <= 0 && row.Quantity > 0 {
			arrived = append(arrived, arrival(row.shop, row.sku, skus[row.SKU].Product, row.SKU, row.Quantity))
		}
	}
	return s.Log.Append(ctx, tx, arrived...)
}

// standing is a stock as it stands.
type standing struct {
	quantity          int64
	priceFen, costFen *int64
}

// says reports whether the stock is as a draft wants it.
func (s *standing) says(d StockDraft) bool {
	same := func(wanted, stands *int64) bool { return wanted == nil || stands != nil && *wanted == *stands }
	return s != nil && s.quantity == d.Quantity && same(d.PriceFen, s.priceFen) && same(d.CostFen, s.costFen)
}

// SetStock sets the stock of one shop if check agrees to its version, which is 0 before the first time.
// Unknown SKUs are sku.not_found, shops out of scope shop.not_found.
func (s *Service) SetStock(ctx context.Context, tx *db.Tx, d StockDraft, check func(version int64) error) (Stock, error) {
	if err := d.validate(); err != nil {
		return Stock{}, err
	}
	if d.CostFen != nil {
		if err := access.Require(ctx, access.CostRead); err != nil {
			return Stock{}, err
		}
	}
	old, err := s.stockOf(ctx, tx, d.SKU, d.ShopID)
	if err != nil {
		return Stock{}, err
	}
	if err := check(old.Version); err != nil {
		return Stock{}, err
	}
	if err := s.SetStocks(ctx, tx, []StockDraft{d}); err != nil {
		return Stock{}, err
	}
	return s.stockOf(ctx, tx, d.SKU, d.ShopID)
}

// AdjustStock adds to the stock of one shop, or takes from it. A stock never falls below zero by an
// adjustment: that is stock.too_low.
func (s *Service) AdjustStock(ctx context.Context, tx *db.Tx, code string, shop staff.ShopID, by int64) (Stock, error) {
	var f faults
	f.check("by", by != 0 && by >= -MaxQuantity && by <= MaxQuantity, "out_of_range", "must be between -1000000 and 1000000, and not 0")
	if err := errs.InvalidFields("stock.invalid", f.fields); err != nil {
		return Stock{}, err
	}
	old, err := s.stockOf(ctx, tx, code, shop)
	if err != nil {
		return Stock{}, err
	}
	sku, err := findSKU(ctx, tx, code)
	if err != nil {
		return Stock{}, err
	}
	enough, err := addStock(ctx, tx, stockKey{shop, sku.SKU}, by)
	if err != nil {
		return Stock{}, err
	}
	if !enough {
		return Stock{}, errs.New(errs.Conflict, "stock.too_low", "the stock would fall below 0 or rise above 1000000")
	}
	if old.Version > 0 && old.Quantity <= 0 && old.Quantity+by > 0 {
		if err := s.Log.Append(ctx, tx, arrival(shop, sku.SKU, sku.Product, code, old.Quantity+by)); err != nil {
			return Stock{}, err
		}
	}
	return s.stockOf(ctx, tx, code, shop)
}

// ListStocks returns what the shops in the caller's scope have of a SKU, or sku.not_found.
func (s *Service) ListStocks(ctx context.Context, tx *db.Tx, code string) ([]Stock, error) {
	sku, err := findSKU(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	stocks, err := listStocks(ctx, tx, sku.SKU, access.From(ctx).Scope.SQL("shop_id"))
	if err != nil {
		return nil, err
	}
	if !access.From(ctx).Can(access.CostRead) {
		for i := range stocks {
			stocks[i].CostFen = nil
		}
	}
	return stocks, nil
}

// stockOf returns the stock of a shop in scope; version 0 if it was never set.
func (s *Service) stockOf(ctx context.Context, tx *db.Tx, code string, shop staff.ShopID) (Stock, error) {
	if _, err := s.Staff.FindShop(ctx, tx, shop); err != nil {
		return Stock{}, err
	}
	all, err := s.ListStocks(ctx, tx, code)
	if err != nil {
		return Stock{}, err
	}
	for _, stock := range all {
		if stock.ShopID == shop {
			return stock, nil
		}
	}
	return Stock{ShopID: shop}, nil
}

func (d StockDraft) validate() error {
	var f faults
	f.check("quantity", d.Quantity >= 0 && d.Quantity <= MaxQuantity, "out_of_range", "must be between 0 and 1000000")
	if d.PriceFen != nil {
		f.money("price_fen", *d.PriceFen)
	}
	if d.CostFen != nil {
		f.money("cost_fen", *d.CostFen)
	}
	return errs.InvalidFields("stock.invalid", f.fields)
}

func arrival(shop staff.ShopID, sku SKUID, product ID, code string, quantity int64) event.Entry {
	return event.Entry{Fact: StockArrived{product, sku, code, quantity}, ShopID: shop.Int64(), Subject: sku.String()}
}

func errUnknownSKU() error { return errs.New(errs.NotFound, "sku.not_found", "there is no such SKU") }

func findSKU(ctx context.Context, tx *db.Tx, code string) (SKURow, error) {
	found := map[string]SKURow{}
	if err := errors.Join(askSKUs(ctx, tx, []string{code}, found), tx.Answers(ctx)); err != nil {
		return SKURow{}, fmt.Errorf("find SKU: %w", err)
	}
	row, ok := found[code]
	if !ok {
		return SKURow{}, errUnknownSKU()
	}
	return row, nil
}
