package customer

import (
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// The facts of this package. None holds a name, a number or the text of a note: the log is read by many.
type (
	// Created says that a customer became known.
	Created struct {
		Source string `json:"source"`
		ShopID string `json:"shop_id,omitempty"`
	}
	// Updated says which fields of the basic record changed. ShopID is the new home shop, when that did.
	Updated struct {
		Fields []string `json:"fields"`
		ShopID string   `json:"shop_id,omitempty"`
	}
	// Removed says that a record was taken back together with the import that made it.
	Removed struct{}
	// IdentityAdded says that a customer can be found by one more key.
	IdentityAdded struct {
		IdentityID IdentityID   `json:"identity_id"`
		Kind       IdentityKind `json:"kind"`
		Space      string       `json:"space,omitempty"`
		Verified   bool         `json:"verified"`
	}
	// IdentityEnded says that a key no longer finds the customer.
	IdentityEnded struct {
		IdentityID IdentityID   `json:"identity_id"`
		Kind       IdentityKind `json:"kind"`
		Why        string       `json:"why"`
	}
	// Merged says that two records are one person from now on.
	Merged struct {
		SurvivorID ID      `json:"survivor_id"`
		MergedID   ID      `json:"merged_id"`
		MergeID    MergeID `json:"merge_id"`
		Automatic  bool    `json:"automatic"`
	}
	// Unmerged says that they are two again; what the merge moved goes back.
	Unmerged struct {
		SurvivorID ID      `json:"survivor_id"`
		MergedID   ID      `json:"merged_id"`
		MergeID    MergeID `json:"merge_id"`
	}
	// Tagged says that a tag was put on the customer.
	Tagged struct {
		TagID      TagID      `json:"tag_id"`
		Name       string     `json:"name"`
		Axis       Axis       `json:"axis"`
		Source     TagSource  `json:"source"`
		Confidence int64      `json:"confidence"`
		ExpiresAt  *time.Time `json:"expires_at,omitempty"`
	}
	// Untagged says that a tag was taken off.
	Untagged struct {
		TagID  TagID     `json:"tag_id"`
		Name   string    `json:"name"`
		Axis   Axis      `json:"axis"`
		Source TagSource `json:"source"`
	}
	// AttributeSet says that an attribute has a new value, or none.
	AttributeSet struct {
		Attribute string `json:"attribute"`
		Source    string `json:"source"`
		Cleared   bool   `json:"cleared,omitempty"`
	}
	// PackSwitched says that the attributes and tags of a trade can be used from now on, or are put away.
	PackSwitched struct {
		Pack    string `json:"pack"`
		Enabled bool   `json:"enabled"`
	}
	// Noted says that something was written down; the words are in the note.
	Noted struct {
		NoteID NoteID   `json:"note_id"`
		Kind   NoteKind `json:"kind"`
	}
	// LifeDateSet says that a date of life is known or was changed.
	LifeDateSet struct {
		LifeDateID LifeDateID   `json:"life_date_id"`
		Kind       LifeDateKind `json:"kind"`
		Calendar   Calendar     `json:"calendar"`
	}
	// LifeDateRemoved says that a date of life was taken away.
	LifeDateRemoved struct {
		LifeDateID LifeDateID   `json:"life_date_id"`
		Kind       LifeDateKind `json:"kind"`
	}
)

// FactKind implements event.Fact.
func (Created) FactKind() event.Kind { return "customer.created" }

// FactKind implements event.Fact.
func (Updated) FactKind() event.Kind { return "customer.updated" }

// FactKind implements event.Fact.
func (Removed) FactKind() event.Kind { return "customer.removed" }

// FactKind implements event.Fact.
func (IdentityAdded) FactKind() event.Kind { return "customer.identity_added" }

// FactKind implements event.Fact.
func (IdentityEnded) FactKind() event.Kind { return "customer.identity_ended" }

// FactKind implements event.Fact.
func (Merged) FactKind() event.Kind { return "customer.merged" }

// FactKind implements event.Fact.
func (Unmerged) FactKind() event.Kind { return "customer.unmerged" }

// FactKind implements event.Fact.
func (Tagged) FactKind() event.Kind { return "customer.tagged" }

// FactKind implements event.Fact.
func (Untagged) FactKind() event.Kind { return "customer.untagged" }

// FactKind implements event.Fact.
func (AttributeSet) FactKind() event.Kind { return "customer.attribute_set" }

// FactKind implements event.Fact.
func (PackSwitched) FactKind() event.Kind { return "customer.pack_switched" }

// FactKind implements event.Fact.
func (Noted) FactKind() event.Kind { return "customer.noted" }

// FactKind implements event.Fact.
func (LifeDateSet) FactKind() event.Kind { return "customer.life_date_set" }

// FactKind implements event.Fact.
func (LifeDateRemoved) FactKind() event.Kind { return "customer.life_date_removed" }

func shopText(shop int64) string {
	if shop == 0 {
		return ""
	}
	return id.Text("shp", shop)
}

// homeFact says that a customer who had no home shop has one.
func homeFact(customer, shop int64, at time.Time, history bool) event.Entry {
	return event.Entry{Fact: Updated{Fields: []string{"shop_id"}, ShopID: shopText(shop)}, CustomerID: customer, ShopID: shop, HappenedAt: at, History: history}
}
