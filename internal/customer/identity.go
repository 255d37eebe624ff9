package customer

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/privacy"
)

// IdentityKind is a sort of key by which a customer is found.
type IdentityKind string

// Kinds of identities.
const (
	Phone          IdentityKind = "phone"
	OpenID         IdentityKind = "openid"          // Of one WeChat app, its space.
	UnionID        IdentityKind = "unionid"         // The same person over all apps of one WeChat account.
	ExternalUserID IdentityKind = "external_userid" // Of WeCom.
	Card           IdentityKind = "card"
	Email          IdentityKind = "email"
	ShopRef        IdentityKind = "shop_id" // The number of the customer in another system, its space.
)

// Identity is a key by which a customer is found. Verified means that the person has shown that it is
// hers (a code sent to the phone, a WeChat login, a card in the hand), not that somebody typed it.
type Identity struct {
	Kind     IdentityKind `json:"kind" enum:"phone,openid,unionid,external_userid,card,email,shop_id"`
	Space    string       `json:"space,omitempty" maxLength:"64" doc:"The app of an openid, the system of a shop_id; empty for others"`
	Value    string       `json:"value" minLength:"1" maxLength:"128"`
	Verified bool         `json:"verified,omitempty" doc:"The person has shown that this is hers"`
}

// rank orders kinds by how surely they name one person; smaller is surer.
var rank = map[IdentityKind]int{UnionID: 0, ExternalUserID: 1, OpenID: 2, Card: 3, Phone: 4, ShopRef: 5, Email: 6}

// strong reports whether a verified identity of the kind proves who somebody is.
func (k IdentityKind) strong() bool { return k != Email }

// single reports whether one person has one value at most of the kind in a space.
func (k IdentityKind) single() bool { return k == OpenID || k == UnionID || k == ExternalUserID }

// Normalize returns the identity in the one form in which it is stored and found, or an error with the
// fault of it, such as phone.scientific or identity.kind.
func (i Identity) Normalize() (Identity, error) {
	if _, ok := rank[i.Kind]; !ok {
		return i, errs.New(errs.Invalid, "identity.kind", "an identity is a phone, openid, unionid, external_userid, card, email or shop_id")
	}
	i.Space = strings.TrimSpace(i.Space)
	switch {
	case i.Kind == Phone || i.Kind == Email || i.Kind == Card:
		i.Space = ""
	case (i.Kind == OpenID || i.Kind == ShopRef) && i.Space == "":
		return i, errs.New(errs.Invalid, "identity.space", "this kind of identity needs a space: the app or system it is of")
	case len(i.Space) > 64 || !printable(i.Space):
		return i, errs.New(errs.Invalid, "identity.space", "a space is at most 64 printable characters")
	}
	if i.Kind == Phone {
		e164, err := privacy.NormalizePhone(i.Value)
		i.Value = e164
		return i, err
	}
	value := i.Value
	if len(value) > 512 {
		return i, errs.New(errs.Invalid, "identity.value", "an identity is at most 128 printable characters")
	}
	value = strings.TrimSpace(norm.NFKC.String(value))
	switch i.Kind {
	case Email:
		value = strings.ToLower(value)
		if !emailLike(value) {
			return i, errs.New(errs.Invalid, "identity.email", "this is not an e-mail address")
		}
	case Card:
		value = strings.ToUpper(strings.Join(strings.Fields(value), ""))
	}
	if value == "" || utf8.RuneCountInString(value) > 128 || !printable(value) {
		return i, errs.New(errs.Invalid, "identity.value", "an identity is 1 to 128 printable characters")
	}
	i.Value = value
	return i, nil
}

func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// emailLike checks the frame of an address; only a message that arrives shows that it is right.
func emailLike(text string) bool {
	local, domain, ok := strings.Cut(text, "@")
	return ok && local != "" && len(text) <= 254 && strings.Contains(domain, ".") && !strings.ContainsAny(text, " ,;:<>()[]\\\"\r\n") &&
		!strings.Contains(domain, "@") && !strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".")
}

// key returns the number under which a normalised identity is found.
func (i Identity) key(keys *privacy.Keys) int64 {
	purpose := string(i.Kind)
	if i.Space != "" {
		purpose += ":" + i.Space
	}
	return keys.Index(purpose, i.Value)
}

// short returns the number by which a part is found: the last four digits of a phone, the whole of a
// card or shop number whatever its space. Other kinds have none.
func (i Identity) short(keys *privacy.Keys) any {
	switch i.Kind {
	case Phone:
		return keys.ShortIndex("phone_last4", privacy.LastFour(i.Value))
	case Card, ShopRef:
		return keys.ShortIndex("number", i.Value)
	}
	return nil
}

// mask returns what everybody may see of the value. Identities of WeChat are never shown.
func (i Identity) mask() string {
	switch i.Kind {
	case Phone:
		return privacy.MaskPhone(i.Value)
	case Email:
		return privacy.MaskEmail(i.Value)
	case Card:
		return privacy.MaskTail(i.Value, 4)
	case ShopRef:
		return i.Value // A number of the shop's own system names nobody outside.
	}
	return "****"
}

// IdentityView is an identity as answers show it.
type IdentityView struct {
	ID       IdentityID   `json:"id"`
	Kind     IdentityKind `json:"kind"`
	Space    string       `json:"space,omitempty"`
	Masked   string       `json:"masked"`
	Verified bool         `json:"verified"`
	Shared   bool         `json:"shared,omitempty" doc:"A number shared in the household: it finds its owner only"`
	Source   string       `json:"source,omitempty"`
	AddedAt  time.Time    `json:"added_at"`
}
