package catalog

import (
	"context"
	"fmt"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

// askSKUs asks for the SKUs with the codes, which come into found with the answers.
func askSKUs(ctx context.Context, tx *db.Tx, codes []string, found map[string]SKURow) error {
	for part := range slices.Chunk(codes, chunk) {
		in, args := db.In(0, part)
		err := tx.Ask(ctx, "find SKUs", func(scan db.Scan) error {
			var code string
			var row SKURow
			err := scan(&code, &row.SKU, &row.Product, &row.Category, &row.Name)
			found[code] = row
			return err
		}, `select k.code, k.id, k.product_id, p.category, p.name from skus k join products p on p.id = k.product_id where k.code in `+in, args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// findStyleIDs returns the ids of products by style code.
func findStyleIDs(ctx context.Context, tx *db.Tx, styles []string) (map[string]ID, error) {
	ids := make(map[string]ID, len(styles))
	for part := range slices.Chunk(styles, chunk) {
		in, args := db.In(0, part)
		_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
			var style string
			var product ID
			err := scan(&style, &product)
			ids[style] = product
			return struct{}{}, err
		}, "select style_code, id from products where style_code in "+in, args...)
		if err != nil {
			return nil, fmt.Errorf("find products: %w", err)
		}
	}
	return ids, nil
}

// SKUCodes returns the codes of SKUs.
func (s *Service) SKUCodes(ctx context.Context, tx *db.Tx, ids []SKUID) (map[SKUID]string, error) {
	codes := make(map[SKUID]string, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		in, args := db.In(0, part)
		_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
			var sku SKUID
			var code string
			err := scan(&sku, &code)
			codes[sku] = code
			return struct{}{}, err
		}, "select id, code from skus where id in "+in, args...)
		if err != nil {
			return nil, fmt.Errorf("read SKU codes: %w", err)
		}
	}
	return codes, nil
}

// ListSKUs returns the SKUs of products.
func (s *Service) ListSKUs(ctx context.Context, tx *db.Tx, products []ID) ([]SKURow, error) {
	var all []SKURow
	for part := range slices.Chunk(products, chunk) {
		in, args := db.In(0, part)
		found, err := db.All(ctx, tx, func(scan db.Scan) (row SKURow, err error) {
			return row, scan(&row.SKU, &row.Product, &row.Category, &row.Name)
		}, `select k.id, k.product_id, p.category, p.name from skus k join products p on p.id = k.product_id
			where k.product_id in `+in+" order by k.id", args...)
		if err != nil {
			return nil, fmt.Errorf("list SKUs: %w", err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// ListImport returns products that an import made, in the order of their ids from the one after.
func (s *Service) ListImport(ctx context.Context, tx *db.Tx, importID int64, limit int, after ID) ([]ID, error) {
	ids, err := db.All(ctx, tx, func(scan db.Scan) (product ID, err error) {
		return product, scan(&product)
	}, "select id from products where import_id = $1 and id > $2 order by id limit $3", importID, after.Int64(), int64(limit))
	if err != nil {
		return nil, fmt.Errorf("list products of an import: %w", err)
	}
	return ids, nil
}

// RemoveMany deletes products with all that is known of them. The caller knows that they were never sold.
func (s *Service) RemoveMany(ctx context.Context, tx *db.Tx, ids []ID) error {
	s.known.forget()
	for part := range slices.Chunk(ids, chunk) {
		in, args := db.In(0, part)
		for _, place := range []string{
			"stocks where sku_id in (select id from skus where product_id in " + in + ")",
			"skus where product_id in " + in, "product_styles where product_id in " + in, "products where id in " + in,
		} {
			if _, err := tx.Exec(ctx, "delete from "+place, args...); err != nil {
				return fmt.Errorf("delete products: %w", err)
			}
		}
	}
	return nil
}
