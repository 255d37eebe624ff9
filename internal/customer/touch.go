package customer

import (
	"context"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Touch is what a customer did short of buying: looked at a product, filled a cart, checked in.
type Touch struct {
	Source      string `json:"source"`
	EventID     string `json:"event_id"`
	SessionID   string `json:"session_id,omitempty" maxLength:"128"`
	SKU         string `json:"sku,omitempty" maxLength:"64"`
	ProductCode string `json:"product_code,omitempty" maxLength:"64"`
	Category    string `json:"category,omitempty" maxLength:"200"`
	Quantity    int64  `json:"quantity,omitempty" minimum:"0" maximum:"100000"`
	PriceFen    int64  `json:"price_fen,omitempty" minimum:"0"`
	AmountFen   int64  `json:"amount_fen,omitempty" minimum:"0" doc:"What the whole cart is worth"`
	CartID      string `json:"cart_id,omitempty" maxLength:"128"`
	Query       string `json:"query,omitempty" maxLength:"200" doc:"What was searched for"`
	Page        string `json:"page,omitempty" maxLength:"500"`
	LiveRoom    string `json:"live_room,omitempty" maxLength:"128"`
	DurationMS  int64  `json:"duration_ms,omitempty" minimum:"0"`
}

// The facts of behaviour.
type (
	// ProductViewed says that a product was looked at.
	ProductViewed struct{ Touch }
	// Searched says that something was searched for.
	Searched struct{ Touch }
	// CartAdded says that goods were put into a cart.
	CartAdded struct{ Touch }
	// CartRemoved says that goods were taken out of a cart.
	CartRemoved struct{ Touch }
	// CheckoutStarted says that somebody went to the till of an online shop.
	CheckoutStarted struct{ Touch }
	// CheckedIn says that a customer said she was here.
	CheckedIn struct{ Touch }
	// LiveViewed says that a live stream was watched.
	LiveViewed struct{ Touch }
	// SessionIdentified says that the anonymous touches of a session were hers.
	SessionIdentified struct {
		Source    string `json:"source"`
		SessionID string `json:"session_id"`
		Touches   int64  `json:"touches"`
	}
)

// FactKind implements event.Fact.
func (ProductViewed) FactKind() event.Kind { return "touch.product_viewed" }

// FactKind implements event.Fact.
func (Searched) FactKind() event.Kind { return "touch.searched" }

// FactKind implements event.Fact.
func (CartAdded) FactKind() event.Kind { return "touch.cart_added" }

// FactKind implements event.Fact.
func (CartRemoved) FactKind() event.Kind { return "touch.cart_removed" }

// FactKind implements event.Fact.
func (CheckoutStarted) FactKind() event.Kind { return "touch.checkout_started" }

// FactKind implements event.Fact.
func (CheckedIn) FactKind() event.Kind { return "touch.checked_in" }

// FactKind implements event.Fact.
func (LiveViewed) FactKind() event.Kind { return "touch.live_viewed" }

// FactKind implements event.Fact.
func (SessionIdentified) FactKind() event.Kind { return "touch.session_identified" }

// touchFact returns the fact of a kind, or nil.
func touchFact(kind string, t Touch) event.Fact {
	switch kind {
	case "product_viewed":
		return ProductViewed{t}
	case "searched":
		return Searched{t}
	case "cart_added":
		return CartAdded{t}
	case "cart_removed":
		return CartRemoved{t}
	case "checkout_started":
		return CheckoutStarted{t}
	case "checked_in":
		return CheckedIn{t}
	case "live_viewed":
		return LiveViewed{t}
	}
	return nil
}

// TouchDraft is a touch to record. It is of a customer, of whoever the identities find, or of a session.
type TouchDraft struct {
	Kind       string       `json:"kind" enum:"product_viewed,searched,cart_added,cart_removed,checkout_started,checked_in,live_viewed"`
	CustomerID ID           `json:"customer_id,omitzero"`
	Identities []Identity   `json:"identities,omitempty" maxItems:"10"`
	ShopID     staff.ShopID `json:"shop_id,omitzero"`
	HappenedAt time.Time    `json:"happened_at,omitzero" doc:"When it happened; now if absent"`
	Touch
}

// TouchResult is the answer for one touch.
type TouchResult struct {
	Index      int    `json:"index"`
	Status     string `json:"status" enum:"recorded,duplicate,error"`
	CustomerID ID     `json:"customer_id,omitzero"`
	Code       string `json:"code,omitempty"`
	Message    string `json:"message,omitempty"`
}

const (
	maxTouches  = 500
	aheadAtMost = 5 * time.Minute // A clock of another machine may be ahead.
)

func (t TouchDraft) validate(now time.Time) error {
	switch {
	case t.Source == "" || len(t.Source) > 64 || !printable(t.Source):
		return errs.New(errs.Invalid, "touch.source", "name the source, in at most 64 characters")
	case t.EventID == "" || len(t.EventID) > 128 || !printable(t.EventID):
		return errs.New(errs.Invalid, "touch.event_id", "give the event an id of its own, of at most 128 characters")
	case touchFact(t.Kind, t.Touch) == nil:
		return errs.New(errs.Invalid, "touch.kind", "there is no such kind of event")
	case t.CustomerID.IsZero() && len(t.Identities) == 0 && t.SessionID == "":
		return errs.New(errs.Invalid, "touch.nobody", "give a customer, identities or a session")
	case t.HappenedAt.After(now.Add(aheadAtMost)):
		return errs.New(errs.Invalid, "touch.future", "this has not happened yet")
	case t.Quantity < 0 || t.PriceFen < 0 || t.AmountFen < 0 || t.DurationMS < 0:
		return errs.New(errs.Invalid, "touch.negative", "amounts are not negative")
	}
	for _, i := range t.Identities {
		if _, err := i.Normalize(); err != nil {
			return err
		}
	}
	return nil
}

// RecordTouches records behaviour, each item for itself and once by its source and id. At most 500.
func (s *Service) RecordTouches(ctx context.Context, tx *db.Tx, drafts []TouchDraft, history bool) ([]TouchResult, error) {
	if len(drafts) > maxTouches {
		return nil, errs.New(errs.TooLarge, "touch.too_many", "send at most %d events at a time", maxTouches)
	}
	r := &toucher{Service: s, tx: tx, drafts: drafts, history: history, results: make([]TouchResult, len(drafts)), seen: map[touchKey]bool{}}
	for i := range drafts {
		r.results[i] = TouchResult{Index: i, Status: "recorded"}
		r.check(i)
	}
	if err := r.dropKnown(ctx); err != nil {
		return nil, err
	}
	if err := r.identify(ctx); err != nil {
		return nil, err
	}
	return r.results, r.write(ctx)
}

// toucher records one batch.
type toucher struct {
	*Service
	tx      *db.Tx
	drafts  []TouchDraft
	history bool
	results []TouchResult
	seen    map[touchKey]bool
}

type touchKey struct{ source, event string }

func (t TouchDraft) key() touchKey { return touchKey{t.Source, t.EventID} }

func (r *toucher) fail(i int, err error) {
	r.results[i].Status, r.results[i].Code, r.results[i].Message = "error", errs.CodeOf(err), messageOf(err)
}

func (r *toucher) open(i int) bool { return r.results[i].Status == "recorded" }

func (r *toucher) check(i int) {
	d := r.drafts[i]
	if err := d.validate(r.tx.Now); err != nil {
		r.fail(i, err)
	} else if r.seen[d.key()] {
		r.results[i].Status = "duplicate"
	} else {
		r.seen[d.key()] = true
	}
}

// dropKnown marks what was recorded before.
func (r *toucher) dropKnown(ctx context.Context) error {
	known, err := findTouches(ctx, r.tx, r.drafts)
	for i := range r.drafts {
		if r.open(i) && known[r.drafts[i].key()] {
			r.results[i].Status = "duplicate"
		}
	}
	return err
}

// identify finds the customers of what is left.
func (r *toucher) identify(ctx context.Context) error {
	var requests []Resolve
	var places []int
	found := map[ID]ID{}
	for i, d := range r.drafts {
		switch {
		case !r.open(i):
		case !d.CustomerID.IsZero():
			if _, ok := found[d.CustomerID]; !ok {
				c, err := r.find(ctx, r.tx, d.CustomerID)
				if err != nil && errs.KindOf(err) != errs.NotFound {
					return err
				}
				found[d.CustomerID] = c.ID
			}
			if r.results[i].CustomerID = found[d.CustomerID]; r.results[i].CustomerID.IsZero() {
				r.fail(i, notFound())
			}
		case len(d.Identities) > 0:
			places = append(places, i)
			requests = append(requests, Resolve{Identities: d.Identities, Source: d.Source, HappenedAt: d.HappenedAt, History: r.history})
		}
	}
	ids, err := r.ResolveMany(ctx, r.tx, requests)
	for j, i := range places {
		if err == nil {
			r.results[i].CustomerID = ids[j]
		}
	}
	return err
}

// write writes the keys and the facts.
func (r *toucher) write(ctx context.Context) error {
	var rows [][]any
	var places []int
	for i, d := range r.drafts {
		if !r.open(i) {
			continue
		}
		at := d.HappenedAt
		if at.IsZero() {
			at = r.tx.Now
		}
		places = append(places, i)
		rows = append(rows, []any{r.tx.NewID(), d.Source, d.EventID, d.SessionID, r.results[i].CustomerID, at.UnixMilli(),
			d.Kind, d.Category, d.ProductCode, d.SKU})
	}
	lost, err := insertTouches(ctx, r.tx, rows)
	if err != nil {
		return err
	}
	var facts []event.Entry
	for j, i := range places {
		if lost[rows[j][0].(int64)] {
			r.results[i].Status = "duplicate"
			continue
		}
		d := r.drafts[i]
		facts = append(facts, event.Entry{Fact: touchFact(d.Kind, d.Touch), CustomerID: r.results[i].CustomerID.Int64(), ShopID: d.ShopID.Int64(),
			HappenedAt: d.HappenedAt, History: r.history})
	}
	claimed, err := r.claimSessions(ctx)
	if err != nil {
		return err
	}
	return r.Log.Append(ctx, r.tx, append(facts, claimed...)...)
}

// claimSessions gives the anonymous touches of sessions to those who turned out to be behind them.
func (r *toucher) claimSessions(ctx context.Context) (facts []event.Entry, err error) {
	var done []touchKey
	for i, d := range r.drafts {
		customer := r.results[i].CustomerID
		session := touchKey{d.Source, d.SessionID}
		if !r.open(i) || customer.IsZero() || d.SessionID == "" || slices.Contains(done, session) {
			continue
		}
		done = append(done, session)
		n, err := claimTouches(ctx, r.tx, d.Source, d.SessionID, customer)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			facts = append(facts, event.Entry{Fact: SessionIdentified{d.Source, d.SessionID, n}, CustomerID: customer.Int64(), History: r.history})
		}
	}
	return facts, nil
}
