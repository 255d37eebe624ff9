// Package staff knows who works in the shop and what they may do: the organisation and its shops, people
// with their roles, passwords, second factors and sessions, the keys of other programs, and the audit
// log of what they did. What a permission allows in detail is the business of the domain that asks for it.
package staff

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/privacy"
)

// ID names a person of the staff.
type ID = id.ID[personKind]

type personKind struct{}

// Prefix implements id.Kind.
func (personKind) Prefix() string { return "stf" }

// ShopID names a shop.
type ShopID = id.ID[shopKind]

type shopKind struct{}

// Prefix implements id.Kind.
func (shopKind) Prefix() string { return "shp" }

// KeyID names an API key.
type KeyID = id.ID[keyKind]

type keyKind struct{}

// Prefix implements id.Kind.
func (keyKind) Prefix() string { return "key" }

// SessionID names a session; it is not the secret in the cookie.
type SessionID = id.ID[sessionKind]

type sessionKind struct{}

// Prefix implements id.Kind.
func (sessionKind) Prefix() string { return "ses" }

// Service keeps the staff and its surroundings.
type Service struct {
	DB   *db.DB
	Log  *event.Log
	Keys *privacy.Keys

	hashing   hashing
	callers   callerCache
	calendars calendarCache
	zones     zoneCache
}

// wall returns the machine's time in tx. Sessions, throttles and one-time codes live in it: the clock of
// a demo can be moved, and neither a browser nor an attacker would follow.
func (s *Service) wall(tx *db.Tx) time.Time { return tx.Now.Add(-s.DB.Offset()) }

// Person is somebody of the staff.
type Person struct {
	ID           ID        `json:"id"`
	Name         string    `json:"name"`
	Login        string    `json:"login,omitempty" doc:"Absent for people who are only named on orders and cannot sign in"`
	Email        string    `json:"email,omitempty" doc:"Masked in lists"`
	Phone        string    `json:"phone,omitempty" doc:"Masked in lists"`
	Role         Role      `json:"role"`
	Active       bool      `json:"active"`
	Shops        []ShopID  `json:"shops" doc:"The shops this person works in; owners, marketers and auditors see all shops"`
	TOTP         bool      `json:"totp" doc:"Whether sign-in needs a second factor"`
	LastSignInAt time.Time `json:"last_sign_in_at,omitzero"`
	DisabledAt   time.Time `json:"disabled_at,omitzero"`
	CreatedAt    time.Time `json:"created_at"`
	Version      int64     `json:"version"`
}

// Validate returns staff.invalid with every fault of the person.
func (p Person) Validate() error {
	var faults []errs.Field
	if !validName(p.Name) {
		faults = append(faults, errs.Field{Path: "name", Code: "length", Message: "a name has 1 to 80 characters"})
	}
	if p.Login != "" && !validLogin(p.Login) {
		faults = append(faults, errs.Field{Path: "login", Code: "form", Message: "a login has 2 to 64 letters, digits and . _ - @ without blanks"})
	}
	if p.Email != "" && !validEmail(p.Email) {
		faults = append(faults, errs.Field{Path: "email", Code: "form", Message: "this is not an e-mail address"})
	}
	if _, ok := permissions[p.Role]; !ok {
		faults = append(faults, errs.Field{Path: "role", Code: "unknown", Message: "there is no such role"})
	}
	if len(p.Shops) > maxShopsOfPerson {
		faults = append(faults, errs.Field{Path: "shops", Code: "too_many", Message: "one person works in at most 500 shops"})
	}
	return errs.InvalidFields("staff.invalid", faults)
}

const maxShopsOfPerson = 500

// scope is what the person sees.
func (p Person) scope() access.Scope {
	if allShops[p.Role] {
		return access.Scope{All: true}
	}
	scope := access.Scope{Shops: make([]int64, len(p.Shops))}
	for i, shop := range p.Shops {
		scope.Shops[i] = shop.Int64()
	}
	slices.Sort(scope.Shops)
	return scope
}

// validName tells whether a name of a person, shop or key can be shown on one line.
func validName(name string) bool {
	n := utf8.RuneCountInString(name)
	return n >= 1 && n <= 80 && strings.TrimSpace(name) == name && !strings.ContainsFunc(name, unicode.IsControl)
}

// foldLogin returns the form in which logins are kept and compared.
func foldLogin(login string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(login)))
}

func validLogin(login string) bool {
	n := utf8.RuneCountInString(login)
	return n >= 2 && n <= 64 && login == foldLogin(login) && !strings.ContainsFunc(login, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-@+", r)
	})
}

func validEmail(email string) bool {
	local, domain, ok := strings.Cut(email, "@")
	return ok && local != "" && len(email) <= 254 && strings.Contains(domain, ".") &&
		!strings.ContainsFunc(email, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '<' || r == '>' })
}
