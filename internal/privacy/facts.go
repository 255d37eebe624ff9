package privacy

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// ConsentGiven is the fact that a customer agreed.
type ConsentGiven struct {
	ConsentID ConsentID `json:"consent_id"`
	Channel   Channel   `json:"channel"`
	Purpose   Purpose   `json:"purpose"`
	TextID    TextID    `json:"text_id"`
	How       string    `json:"how"`
}

// FactKind implements event.Fact.
func (ConsentGiven) FactKind() event.Kind { return "consent.given" }

// ConsentWithdrawn is the fact that a customer withdrew her consent, or refused it.
type ConsentWithdrawn struct {
	ConsentID ConsentID `json:"consent_id"`
	Channel   Channel   `json:"channel"`
	Purpose   Purpose   `json:"purpose"`
	How       string    `json:"how"`
}

// FactKind implements event.Fact.
func (ConsentWithdrawn) FactKind() event.Kind { return "consent.withdrawn" }

// fact returns the entry of the ledger as a fact.
func (c Consent) fact() event.Fact {
	if c.Given {
		return ConsentGiven{c.ID, c.Channel, c.Purpose, c.TextID, c.Evidence.How}
	}
	return ConsentWithdrawn{c.ID, c.Channel, c.Purpose, c.Evidence.How}
}

// Facts of customers that consent depends on; they are recorded above, with at least these fields.
const (
	customerMerged   event.Kind = "customer.merged"
	customerUnmerged event.Kind = "customer.unmerged"
)

type mergeFact struct {
	SurvivorID id.ID[customerKind] `json:"survivor_id"`
	MergedID   id.ID[customerKind] `json:"merged_id"`
	MergeID    json.RawMessage     `json:"merge_id"`
}

type customerKind struct{}

// Prefix implements id.Kind.
func (customerKind) Prefix() string { return "cus" }

// Register declares the facts of consent and has merges of customers applied to it.
func (c *Consents) Register(l *event.Log) {
	l.Declare(
		event.Doc{Fact: ConsentGiven{}, Text: "A customer agreed to a purpose, for one channel where the purpose has channels, on the text named."},
		event.Doc{Fact: ConsentWithdrawn{}, Text: "A customer withdrew her consent to a purpose, or refused it."},
	)
	l.Apply("privacy", c.applyMerges, customerMerged, customerUnmerged)
}

// applyMerges works out anew where the customers of each merge stand.
func (c *Consents) applyMerges(ctx context.Context, tx *db.Tx, records []event.Record) error {
	for _, r := range records {
		var f mergeFact
		if err := r.Decode(&f); err != nil {
			return err
		}
		mergeID, survivor, merged := strings.Trim(string(f.MergeID), `"`), f.SurvivorID.Int64(), f.MergedID.Int64()
		if r.Kind == customerMerged {
			if err := insertMerge(ctx, tx, mergeID, merge{survivor, merged, tx.Now}); err != nil {
				return err
			}
			if err := refreshStates(ctx, tx, survivor); err != nil {
				return err
			}
			continue
		}
		if err := deleteMerge(ctx, tx, mergeID); err != nil {
			return err
		}
		for _, customer := range []int64{survivor, merged} {
			if err := refreshStates(ctx, tx, customer); err != nil {
				return err
			}
		}
	}
	return nil
}
