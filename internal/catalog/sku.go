package catalog

import (
	"context"
	"fmt"
	"maps"
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
	asked, err := s.AskSKUs(ctx, tx, refs)
	if err != nil {
		return nil, err
	}
	return asked.Ensure(ctx, refs)
}

// AskedSKUs are SKUs that were asked for, to be ensured further on in the transaction.
type AskedSKUs struct {
	*Service
	tx         *db.Tx
	codes      []string // codes are those that were not remembered.
	found      map[string]SKURow
	generation int
}

// AskSKUs asks for the SKUs of sales; see db.Tx.Ask.
func (s *Service) AskSKUs(ctx context.Context, tx *db.Tx, refs []SKURef) (*AskedSKUs, error) {
	a := &AskedSKUs{Service: s, tx: tx, found: make(map[string]SKURow, len(refs))}
	codes := make([]string, len(refs))
	for i := range refs {
		codes[i] = refs[i].Code
	}
	slices.Sort(codes) // Two sales that lock the same rows lock them in the same order.
	a.codes, a.generation = s.known.find(tx, slices.Compact(codes), a.found)
	return a, askSKUs(ctx, tx, a.codes, a.found)
}

// Ensure is EnsureSKUs for some of what was asked for.
func (a *AskedSKUs) Ensure(ctx context.Context, refs []SKURef) (map[string]SKURow, error) {
	if err := a.tx.Answers(ctx); err != nil {
		return nil, err
	}
	missing := map[string]*SKURef{}
	for i := range refs {
		r := &refs[i]
		if _, ok := a.found[r.Code]; !ok && missing[r.Code] == nil {
			missing[r.Code] = r
		}
	}
	if len(missing) > 0 {
		if err := a.makeStubs(ctx, missing); err != nil {
			return nil, err
		}
	}
	a.known.keep(a.tx, a.codes, a.found, a.generation)
	return a.found, nil
}

// makeStubs makes stubs for SKUs that nobody knows.
func (a *AskedSKUs) makeStubs(ctx context.Context, missing map[string]*SKURef) error {
	codes := slices.Sorted(maps.Keys(missing))
	if err := insertStubs(ctx, a.tx, codes, missing); err != nil {
		return err
	}
	if err := askSKUs(ctx, a.tx, codes, a.found); err != nil {
		return err
	}
	if err := a.tx.Answers(ctx); err != nil {
		return err
	}
	for _, code := range codes {
		if _, ok := a.found[code]; !ok {
			return fmt.Errorf("ensure SKU %s: it is not there", code)
		}
	}
	return nil
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
