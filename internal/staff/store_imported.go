package staff

import (
	"context"
	"fmt"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/db"
)

const maxImported = 10_000

func listImportedShops(ctx context.Context, tx *db.Tx, importID int64) ([]ShopID, error) {
	shops, err := db.All(ctx, tx, func(scan db.Scan) (shop ShopID, err error) {
		return shop, scan(&shop)
	}, `select h.id from shops h where h.import_id = $1 and h.version = 1
		and not exists (select 1 from staff_shops m where m.shop_id = h.id) order by h.id limit $2`, importID, maxImported)
	if err != nil {
		return nil, fmt.Errorf("list shops of an import: %w", err)
	}
	keys, err := db.All(ctx, tx, scanKey, "select "+keyColumns+" from api_keys where revoked_at is null and not all_shops")
	if err != nil {
		return nil, fmt.Errorf("list keys of shops: %w", err)
	}
	return slices.DeleteFunc(shops, func(shop ShopID) bool {
		return slices.ContainsFunc(keys, func(k APIKey) bool { return slices.Contains(k.Shops, shop) })
	}), nil
}

func listImportedPeople(ctx context.Context, tx *db.Tx, importID int64) ([]ID, error) {
	people, err := db.All(ctx, tx, func(scan db.Scan) (person ID, err error) {
		return person, scan(&person)
	}, `select p.id from staff p where p.import_id = $1 and p.version = 1 and p.login is null
		and not exists (select 1 from staff_shops m where m.staff_id = p.id) order by p.id limit $2`, importID, maxImported)
	if err != nil {
		return nil, fmt.Errorf("list people of an import: %w", err)
	}
	return people, nil
}

func deleteImported(ctx context.Context, tx *db.Tx, shops []ShopID, people []ID) error {
	in, args := db.In(0, shops)
	if _, err := tx.Exec(ctx, "delete from shops where id in "+in, args...); err != nil {
		return fmt.Errorf("delete shops of an import: %w", err)
	}
	in, args = db.In(0, people)
	if _, err := tx.Exec(ctx, "delete from staff where id in "+in, args...); err != nil {
		return fmt.Errorf("delete people of an import: %w", err)
	}
	return nil
}
