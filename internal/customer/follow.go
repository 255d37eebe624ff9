package customer

import (
	"context"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/privacy"
)

// Register declares the facts of this package and applies those of others.
func (s *Service) Register(l *event.Log) {
	l.Declare(
		event.Doc{Fact: Created{}, Text: "A customer became known, from a till, an import, a form or by hand."},
		event.Doc{Fact: Updated{}, Text: "Fields of the basic record changed; shop_id is the new home shop, when that did."},
		event.Doc{Fact: Removed{}, Text: "The record of a customer was taken back together with the import that made it."},
		event.Doc{Fact: IdentityAdded{}, Text: "A customer can be found by one more phone, account or card, or one of hers was verified."},
		event.Doc{Fact: IdentityEnded{}, Text: "A phone, account or card finds the customer no longer."},
		event.Doc{Fact: Merged{}, Text: "Two records are one person from now on; others move what they hold and remember it under merge_id."},
		event.Doc{Fact: Unmerged{}, Text: "They are two again; others move back what they remembered under merge_id."},
		event.Doc{Fact: Tagged{}, Text: "A tag was put on a customer, with its source, confidence and end."},
		event.Doc{Fact: Untagged{}, Text: "A tag was taken off a customer."},
		event.Doc{Fact: AttributeSet{}, Text: "An attribute of a customer has a new value, or none."},
		event.Doc{Fact: PackSwitched{}, Text: "The attributes and tags of a trade can be used from now on, or are put away; no value is lost."},
		event.Doc{Fact: Noted{}, Text: "Somebody wrote a note about a customer; the words are in the note."},
		event.Doc{Fact: LifeDateSet{}, Text: "A date of life became known or was changed."},
		event.Doc{Fact: LifeDateRemoved{}, Text: "A date of life was taken away."},
		event.Doc{Fact: ProductViewed{}, Text: "A product was looked at online."},
		event.Doc{Fact: Searched{}, Text: "Something was searched for online."},
		event.Doc{Fact: CartAdded{}, Text: "Goods were put into a cart."},
		event.Doc{Fact: CartRemoved{}, Text: "Goods were taken out of a cart."},
		event.Doc{Fact: CheckoutStarted{}, Text: "Somebody went on to pay online."},
		event.Doc{Fact: CheckedIn{}, Text: "A customer checked in."},
		event.Doc{Fact: LiveViewed{}, Text: "A live stream was watched."},
		event.Doc{Fact: SessionIdentified{}, Text: "The anonymous touches of a session turned out to be of this customer."},
	)
	l.Apply("customer", s.applyConsents, "consent.given", "consent.withdrawn")
}

// applyConsents notes who was asked about marketing, whatever the answer: that counts for the quality.
func (s *Service) applyConsents(ctx context.Context, tx *db.Tx, records []event.Record) error {
	seen := map[int64]bool{}
	var asked []int64
	for _, r := range records {
		var f struct {
			Purpose privacy.Purpose `json:"purpose"`
		}
		if err := r.Decode(&f); err != nil {
			return err
		}
		if f.Purpose == privacy.Marketing && !seen[r.CustomerID] {
			seen[r.CustomerID] = true
			asked = append(asked, r.CustomerID)
		}
	}
	return markAsked(ctx, tx, asked)
}
