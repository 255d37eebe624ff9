package customer

import (
	"context"
	"errors"
	"fmt"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// NewCustomer is a customer that somebody adds by hand.
type NewCustomer struct {
	Identities []Identity
	Basics     Basics
	Source     string
}

// Create adds a customer. Unlike Resolve it refuses one that is known: customer.exists. Other errors are
// customer.invalid, identity.invalid and identity.unproven.
func (s *Service) Create(ctx context.Context, tx *db.Tx, d NewCustomer) (ID, error) {
	fresh := customerRow{State: StateActive}
	next, _, err := s.edit(ctx, tx, fresh, d.Basics)
	if err != nil {
		return ID{}, err
	}
	if next.Name == "" && len(d.Identities) == 0 {
		return ID{}, errs.New(errs.Invalid, "customer.empty", "give a name or an identity")
	}
	if scope := access.From(ctx).Scope; next.ShopID == 0 && !scope.All {
		if len(scope.Shops) == 0 {
			return ID{}, errs.New(errs.Forbidden, "access.denied", "you belong to no shop")
		}
		next.ShopID = scope.Shops[0] // Whom a clerk adds is at home with her.
	}
	if err := mayProve(ctx, d.Identities); err != nil {
		return ID{}, err
	}
	request := Resolve{Identities: d.Identities, Name: next.Name, ShopID: next.ShopID, Source: d.Source}
	r := &resolver{Service: s, tx: tx, zone: s.Staff.Zone(), touched: map[int64]bool{}, made: map[int64]bool{}}
	var claims []claim
	if len(d.Identities) > 0 {
		if claims, err = s.claimsOf(d.Identities); err != nil {
			return ID{}, err
		}
	}
	if err := r.load(ctx, [][]claim{claims}, nil); err != nil {
		return ID{}, err
	}
	if len(r.rows) > 0 {
		return ID{}, s.known(ctx, tx, claims, r.rows)
	}
	customer := id.Of[customerKind](r.create(&request, tx.Now))
	row := &r.customers[0]
	row.Gender, row.Channel, row.known.gender = next.Gender, next.Channel, next.Gender != ""
	for _, c := range claims {
		r.add(customer.Int64(), c, &request, tx.Now, false)
	}
	if err := r.flush(ctx); errors.Is(err, errTaken) {
		return ID{}, errs.New(errs.Conflict, "customer.exists", "somebody has added this customer just now")
	} else if err != nil {
		return ID{}, err
	}
	return customer, s.suspectNamesakes(ctx, tx, customer)
}

// known says that claims find somebody. If they find several, these may be one person: that is suggested.
func (s *Service) known(ctx context.Context, tx *db.Tx, claims []claim, rows map[int64]*live) error {
	e := errs.New(errs.Conflict, "customer.exists", "this customer is known already")
	var owners []int64
	for _, c := range claims {
		if l := rows[c.hash]; l != nil {
			owners = append(owners, l.customer)
			e.Fields = append(e.Fields, errs.Field{Path: fmt.Sprintf("identities[%d]", c.at), Code: "customer.exists", Message: "this finds a customer"})
		}
	}
	suggestInstead(tx, owners[0], owners[1:]...)
	return s.naming(ctx, tx, e, owners[0])
}

// naming adds to an error whom it is about, for those who may see her.
func (s *Service) naming(ctx context.Context, tx *db.Tx, e *errs.Error, customer int64) error {
	subject := id.Of[customerKind](customer)
	if _, err := s.findInScope(ctx, tx, subject); err == nil {
		e.Subject = subject.String()
	} else if errs.KindOf(err) != errs.NotFound {
		return err
	}
	return e
}

// mayProve refuses verified identities from people: only a program that has checked a code or a login can
// say so, and a clerk only of the card that she holds in her hand (SEC-26).
func mayProve(ctx context.Context, identities []Identity) error {
	caller := access.From(ctx)
	if caller.Program || caller.KeyID != 0 {
		return nil
	}
	for i, identity := range identities {
		if identity.Verified && identity.Kind != Card {
			e := errs.New(errs.Forbidden, "identity.unproven", "a person cannot declare this kind of identity verified")
			e.Fields = []errs.Field{{Path: fmt.Sprintf("identities[%d].verified", i), Code: "identity.unproven", Message: e.Message}}
			return e
		}
	}
	return nil
}

// AddIdentity gives a customer one more key. One that finds somebody else is identity.taken, and a
// suggestion to merge, unless it is added as shared: then it is shown here and finds its owner only.
func (s *Service) AddIdentity(ctx context.Context, tx *db.Tx, customer ID, raw Identity, shared bool, source string) (IdentityView, error) {
	if err := mayProve(ctx, []Identity{raw}); err != nil {
		return IdentityView{}, err
	}
	c, err := s.find(ctx, tx, customer)
	if err != nil {
		return IdentityView{}, err
	}
	identity, err := raw.Normalize()
	if err != nil {
		return IdentityView{}, err
	}
	present, err := s.listIdentities(ctx, tx, []ID{c.ID})
	if err != nil {
		return IdentityView{}, err
	}
	row := s.newIdentity(tx, c.ID.Int64(), identity, identity.key(s.Keys), source)
	row.shared, row.Verified = shared, identity.Verified && !shared
	for _, p := range present[c.ID] {
		if p.hash == row.hash {
			return s.reviseIdentity(ctx, tx, p, row)
		}
	}
	if len(present[c.ID]) >= maxIdentities {
		return IdentityView{}, errs.New(errs.Conflict, "identity.too_many", "a customer has at most %d identities", maxIdentities)
	}
	if err := insertIdentities(ctx, tx, []*identityRow{row}); errors.Is(err, errTaken) {
		return IdentityView{}, s.takenBy(ctx, tx, c.ID, row.hash)
	} else if err != nil {
		return IdentityView{}, err
	}
	return row.view(), s.identityAdded(ctx, tx, row)
}

// reviseIdentity adds to a row what a repetition of it says more.
func (s *Service) reviseIdentity(ctx context.Context, tx *db.Tx, present identityRow, again *identityRow) (IdentityView, error) {
	if present.Verified || !again.Verified {
		return present.view(), nil
	}
	present.Verified = true
	if err := verifyIdentities(ctx, tx, []int64{present.id}); err != nil {
		return IdentityView{}, err
	}
	return present.view(), s.identityAdded(ctx, tx, &present)
}

func (s *Service) identityAdded(ctx context.Context, tx *db.Tx, row *identityRow) error {
	if err := refreshQuality(ctx, tx, []int64{row.customer}); err != nil {
		return err
	}
	identity := id.Of[identityKind](row.id)
	return s.Log.Append(ctx, tx, event.Entry{
		Fact: IdentityAdded{IdentityID: identity, Kind: row.Kind, Space: row.Space, Verified: row.Verified}, CustomerID: row.customer,
	})
}

// takenBy answers that an identity finds another. A person who sees this can merge the two, now or from
// the suggestion that is left, or add the identity as shared.
func (s *Service) takenBy(ctx context.Context, tx *db.Tx, customer ID, hash int64) error {
	seen, err := askLive(ctx, tx, []int64{hash})
	if err != nil {
		return err
	}
	if err := seen.load(ctx, tx); err != nil {
		return err
	}
	e := errs.New(errs.Conflict, "identity.taken", "this identity finds another customer")
	if l := seen.rows[hash]; l != nil {
		suggestInstead(tx, customer.Int64(), l.customer)
		return s.naming(ctx, tx, e, l.customer)
	}
	return e
}

// RemoveIdentity ends an identity: it finds nobody any more.
func (s *Service) RemoveIdentity(ctx context.Context, tx *db.Tx, customer ID, identity IdentityID, reason string) error {
	c, err := s.find(ctx, tx, customer)
	if err != nil {
		return err
	}
	all, err := s.listIdentities(ctx, tx, []ID{c.ID})
	if err != nil {
		return err
	}
	for _, row := range all[c.ID] {
		if row.id != identity.Int64() {
			continue
		}
		if err := s.endIdentity(ctx, tx, c.ID, identity, row.Kind, "removed"); err != nil {
			return err
		}
		if err := refreshQuality(ctx, tx, []int64{c.ID.Int64()}); err != nil {
			return err
		}
		return s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "customer.identity_removed", Subject: c.ID.String(), Reason: reason,
			Before: map[string]any{"identity_id": identity, "kind": row.Kind, "masked": row.mask()}})
	}
	return errs.New(errs.NotFound, "identity.not_found", "the customer has no such identity")
}

// endIdentity ends a row and says so.
func (s *Service) endIdentity(ctx context.Context, tx *db.Tx, customer ID, identity IdentityID, kind IdentityKind, why string) error {
	ended, err := endRow(ctx, tx, customer, identity, why)
	if err != nil || !ended {
		return err
	}
	return s.Log.Append(ctx, tx, event.Entry{Fact: IdentityEnded{IdentityID: identity, Kind: kind, Why: why}, CustomerID: customer.Int64()})
}
