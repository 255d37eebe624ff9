package customer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// Resolve is a person that somebody met: found by one of her identities, or made known.
type Resolve struct {
	Identities []Identity // Identities are 1 to 10.
	Name       string     // Name is used when none is known yet.
	ShopID     int64      // ShopID becomes the home shop of who has none; 0 is no shop.
	Source     string     // Source is where the record came from.
	HappenedAt time.Time  // HappenedAt defaults to tx.Now.
	History    bool       // History marks imported history.
}

const (
	maxResolveIdentities = 10
	resolveAttempts      = 5
)

// Resolve finds the customer with the identities, or makes a new one. See match.go for the rules. The
// errors are those of Identity.Normalize, and customer.no_identity.
func (s *Service) Resolve(ctx context.Context, tx *db.Tx, r Resolve) (ID, error) {
	claims, err := s.claimsOf(r.Identities)
	if err != nil {
		return ID{}, err
	}
	ids, _, err := s.resolve(ctx, tx, []Resolve{r}, [][]claim{claims}, nil)
	if err != nil {
		return ID{}, err
	}
	return ids[0], nil
}

// claims normalises the identities of all requests.
func (s *Service) claims(requests []Resolve) ([][]claim, error) {
	all := make([][]claim, len(requests))
	var faults []errs.Field
	for i, r := range requests {
		if len(r.Identities) == 0 || len(r.Identities) > maxResolveIdentities {
			return nil, errs.New(errs.Invalid, "customer.no_identity", "row %d: a customer is found by 1 to %d identities", i, maxResolveIdentities)
		}
		var wrong []errs.Field
		all[i], wrong = s.normalize(r.Identities)
		for _, f := range wrong {
			f.Path = fmt.Sprintf("rows[%d].%s", i, f.Path)
			faults = append(faults, f)
		}
	}
	return all, errs.InvalidFields("identity.invalid", faults)
}

// claimsOf is claims for one request. Its errors name the place as "identities[0]".
func (s *Service) claimsOf(identities []Identity) ([]claim, error) {
	if len(identities) == 0 || len(identities) > maxResolveIdentities {
		return nil, errs.New(errs.Invalid, "customer.no_identity", "a customer is found by 1 to %d identities", maxResolveIdentities)
	}
	claims, faults := s.normalize(identities)
	return claims, errs.InvalidFields("identity.invalid", faults)
}

// normalize brings identities into their one form and drops repetitions.
func (s *Service) normalize(identities []Identity) (claims []claim, faults []errs.Field) {
	claims = make([]claim, 0, len(identities))
	for i, raw := range identities {
		identity, err := raw.Normalize()
		if err != nil {
			faults = append(faults, errs.Field{Path: fmt.Sprintf("identities[%d]", i), Code: errs.CodeOf(err), Message: messageOf(err)})
			continue
		}
		c := claim{Identity: identity, at: i, hash: identity.key(s.Keys)}
		same := slices.IndexFunc(claims, func(o claim) bool { return o.hash == c.hash })
		if same < 0 {
			claims = append(claims, c)
		} else if c.Verified {
			claims[same].Verified = true
		}
	}
	return claims, faults
}

func messageOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Message
	}
	return "this is not valid"
}

// errTaken says that another transaction has written one of our identities meanwhile.
var errTaken = errors.New("an identity was written by another transaction")

// resolver works through requests in order, on what stands in the database and on what it is going to
// write, and writes it all at the end.
type resolver struct {
	*Service
	tx      *db.Tx
	zone    *time.Location
	rows    map[int64]*live   // by hash
	people  map[int64]*person // by id; without proof until it was loaded
	touched map[int64]bool    // customers of the database whose quality may differ now
	made    map[int64]bool    // customers made, once they are written

	customers  []customerRow
	identities []*identityRow
	pending    map[int64]*identityRow // those of identities, by id
	verified   []int64
	names      []rename
	homes      []rehome
	suggested  []suggestionRow
	facts      []event.Entry
}

func (r *resolver) run(ctx context.Context, requests []Resolve, claims [][]claim, seen *sight) ([]ID, error) {
	if err := r.load(ctx, claims, seen); err != nil {
		return nil, err
	}
	ids := make([]ID, len(requests))
	for i := range requests {
		customer, err := r.one(ctx, &requests[i], claims[i])
		if err != nil {
			return nil, err
		}
		ids[i] = id.Of[customerKind](customer)
	}
	if err := r.flush(ctx); err != nil {
		return nil, err
	}
	for i := range ids { // A merge further down the batch may have moved an earlier answer.
		survivor, err := r.survivor(ctx, ids[i])
		if err != nil {
			return nil, err
		}
		ids[i] = survivor
	}
	return ids, refreshQuality(ctx, r.tx, slices.Sorted(maps.Keys(r.touched)))
}

// survivor follows the merges of this batch.
func (r *resolver) survivor(ctx context.Context, customer ID) (ID, error) {
	if p := r.people[customer.Int64()]; p != nil && p.id == 0 {
		return r.FindMerged(ctx, r.tx, customer)
	}
	return customer, nil
}

// load reads the rows of all claims unless they were seen, and of those who may be proven all that was
// proven before.
func (r *resolver) load(ctx context.Context, claims [][]claim, seen *sight) (err error) {
	if seen == nil {
		if seen, err = askLive(ctx, r.tx, hashesOf(claims)); err != nil {
			return err
		}
	}
	if err := seen.load(ctx, r.tx); err != nil {
		return err
	}
	r.rows, r.people, r.pending = seen.rows, seen.people, map[int64]*identityRow{}
	if !slices.ContainsFunc(claims, func(row []claim) bool { return slices.ContainsFunc(row, func(c claim) bool { return c.Verified }) }) {
		return nil // Nothing can be proven by what was typed.
	}
	return loadProof(ctx, r.tx, slices.Sorted(maps.Keys(r.people)), r.people, r.zone)
}

// one resolves one request against the state so far.
func (r *resolver) one(ctx context.Context, q *Resolve, claims []claim) (int64, error) {
	for i := range claims {
		claims[i].row = r.rows[claims[i].hash]
	}
	at := q.HappenedAt
	if at.IsZero() {
		at = r.tx.Now
	}
	v := decide(claims, q.Name, r.people, cal.DayOf(at, r.zone), q.History)
	if len(v.take) > 0 || len(v.merge) > 0 {
		if err := r.settle(ctx, &v, claims, q); err != nil {
			return 0, err
		}
	}
	for _, i := range v.verify {
		r.verify(claims[i])
	}
	created := v.customer == 0
	if created {
		v.customer = r.create(q, at)
	} else {
		r.fill(v.customer, q, at)
	}
	for _, c := range claims {
		if c.row == nil {
			r.add(v.customer, c, q, at, !created)
		}
	}
	for _, other := range v.suggest {
		r.suggested = append(r.suggested, newSuggestion(r.tx, v.customer, other))
	}
	return v.customer, nil
}

// settle does what needs the rows to stand: it takes identities from their owners and merges records.
func (r *resolver) settle(ctx context.Context, v *verdict, claims []claim, q *Resolve) error {
	if err := r.flush(ctx); err != nil {
		return err
	}
	for _, i := range v.take {
		c := &claims[i]
		if err := r.endIdentity(ctx, r.tx, id.Of[customerKind](c.row.customer), id.Of[identityKind](c.row.id), c.Kind, "proven_by_other"); err != nil {
			return err
		}
		r.touched[c.row.customer] = true
		delete(r.rows, c.hash)
		c.row = nil
	}
	for _, merged := range v.merge {
		apart, err := keptApart(ctx, r.tx, v.customer, merged)
		if err != nil {
			return err
		}
		if apart {
			continue
		}
		_, err = r.merge(ctx, r.tx, mergeRequest{
			survivor: id.Of[customerKind](v.customer), merged: id.Of[customerKind](merged), automatic: true, reason: "verified_identities", history: q.History,
		})
		if err != nil {
			return err
		}
		for _, l := range r.rows {
			if l.customer == merged {
				l.customer = v.customer
			}
		}
		r.people[v.customer].absorb(r.people[merged])
	}
	return nil
}

// absorb takes over what another, merged into p, has proven. The other's id becomes 0.
func (p *person) absorb(other *person) {
	for at, hashes := range other.proof {
		p.prove(at, hashes...)
	}
	p.nameless, p.homeless, other.id = p.nameless && other.nameless, p.homeless && other.homeless, 0
}

func (p *person) prove(at slot, hashes ...int64) {
	if p.proof == nil {
		p.proof = map[slot][]int64{}
	}
	p.proof[at] = append(p.proof[at], hashes...)
}

func (r *resolver) verify(c claim) {
	c.row.verified = true
	r.people[c.row.customer].prove(c.slot(), c.hash)
	if p := r.pending[c.row.id]; p != nil {
		p.Verified = true
		return
	}
	r.verified = append(r.verified, c.row.id)
	r.touched[c.row.customer] = true
}

// create plans a new customer and returns her id.
func (r *resolver) create(q *Resolve, at time.Time) int64 {
	name, faults := cleanName(q.Name, "name")
	if len(faults) > 0 {
		name = "" // A name that cannot be shown does not hinder the sale.
	}
	row := customerRow{
		ID: id.Of[customerKind](r.tx.NewID()), Name: name, ShopID: q.ShopID, State: StateActive, Source: q.Source,
		Version: 1, CreatedAt: at, UpdatedAt: r.tx.Now, known: known{name: name != "", shop: q.ShopID != 0},
	}
	r.customers = append(r.customers, row)
	n := row.ID.Int64()
	r.people[n] = &person{id: n, createdAt: at, activeOn: cal.DayOf(at, r.zone), name: name, nameless: name == "", homeless: q.ShopID == 0}
	r.facts = append(r.facts, event.Entry{
		Fact: Created{Source: q.Source, ShopID: shopText(q.ShopID)}, CustomerID: n, ShopID: q.ShopID, HappenedAt: at, History: q.History,
	})
	return n
}

// fill plans to complete a record that lacks its name or home shop.
func (r *resolver) fill(customer int64, q *Resolve, at time.Time) {
	p := r.people[customer]
	if p.nameless && q.Name != "" {
		if name, faults := cleanName(q.Name, "name"); len(faults) == 0 && name != "" {
			p.name, p.nameless = name, false
			r.names = append(r.names, rename{customer, name})
			r.touched[customer] = true
			r.facts = append(r.facts, event.Entry{Fact: Updated{Fields: []string{"name"}}, CustomerID: customer, HappenedAt: at, History: q.History})
		}
	}
	if p.homeless && q.ShopID != 0 {
		p.homeless = false
		r.homes = append(r.homes, rehome{customer, q.ShopID})
		r.touched[customer] = true
		r.facts = append(r.facts, homeFact(customer, q.ShopID, at, q.History))
	}
}

// add plans a new identity of a customer; fact says whether it is one of its own.
func (r *resolver) add(customer int64, c claim, q *Resolve, at time.Time, fact bool) {
	row := r.newIdentity(r.tx, customer, c.Identity, c.hash, q.Source)
	r.identities = append(r.identities, row)
	r.pending[row.id] = row
	r.rows[c.hash] = &live{row.id, customer, c.Verified}
	if c.Verified {
		r.people[customer].prove(c.slot(), c.hash)
	}
	if !fact {
		if n := len(r.customers); n > 0 && r.customers[n-1].ID.Int64() == customer {
			r.customers[n-1].known.learn(c.Identity)
		}
		return
	}
	r.touched[customer] = true
	r.facts = append(r.facts, event.Entry{
		Fact:       IdentityAdded{IdentityID: id.Of[identityKind](row.id), Kind: c.Kind, Space: c.Space, Verified: c.Verified},
		CustomerID: customer, HappenedAt: at, History: q.History,
	})
}

// flush writes what is planned. Identities go first: if another transaction was faster, errTaken is
// returned and nothing of ours is left.
func (r *resolver) flush(ctx context.Context) error {
	slices.SortFunc(r.identities, func(a, b *identityRow) int { return cmp.Compare(a.hash, b.hash) }) // Alike everywhere, against deadlocks.
	if err := insertIdentities(ctx, r.tx, r.identities); err != nil {
		return err
	}
	if err := insertCustomers(ctx, r.tx, r.customers); err != nil {
		return err
	}
	for _, c := range r.customers {
		r.made[c.ID.Int64()] = true
	}
	if err := verifyIdentities(ctx, r.tx, r.verified); err != nil {
		return err
	}
	if err := lockTouched(ctx, r.tx, slices.Sorted(maps.Keys(r.touched))); err != nil {
		return err
	}
	for _, n := range r.names {
		if err := renameCustomer(ctx, r.tx, n); err != nil {
			return err
		}
	}
	if err := setHomes(ctx, r.tx, r.homes); err != nil {
		return err
	}
	if err := insertSuggestions(ctx, r.tx, r.suggested); err != nil {
		return err
	}
	facts := r.facts
	r.identities, r.customers, r.verified, r.names, r.homes, r.suggested, r.facts = nil, nil, nil, nil, nil, nil, nil
	clear(r.pending)
	return r.Log.Append(ctx, r.tx, facts...)
}
