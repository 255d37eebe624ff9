package order

import (
	"context"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// findShop returns the shop with the id or the code, or else the only one that the caller has. A shop
// out of the caller's scope is as one that does not exist: a fault of the draft, under the error code.
func findShop(ctx context.Context, shops staff.Calendar, code string, shop staff.ShopID, shopCode string) (staff.ShopID, error) {
	scope := access.From(ctx).Scope
	field := errs.Field{Path: "shop_id", Code: "not_found", Message: "there is no such shop"}
	known := !shop.IsZero() && shops.Has(shop)
	switch {
	case !shop.IsZero():
	case shopCode != "":
		field.Path = "shop_code"
		shop, known = shops.FindCode(shopCode)
	default:
		field = errs.Field{Path: "shop_code", Code: "required", Message: "name the shop"}
		if !scope.All && len(scope.Shops) == 1 {
			shop = named(shop, scope.Shops[0])
			known = shops.Has(shop)
		}
	}
	if known && scope.Has(shop.Int64()) {
		return shop, nil
	}
	return shop, errs.InvalidFields(code, []errs.Field{field})
}

// named returns the identifier with a number, of the kind of the first.
func named[K id.Kind](_ id.ID[K], number int64) id.ID[K] { return id.Of[K](number) }
