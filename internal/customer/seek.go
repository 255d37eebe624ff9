package customer

import (
	"context"
	"errors"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// ResolveMany is Resolve for many, one after the other, in few statements. Its errors name the place as
// "rows[3].identities[0]".
func (s *Service) ResolveMany(ctx context.Context, tx *db.Tx, requests []Resolve) ([]ID, error) {
	sought, err := s.Seek(ctx, tx, requests)
	if err != nil {
		return nil, err
	}
	return sought.Resolve(ctx, func(int) bool { return true })
}

// Sought are people who were asked for, to be resolved further on in the transaction.
type Sought struct {
	*Service
	tx       *db.Tx
	requests []Resolve
	claims   [][]claim
	seen     *sight
}

// Seek asks for people; see db.Tx.Ask. Its errors are those of ResolveMany.
func (s *Service) Seek(ctx context.Context, tx *db.Tx, requests []Resolve) (*Sought, error) {
	claims, err := s.claims(requests)
	if err != nil {
		return nil, err
	}
	seen, err := askLive(ctx, tx, hashesOf(claims))
	return &Sought{s, tx, requests, claims, seen}, err
}

// Finds reports whether an identity of the person sought at a place is one of the customer's, once the
// transaction has its answers.
func (s *Sought) Finds(place int, customer ID) bool {
	return slices.ContainsFunc(s.claims[place], func(c claim) bool {
		row := s.seen.rows[c.hash]
		return row != nil && row.customer == customer.Int64()
	})
}

// Resolve is ResolveMany for those of the people sought whom wanted admits by their place. The others have
// the zero ID.
func (s *Sought) Resolve(ctx context.Context, wanted func(place int) bool) ([]ID, error) {
	var places []int
	var requests []Resolve
	var claims [][]claim
	for i := range s.requests {
		if wanted(i) {
			places, requests, claims = append(places, i), append(requests, s.requests[i]), append(claims, s.claims[i])
		}
	}
	ids := make([]ID, len(s.requests))
	if len(places) == 0 {
		return ids, nil
	}
	found, _, err := s.resolve(ctx, s.tx, requests, claims, s.seen)
	if err != nil {
		return nil, err
	}
	for i, place := range places {
		ids[place] = found[i]
	}
	return ids, nil
}

// resolve runs requests until no other transaction comes between, first with what was seen, if anything was.
// The resolver returned knows whom it made and touched.
func (s *Service) resolve(ctx context.Context, tx *db.Tx, requests []Resolve, claims [][]claim, seen *sight) ([]ID, *resolver, error) {
	made := map[int64]bool{}
	for range resolveAttempts {
		r := &resolver{Service: s, tx: tx, zone: s.Staff.Zone(), touched: map[int64]bool{}, made: made}
		ids, err := r.run(ctx, requests, claims, seen)
		if !errors.Is(err, errTaken) {
			return ids, r, err
		}
		seen = nil
	}
	return nil, nil, errs.New(errs.Conflict, "customer.busy", "others are adding the same customers; try again")
}

// hashesOf returns the hashes of claims, each once.
func hashesOf(claims [][]claim) []int64 {
	seen := map[int64]bool{}
	var hashes []int64
	for _, row := range claims {
		for _, c := range row {
			if !seen[c.hash] {
				seen[c.hash] = true
				hashes = append(hashes, c.hash)
			}
		}
	}
	return hashes
}
