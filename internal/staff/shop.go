package staff

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// Shop is one place, or one online shop, that sells.
type Shop struct {
	ID         ShopID    `json:"id"`
	Code       string    `json:"code" doc:"What the till and files call it"`
	Name       string    `json:"name"`
	TimeZone   string    `json:"time_zone" doc:"Empty for that of the organisation"`
	DayCutHour int64     `json:"day_cut_hour" doc:"Sales before this hour belong to the day before"`
	Open       bool      `json:"open" doc:"A closed shop keeps its history and takes no new staff"`
	CreatedAt  time.Time `json:"created_at"`
	Version    int64     `json:"version"`
}

// latestCut is the latest hour at which a shop's day may begin.
const latestCut = 11

// Validate returns shop.invalid with every fault.
func (s Shop) Validate() error {
	var faults []errs.Field
	if !validShopCode(s.Code) {
		faults = append(faults, errs.Field{Path: "code", Code: "form", Message: "a code has 1 to 64 characters on one line"})
	}
	if !validName(s.Name) {
		faults = append(faults, errs.Field{Path: "name", Code: "length", Message: "a name has 1 to 80 characters"})
	}
	if s.TimeZone != "" {
		if _, err := loadZone(s.TimeZone); err != nil {
			faults = append(faults, errs.Field{Path: "time_zone", Code: "unknown", Message: "there is no such time zone; write it like Asia/Shanghai"})
		}
	}
	if s.DayCutHour < 0 || s.DayCutHour > latestCut {
		faults = append(faults, errs.Field{Path: "day_cut_hour", Code: "range", Message: "a day of sales begins between 0 and 11 o'clock"})
	}
	return errs.InvalidFields("shop.invalid", faults)
}

func validShopCode(code string) bool {
	n := utf8.RuneCountInString(code)
	return n >= 1 && n <= 64 && !strings.ContainsFunc(code, unicode.IsControl)
}

// cleanCode returns a code as it is kept: without blanks around it and in one of its Unicode forms.
func cleanCode(code string) string { return norm.NFKC.String(strings.TrimSpace(code)) }

// codeKey returns the form in which codes are compared.
func codeKey(code string) string { return strings.ToLower(cleanCode(code)) }

// ListShops returns the shops within the caller's scope, by code, from the shop after code on.
func (s *Service) ListShops(ctx context.Context, tx *db.Tx, after string, limit int) ([]Shop, error) {
	return listShops(ctx, tx, access.From(ctx).Scope, after, limit)
}

// FindShop returns a shop within the caller's scope, else shop.not_found.
func (s *Service) FindShop(ctx context.Context, tx *db.Tx, shop ShopID) (Shop, error) {
	if !access.From(ctx).Scope.Has(shop.Int64()) {
		return Shop{}, errShopNotFound()
	}
	return findShop(ctx, tx, shop)
}

// FindShopByCode returns the shop with the code within the caller's scope, else shop.not_found. Case and
// width of letters do not matter.
func (s *Service) FindShopByCode(ctx context.Context, tx *db.Tx, code string) (Shop, error) {
	shop, err := findShopByCode(ctx, tx, codeKey(code))
	if err == nil && !access.From(ctx).Scope.Has(shop.ID.Int64()) {
		return Shop{}, errShopNotFound()
	}
	return shop, err
}

func errShopNotFound() error {
	return errs.New(errs.NotFound, "shop.not_found", "there is no such shop")
}

// NewShop is a shop to create.
type NewShop struct {
	Code       string `json:"code" maxLength:"64" doc:"What the till and files call it"`
	Name       string `json:"name" maxLength:"80"`
	TimeZone   string `json:"time_zone,omitempty" maxLength:"64" doc:"Empty for that of the organisation"`
	DayCutHour int64  `json:"day_cut_hour,omitempty" minimum:"0" maximum:"11"`
	ImportID   int64  `json:"-"` // ImportID marks what an import makes, for its undo.
}

// CreateShop creates a shop. Errors: access.denied for who does not see all shops, shop.invalid,
// shop.code_taken.
func (s *Service) CreateShop(ctx context.Context, tx *db.Tx, n NewShop) (Shop, error) {
	if !access.From(ctx).Scope.All {
		return Shop{}, errs.New(errs.Forbidden, "access.denied", "only who sees all shops can open another")
	}
	shop := Shop{
		ID: id.Of[shopKind](tx.NewID()), Code: cleanCode(n.Code), Name: strings.TrimSpace(n.Name), TimeZone: n.TimeZone,
		DayCutHour: n.DayCutHour, Open: true, CreatedAt: tx.Now, Version: 1,
	}
	if err := shop.Validate(); err != nil {
		return Shop{}, err
	}
	created, err := insertShop(ctx, tx, shop, n.ImportID)
	if err != nil {
		return Shop{}, err
	}
	if !created {
		return Shop{}, errs.New(errs.Conflict, "shop.code_taken", "another shop has this code")
	}
	s.calendars.changed(tx)
	return shop, s.Audit(ctx, tx, AuditEntry{Action: "shop.created", Subject: shop.ID.String(), ShopID: shop.ID.Int64(), After: shop})
}

// ShopRef names a shop in a file.
type ShopRef struct {
	Code, Name string
	ImportID   int64 // ImportID marks what an import makes, for its undo.
}

// EnsureShop returns the shop with the code, and creates it under the name if there is none. Errors are
// those of CreateShop, and shop.not_found for a shop outside the caller's scope.
func (s *Service) EnsureShop(ctx context.Context, tx *db.Tx, code, name string) (ShopID, error) {
	found, err := s.EnsureShops(ctx, tx, []ShopRef{{Code: code, Name: name}})
	return found[code], err
}

// EnsureShops returns the shops by the codes as they were given, and creates those that are missing.
func (s *Service) EnsureShops(ctx context.Context, tx *db.Tx, refs []ShopRef) (map[string]ShopID, error) {
	found := make(map[string]ShopID, len(refs))
	for _, ref := range refs {
		if _, ok := found[ref.Code]; ok {
			continue
		}
		shop, err := s.FindShopByCode(ctx, tx, ref.Code)
		if errs.CodeOf(err) == "shop.not_found" && access.From(ctx).Scope.All {
			name := strings.TrimSpace(ref.Name)
			if name == "" {
				name = cut(cleanCode(ref.Code), 80)
			}
			shop, err = s.CreateShop(ctx, tx, NewShop{Code: ref.Code, Name: name, ImportID: ref.ImportID})
		}
		if err != nil {
			return nil, err
		}
		found[ref.Code] = shop.ID
	}
	return found, nil
}

// ShopChange is what to change of a shop; nil leaves as it is.
type ShopChange struct {
	Code       *string `json:"code,omitempty" maxLength:"64"`
	Name       *string `json:"name,omitempty" maxLength:"80"`
	TimeZone   *string `json:"time_zone,omitempty" maxLength:"64"`
	DayCutHour *int64  `json:"day_cut_hour,omitempty" minimum:"0" maximum:"11"`
	Open       *bool   `json:"open,omitempty"`
}

// ChangeShop changes a shop within the caller's scope. The check is called with the version that stands.
// Errors: shop.not_found, shop.invalid, shop.code_taken, and those of check.
func (s *Service) ChangeShop(ctx context.Context, tx *db.Tx, shopID ShopID, change ShopChange, check func(version int64) error) (Shop, error) {
	before, err := s.FindShop(ctx, tx, shopID)
	if err != nil {
		return Shop{}, err
	}
	if err := check(before.Version); err != nil {
		return Shop{}, err
	}
	shop := before
	put(&shop.Code, change.Code)
	put(&shop.Name, change.Name)
	put(&shop.TimeZone, change.TimeZone)
	put(&shop.DayCutHour, change.DayCutHour)
	put(&shop.Open, change.Open)
	shop.Code, shop.Name = cleanCode(shop.Code), strings.TrimSpace(shop.Name)
	if err := shop.Validate(); err != nil {
		return Shop{}, err
	}
	shop.Version++
	if err := updateShop(ctx, tx, shop); err != nil {
		return Shop{}, err
	}
	s.calendars.changed(tx)
	return shop, s.Audit(ctx, tx, AuditEntry{Action: "shop.changed", Subject: shop.ID.String(), ShopID: shop.ID.Int64(), Before: before, After: shop})
}
