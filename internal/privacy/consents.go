package privacy

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// Consents is the ledger of consent: who agreed to what, by which channel, on which text, and withdrew.
type Consents struct {
	Log *event.Log
}

// Record writes acts to the ledger, as many as its caller likes, in few statements. What says nothing new
// (the same answer to the same text) is not written again. An act older than what is known is kept in the
// ledger but decides nothing. Errors: consent.invalid; consent_text.not_found; consent_text.other_purpose.
func (c *Consents) Record(ctx context.Context, tx *db.Tx, acts ...Act) error {
	for _, a := range acts {
		if err := a.Validate(); err != nil {
			return err
		}
	}
	if err := checkTexts(ctx, tx, acts); err != nil {
		return err
	}
	known, err := statesOf(ctx, tx, acts)
	if err != nil {
		return err
	}
	var entries []Consent
	var kept []Act
	changed := map[stateKey]State{}
	for _, a := range acts {
		key := a.key()
		if a.repeats(known[key], tx) {
			continue
		}
		entry := a.entry(ctx, tx)
		entries, kept = append(entries, entry), append(kept, a)
		if !entry.HappenedAt.Before(known[key].SinceAt) {
			known[key], changed[key] = entry.state(), entry.state()
		}
	}
	if err := insertConsents(ctx, tx, entries); err != nil {
		return err
	}
	if err := upsertStates(ctx, tx, changed); err != nil {
		return err
	}
	if err := refreshMerged(ctx, tx, entries, known); err != nil {
		return err
	}
	facts := make([]event.Entry, len(entries))
	for i, entry := range entries {
		facts[i] = event.Entry{
			Fact: entry.fact(), CustomerID: entry.CustomerID, ShopID: entry.ShopID, HappenedAt: entry.HappenedAt,
			History: kept[i].History || known[kept[i].key()].ConsentID != entry.ID,
		}
	}
	return c.Log.Append(ctx, tx, facts...)
}

func (a Act) key() stateKey { return stateKey{a.CustomerID, topic{a.Channel, a.Purpose}} }

// repeats reports whether the act says what stands already. A consent to the same text may be forgotten;
// a withdrawal only if it is no news, or a consent from in between that arrives late would undo it.
func (a Act) repeats(state State, tx *db.Tx) bool {
	switch {
	case state.Silent() || state.Given != a.Given:
		return false
	case a.Given:
		return state.TextID == a.TextID
	}
	return a.History && a.HappenedAt.IsZero() || !a.at(tx).After(state.SinceAt)
}

// at is when the act happened: a clock that is ahead must not outlive a withdrawal.
func (a Act) at(tx *db.Tx) time.Time {
	if a.HappenedAt.IsZero() || a.HappenedAt.After(tx.Now) {
		return tx.Now
	}
	return a.HappenedAt.UTC().Truncate(time.Millisecond)
}

// entry is the act as it goes into the ledger.
func (a Act) entry(ctx context.Context, tx *db.Tx) Consent {
	return Consent{
		ID: id.Of[consentKind](tx.NewID()), CustomerID: a.CustomerID, Channel: a.Channel, Purpose: a.Purpose, Given: a.Given,
		TextID: a.TextID, Evidence: a.Evidence, ShopID: a.ShopID, StaffID: access.From(ctx).StaffID, HappenedAt: a.at(tx), RecordedAt: tx.Now,
	}
}

// Withdrawal is a "no" that may reach wide.
type Withdrawal struct {
	CustomerID int64
	Purpose    Purpose // Purpose is what she no longer wants; empty for everything.
	Channel    Channel // Channel is by which way; AnyChannel for all.
	Evidence   Evidence
	ShopID     int64
}

// Withdraw records a withdrawal for each channel and purpose it reaches, also those that were never
// agreed to: a refusal is more than silence, and is not asked about again soon.
func (c *Consents) Withdraw(ctx context.Context, tx *db.Tx, w Withdrawal) error {
	var acts []Act
	add := func(p Purpose, ch Channel) {
		acts = append(acts, Act{CustomerID: w.CustomerID, Channel: ch, Purpose: p, Evidence: w.Evidence, ShopID: w.ShopID})
	}
	purposes := Purposes
	if w.Purpose != "" {
		purposes = []Purpose{w.Purpose}
	}
	for _, p := range purposes {
		switch {
		case p.ByChannel() && w.Channel == AnyChannel:
			for _, ch := range Channels {
				add(p, ch)
			}
		case p.ByChannel():
			add(p, w.Channel)
		case w.Channel == AnyChannel || w.Purpose != "":
			add(p, AnyChannel)
		}
	}
	return c.Record(ctx, tx, acts...)
}

// Current returns where the customer stands. What is not in it was never said, which is no consent.
func (c *Consents) Current(ctx context.Context, tx *db.Tx, customerID int64) (States, error) {
	all, err := c.CurrentMany(ctx, tx, []int64{customerID})
	return all[customerID], err
}

// CurrentMany returns where each of the customers stands.
func (c *Consents) CurrentMany(ctx context.Context, tx *db.Tx, customerIDs []int64) (map[int64]States, error) {
	found := map[int64]States{}
	for chunk := range slices.Chunk(customerIDs, maxIn) {
		states, err := listStates(ctx, tx, chunk)
		if err != nil {
			return nil, err
		}
		for _, s := range states {
			found[s.customer] = append(found[s.customer], s.State)
		}
	}
	return found, nil
}

// Forget removes everything about the customers, for the undo of an import that created them. Whom the
// shop has known is erased, not forgotten: what she refused must outlive her record.
func (c *Consents) Forget(ctx context.Context, tx *db.Tx, customerIDs []int64) error {
	for chunk := range slices.Chunk(customerIDs, maxIn) {
		if err := deleteConsents(ctx, tx, chunk); err != nil {
			return err
		}
	}
	return nil
}

// History returns the ledger of the customer and of those merged into her, latest first, at most limit
// entries.
func (c *Consents) History(ctx context.Context, tx *db.Tx, customerID int64, limit int) ([]Consent, error) {
	group, _, err := listGroup(ctx, tx, customerID)
	if err != nil {
		return nil, err
	}
	entries, err := listConsents(ctx, tx, group)
	slices.SortFunc(entries, func(a, b Consent) int {
		if c := b.HappenedAt.Compare(a.HappenedAt); c != 0 {
			return c
		}
		return cmp.Compare(b.ID.Int64(), a.ID.Int64())
	})
	return entries[:min(limit, len(entries))], err
}

// PublishText makes the body the present version of the text for a purpose and channel, and returns it.
// The same body again is the same version. Errors: consent_text.invalid.
func (c *Consents) PublishText(ctx context.Context, tx *db.Tx, purpose Purpose, channel Channel, body string) (Text, error) {
	t := Text{Purpose: purpose, Channel: channel, Body: strings.TrimSpace(body), CreatedAt: tx.Now}
	if err := t.Validate(); err != nil {
		return Text{}, err
	}
	sum := sha256.Sum256([]byte(t.Body))
	t.BodyHash = hex.EncodeToString(sum[:])
	latest, err := findLatestText(ctx, tx, purpose, channel)
	switch {
	case err == nil && latest.BodyHash == t.BodyHash:
		return latest, nil
	case err != nil && errs.KindOf(err) != errs.NotFound:
		return Text{}, err
	}
	t.ID, t.Version = id.Of[textKind](tx.NewID()), latest.Version+1
	return t, insertText(ctx, tx, t, access.From(ctx).StaffID)
}

// PresentText returns the present version of the text for a purpose and channel: its own, else the one
// that holds for every channel. Errors: consent_text.not_found.
func (c *Consents) PresentText(ctx context.Context, tx *db.Tx, purpose Purpose, channel Channel) (Text, error) {
	t, err := findLatestText(ctx, tx, purpose, channel)
	if channel != AnyChannel && errs.KindOf(err) == errs.NotFound {
		return findLatestText(ctx, tx, purpose, AnyChannel)
	}
	return t, err
}
