package staff

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// keyPrefix starts every API key, so that one that has leaked is recognised.
const keyPrefix = "sk_"

// shownOfKey is how many characters of a key are kept to tell it from others.
const shownOfKey = len(keyPrefix) + 6

// APIKey is the credential of another program, such as a till or an online shop.
type APIKey struct {
	ID          KeyID               `json:"id"`
	Name        string              `json:"name"`
	Prefix      string              `json:"prefix" doc:"How the key begins"`
	Permissions []access.Permission `json:"permissions"`
	AllShops    bool                `json:"all_shops"`
	Shops       []ShopID            `json:"shops" doc:"The shops whose rows the key sees, unless it sees all"`
	CreatedBy   ID                  `json:"created_by,omitzero"`
	CreatedAt   time.Time           `json:"created_at"`
	ExpiresAt   time.Time           `json:"expires_at,omitzero"`
	LastUsedAt  time.Time           `json:"last_used_at,omitzero" doc:"To the minute"`
	RevokedAt   time.Time           `json:"revoked_at,omitzero"`
}

func (k APIKey) caller() access.Caller {
	c := access.Caller{
		KeyID: k.ID.Int64(), Name: k.Name, Role: "api_key", Permissions: set(k.Permissions...),
		Scope: access.Scope{All: k.AllShops}, Touchpoint: "api",
	}
	for _, shop := range k.Shops {
		c.Scope.Shops = append(c.Scope.Shops, shop.Int64())
	}
	return c
}

// NewKey is a key to create.
type NewKey struct {
	Name        string              `json:"name" maxLength:"80"`
	Permissions []access.Permission `json:"permissions" maxItems:"50"`
	AllShops    bool                `json:"all_shops,omitempty"`
	Shops       []ShopID            `json:"shops,omitempty" maxItems:"500"`
	ExpiresAt   *time.Time          `json:"expires_at,omitempty" doc:"Absent for a key that lasts until it is revoked"`
}

// CreateKey creates an API key and returns its secret, which is not kept. It cannot do more than its
// maker. Errors: api_key.invalid, shop.not_found.
func (s *Service) CreateKey(ctx context.Context, tx *db.Tx, n NewKey) (APIKey, string, error) {
	c := access.From(ctx)
	n.Name, n.Shops = strings.TrimSpace(n.Name), uniqueShops(n.Shops)
	slices.Sort(n.Permissions)
	n.Permissions = slices.Compact(n.Permissions)
	if err := n.validate(c, tx.Now); err != nil {
		return APIKey{}, "", err
	}
	for _, shop := range n.Shops {
		if _, err := s.FindShop(ctx, tx, shop); err != nil {
			return APIKey{}, "", err
		}
	}
	secret := keyPrefix + newToken()
	key := APIKey{
		ID: id.Of[keyKind](tx.NewID()), Name: n.Name, Prefix: secret[:shownOfKey], Permissions: n.Permissions, AllShops: n.AllShops,
		Shops: n.Shops, CreatedBy: id.Of[personKind](c.StaffID), CreatedAt: tx.Now,
	}
	if n.ExpiresAt != nil {
		key.ExpiresAt = n.ExpiresAt.UTC().Truncate(time.Millisecond)
	}
	if err := insertKey(ctx, tx, key, tokenHash(secret)); err != nil {
		return APIKey{}, "", err
	}
	return key, secret, s.Audit(ctx, tx, AuditEntry{Action: "api_key.created", Subject: key.ID.String(), After: key})
}

func (n NewKey) validate(c access.Caller, now time.Time) error {
	var faults []errs.Field
	if !validName(n.Name) {
		faults = append(faults, errs.Field{Path: "name", Code: "length", Message: "a name has 1 to 80 characters"})
	}
	if len(n.Permissions) == 0 {
		faults = append(faults, errs.Field{Path: "permissions", Code: "required", Message: "say what the key may do"})
	}
	allowed := keyPermissions()
	for _, p := range n.Permissions {
		if !slices.Contains(allowed, p) || !c.Can(p) {
			faults = append(faults, errs.Field{Path: "permissions", Code: "not_allowed", Message: "a key cannot have one of these permissions"})
			break
		}
	}
	if n.AllShops == (len(n.Shops) > 0) {
		faults = append(faults, errs.Field{Path: "shops", Code: "required", Message: "name shops, or all of them"})
	}
	if n.AllShops && !c.Scope.All {
		faults = append(faults, errs.Field{Path: "all_shops", Code: "not_allowed", Message: "you do not see all shops yourself"})
	}
	if n.ExpiresAt != nil && !n.ExpiresAt.After(now) {
		faults = append(faults, errs.Field{Path: "expires_at", Code: "past", Message: "the end of a key lies in the future"})
	}
	return errs.InvalidFields("api_key.invalid", faults)
}

// ListKeys returns keys, the latest first, those made before the key before.
func (s *Service) ListKeys(ctx context.Context, tx *db.Tx, before KeyID, limit int) ([]APIKey, error) {
	return listKeys(ctx, tx, before, limit)
}

// RevokeKey ends a key, at once in this process and within seconds in others. Errors: api_key.not_found.
func (s *Service) RevokeKey(ctx context.Context, tx *db.Tx, key KeyID) (APIKey, error) {
	k, err := findKey(ctx, tx, key)
	if err != nil || !k.RevokedAt.IsZero() {
		return k, err
	}
	k.RevokedAt = tx.Now
	if err := revokeKey(ctx, tx, key); err != nil {
		return APIKey{}, err
	}
	tx.OnCommit(s.callers.clear)
	return k, s.Audit(ctx, tx, AuditEntry{Action: "api_key.revoked", Subject: key.String()})
}
