package staff

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

func findOrganisation(ctx context.Context, tx *db.Tx) (Organisation, error) {
	var o Organisation
	err := tx.QueryRow(ctx, "select name, time_zone, currency, locale, return_days, require_totp, version from organisations where id = 1").
		Scan(&o.Name, &o.TimeZone, &o.Currency, &o.Locale, &o.ReturnDays, &o.RequireTOTP, &o.Version)
	if db.NoRows(err) {
		return defaultOrganisation(), nil
	}
	if err != nil {
		return Organisation{}, fmt.Errorf("find organisation: %w", err)
	}
	return o, nil
}

func upsertOrganisation(ctx context.Context, tx *db.Tx, o Organisation) error {
	_, err := tx.Exec(ctx, `insert into organisations (id, name, time_zone, currency, locale, return_days, require_totp, version, updated_at)
		values (1,$1,$2,$3,$4,$5,$6,$7,$8)
		on conflict (id) do update set name = excluded.name, time_zone = excluded.time_zone, currency = excluded.currency, locale = excluded.locale,
			return_days = excluded.return_days, require_totp = excluded.require_totp, version = excluded.version, updated_at = excluded.updated_at`,
		o.Name, o.TimeZone, o.Currency, o.Locale, o.ReturnDays, o.RequireTOTP, o.Version, db.Millis(tx.Now))
	if err != nil {
		return fmt.Errorf("write organisation: %w", err)
	}
	return nil
}

const shopColumns = "id, code, name, time_zone, day_cut_hour, open, created_at, version"

func scanShop(scan db.Scan) (s Shop, err error) {
	err = scan(&s.ID, &s.Code, &s.Name, &s.TimeZone, &s.DayCutHour, &s.Open, db.ScanTime(&s.CreatedAt), &s.Version)
	return s, err
}

func findShop(ctx context.Context, tx *db.Tx, shop ShopID) (Shop, error) {
	return oneShop(tx.QueryRow(ctx, "select "+shopColumns+" from shops where id = $1", shop).Scan)
}

func findShopByCode(ctx context.Context, tx *db.Tx, key string) (Shop, error) {
	return oneShop(tx.QueryRow(ctx, "select "+shopColumns+" from shops where code_key = $1", key).Scan)
}

func oneShop(scan db.Scan) (Shop, error) {
	s, err := scanShop(scan)
	if db.NoRows(err) {
		return Shop{}, errShopNotFound()
	}
	if err != nil {
		return Shop{}, fmt.Errorf("find shop: %w", err)
	}
	return s, nil
}

// listShops returns shops by the key of their code, those after the key.
func listShops(ctx context.Context, tx *db.Tx, scope access.Scope, after string, limit int) ([]Shop, error) {
	list, err := db.All(ctx, tx, scanShop, "select "+shopColumns+" from shops where code_key > $1 and "+scope.SQL("id")+" order by code_key limit $2", after, limit)
	if err != nil {
		return nil, fmt.Errorf("list shops: %w", err)
	}
	return list, nil
}

func insertShop(ctx context.Context, tx *db.Tx, s Shop, importID int64) (created bool, err error) {
	n, err := tx.Exec(ctx, "insert into shops ("+shopColumns+", code_key, import_id, updated_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) on conflict (code_key) do nothing",
		s.ID, s.Code, s.Name, s.TimeZone, s.DayCutHour, s.Open, db.Millis(s.CreatedAt), s.Version, codeKey(s.Code), numberOrNull(importID), db.Millis(tx.Now))
	if err != nil {
		return false, fmt.Errorf("insert shop: %w", err)
	}
	return n == 1, nil
}

func updateShop(ctx context.Context, tx *db.Tx, s Shop) error {
	n, err := tx.Exec(ctx, `update shops set code = $1, code_key = $2, name = $3, time_zone = $4, day_cut_hour = $5, open = $6, version = $7, updated_at = $8
		where id = $9 and version = $10`,
		s.Code, codeKey(s.Code), s.Name, s.TimeZone, s.DayCutHour, s.Open, s.Version, db.Millis(tx.Now), s.ID, s.Version-1)
	switch {
	case db.UniqueViolation(err):
		return errs.New(errs.Conflict, "shop.code_taken", "another shop has this code")
	case err != nil:
		return fmt.Errorf("update shop: %w", err)
	case n == 0:
		return errStale()
	}
	return nil
}

// errStale is the fault of a change that lost to another.
func errStale() error {
	return errs.New(errs.Stale, "version.stale", "this was changed by someone else since you read it")
}
