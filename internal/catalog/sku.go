package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// SKURef names a SKU as a sale does: by its code, with the name and price of that sale.
type SKURef struct {
	Code     string
	Name     string
	PriceFen int64
	ImportID int64
}

// SKURow is a SKU as a sale needs it.
type SKURow struct {
	SKU      SKUID
	Product  ID
	Category string
	Name     string // Name is the name of the product.
}

// EnsureSKUs returns the SKUs by code. Codes that are not known become stubs: a product of the same
// style code, with the name and price of the first sale, for someone to complete.
func (s *Service) EnsureSKUs(ctx context.Context, tx *db.Tx, refs []SKURef) (map[string]SKURow, error) {
	wanted := make(map[string]*SKURef, len(refs))
	codes := make([]string, 0, len(refs))
	for i := range refs {
		r := &refs[i]
		if _, twice := wanted[r.Code]; !twice {
			wanted[r.Code] = r
			codes = append(codes, r.Code)
		}
	}
	found := make(map[string]SKURow, len(codes))
	asked, generation := s.known.find(tx, codes, found)
	slices.Sort(asked) // Two sales that lock the same rows lock them in the same order.
	if err := findSKUs(ctx, tx, asked, found); err != nil {
		return nil, err
	}
	if len(found) < len(wanted) {
		missing := make([]string, 0, len(wanted)-len(found))
		for _, code := range asked {
			if _, ok := found[code]; !ok {
				missing = append(missing, code)
			}
		}
		if err := insertStubs(ctx, tx, missing, wanted); err != nil {
			return nil, err
		}
		if err := findSKUs(ctx, tx, missing, found); err != nil {
			return nil, err
		}
	}
	if len(found) != len(wanted) {
		return nil, fmt.Errorf("ensure SKUs: %d of %d are there", len(found), len(wanted))
	}
	s.known.keep(tx, asked, found, generation)
	return found, nil
}

// insertStubs makes stubs for SKU codes that nobody knows. Another transaction may make the same ones
// at the same time: whoever comes second finds them.
func insertStubs(ctx context.Context, tx *db.Tx, codes []string, refs map[string]*SKURef) error {
	rows := make([][]any, len(codes))
	for i, code := range codes {
		r := refs[code]
		name := r.Name
		if name == "" {
			name = code
		}
		stub := Product{StyleCode: code, Name: name}
		rows[i] = []any{tx.NewID(), code, name, "", "", "", string(Stub), searchText(stub), orNull(r.ImportID), int64(1), db.Millis(tx.Now), db.Millis(tx.Now)}
	}
	_, err := db.InsertRows(ctx, tx, "products", "id, style_code, name, brand, category, scene, state, search, import_id, version, created_at, updated_at",
		rows, "on conflict (style_code) do nothing")
	if err != nil {
		return err
	}
	products, err := findStyleIDs(ctx, tx, codes)
	if err != nil {
		return err
	}
	for i, code := range codes {
		rows[i] = []any{id.Of[skuKind](tx.NewID()), products[code], code, "", "", max(refs[code].PriceFen, 0), false}
	}
	_, err = db.InsertRows(ctx, tx, "skus", "id, product_id, code, colour, size, price_fen, retired", rows, "on conflict (code) do nothing")
	return err
}
