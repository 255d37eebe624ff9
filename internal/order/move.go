package order

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// moveOrders has orders and refunds follow their customers: to the survivor of a merge, and those that
// the merge moved back when it is undone. What the survivor bought since stays with her.
func (s *Service) moveOrders(ctx context.Context, tx *db.Tx, records []event.Record) error {
	for _, r := range records {
		var err error
		switch f := r.Fact.(type) {
		case customer.Merged:
			err = moveToSurvivor(ctx, tx, f.MergeID, f.MergedID, f.SurvivorID)
		case customer.Unmerged:
			err = moveBack(ctx, tx, f.MergeID, f.MergedID)
		}
		if err != nil {
			return fmt.Errorf("move orders of %s: %w", r.Kind, err)
		}
	}
	return nil
}

// Claimer says whose an anonymous order is: a customer, or who is found or made known by identities.
type Claimer struct {
	CustomerID customer.ID
	Identities []customer.Identity
	Name       string
}

// Claim gives an anonymous order its customer, and reports whether it was hers already. Errors:
// order.not_found, claim.invalid, and order.claimed if it is somebody else's.
func (s *Service) Claim(ctx context.Context, tx *db.Tx, order ID, by Claimer) (Order, bool, error) {
	o, err := s.Find(ctx, tx, order)
	if err != nil {
		return Order{}, false, err
	}
	to, err := s.claimer(ctx, tx, &o, by)
	if err != nil {
		return Order{}, false, err
	}
	if o.CustomerID == to {
		return o, true, nil
	}
	return o, false, s.claim(ctx, tx, &o, to)
}

// claim gives an anonymous order its customer; if it is somebody's, it returns order.claimed.
func (s *Service) claim(ctx context.Context, tx *db.Tx, o *Order, to customer.ID) error {
	claimed, err := claimOrder(ctx, tx, o.ID, to)
	if err != nil {
		return fmt.Errorf("claim order: %w", err)
	}
	if !claimed {
		return errClaimed()
	}
	o.CustomerID = to
	if err := s.Customers.Served(ctx, tx, []customer.Visit{{CustomerID: to, ShopID: o.ShopID.Int64(), On: o.On, History: o.History}}); err != nil {
		return fmt.Errorf("note who was served: %w", err)
	}
	return s.Log.Append(ctx, tx, event.Entry{
		Fact:       Claimed{o.ID, o.On, o.PaidFen, o.Units, o.RefundedFen, o.RefundedUnits, o.Channel},
		CustomerID: to.Int64(), ShopID: o.ShopID.Int64(), Subject: o.ID.String(), History: o.History,
	})
}

func errClaimed() error {
	return errs.New(errs.Conflict, "order.claimed", "the order is another customer's")
}

// claimer finds who claims an order.
func (s *Service) claimer(ctx context.Context, tx *db.Tx, o *Order, by Claimer) (customer.ID, error) {
	f := faults{terms: termsFor(ctx, o.History)}
	identities := f.person(by.Identities, by.CustomerID)
	f.text("name", by.Name, 0, maxName)
	f.check("identities", !by.CustomerID.IsZero() || len(by.Identities) > 0, "required", "give customer_id or identities")
	if err := errs.InvalidFields("claim.invalid", f.fields); err != nil {
		return customer.ID{}, err
	}
	if !by.CustomerID.IsZero() {
		to, err := s.pickCustomer(ctx, tx, by.CustomerID)
		if err == nil && to.IsZero() {
			err = errs.InvalidFields("claim.invalid", []errs.Field{errNoCustomer})
		}
		return to, err
	}
	return s.Customers.Resolve(ctx, tx, customer.Resolve{
		Identities: identities, Name: by.Name, ShopID: o.ShopID.Int64(), Source: o.Source, HappenedAt: o.PaidAt, History: o.History,
	})
}
