// Package customer knows the people of the shop: how each is found (phone, WeChat, card and other
// identities, verified or not), what is known of her (attributes, tags, notes, dates of life), which
// records are one person (merge, unmerge), and what happened (timeline, behaviour facts). Personal
// values are sealed, found by a keyed index, and masked in every answer unless they are revealed.
//
// What she bought is the business of package order; stages, RFM and the list of customers that of
// package segment.
package customer

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/staff"
)

// ID names a customer: "cus_…".
type ID = id.ID[customerKind]

// IDs of the other things of this package.
type (
	IdentityID   = id.ID[identityKind]
	DefinitionID = id.ID[definitionKind]
	TagID        = id.ID[tagKind]
	TaggingID    = id.ID[taggingKind]
	NoteID       = id.ID[noteKind]
	LifeDateID   = id.ID[lifeDateKind]
	MergeID      = id.ID[mergeKind]
	SuggestionID = id.ID[suggestionKind]
)

type (
	customerKind   struct{}
	identityKind   struct{}
	definitionKind struct{}
	tagKind        struct{}
	taggingKind    struct{}
	noteKind       struct{}
	lifeDateKind   struct{}
	mergeKind      struct{}
	suggestionKind struct{}
)

func (customerKind) Prefix() string   { return "cus" }
func (identityKind) Prefix() string   { return "idn" }
func (definitionKind) Prefix() string { return "atr" }
func (tagKind) Prefix() string        { return "tag" }
func (taggingKind) Prefix() string    { return "ctg" }
func (noteKind) Prefix() string       { return "not" }
func (lifeDateKind) Prefix() string   { return "lfd" }
func (mergeKind) Prefix() string      { return "mrg" }
func (suggestionKind) Prefix() string { return "sug" }

// State says whether a record is a person that can be dealt with.
type State string

// States of a customer.
const (
	StateActive State = "active"
	StateMerged State = "merged" // Merged into another; see FindMerged.
	StateErased State = "erased"
)

// Gender of a customer; empty when unknown.
type Gender string

// Genders.
const (
	Female Gender = "female"
	Male   Gender = "male"
	Other  Gender = "other"
)

// Service does what this package is for. Methods take the caller's transaction and never open one.
type Service struct {
	DB       *db.DB
	Log      *event.Log
	Keys     *privacy.Keys
	Consents *privacy.Consents
	Staff    *staff.Service

	searches searches
}

// Limits of what is kept of one customer; more is refused.
const (
	maxName          = 100
	maxIdentities    = 50
	maxNote          = 4000
	maxLifeDates     = 20
	maxChildren      = 3 // Each child's birthday can be given for, so that their number is bounded.
	maxTagsOf        = 200
	maxAttributeText = 500
	maxChoices       = 20
)

// Live is what projections need of a customer that was not merged into another, nor erased.
type Live struct {
	ID        ID
	ShopID    int64 // ShopID is the home shop, 0 if there is none.
	CreatedAt time.Time
}

// cleanText trims a text of people and checks it: at most limit characters, no control characters but
// line breaks. Whatever else it holds is text and is shown as such.
func cleanText(text, path string, limit int) (string, []errs.Field) {
	text = strings.TrimSpace(text)
	switch {
	case !utf8.ValidString(text):
		return "", []errs.Field{{Path: path, Code: "text.encoding", Message: "this is not valid UTF-8"}}
	case utf8.RuneCountInString(text) > limit:
		return "", []errs.Field{{Path: path, Code: "text.too_long", Message: "this is too long"}}
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }):
		return "", []errs.Field{{Path: path, Code: "text.control", Message: "this holds characters that cannot be shown"}}
	}
	return text, nil
}

// cleanName is cleanText for the name of a person, which is one line.
func cleanName(name, path string) (string, []errs.Field) {
	return cleanText(strings.Join(strings.Fields(name), " "), path, maxName)
}

func notFound() error {
	return errs.New(errs.NotFound, "customer.not_found", "there is no such customer")
}
