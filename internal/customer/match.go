package customer

import (
	"cmp"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// Who somebody is, decided from the identities she comes with. The rules:
//
//   - A typed identity finds its owner, and no more: it never joins two records and never brings a proven
//     identity to a record (SEC-26). Whoever has proven an identity is not put together with a record that
//     somebody else typed that identity into.
//   - Records are merged by themselves only if proven identities of both agree and none disagree; all else
//     is a suggestion for a person to decide (DOM-33).
//   - A phone number that was reissued goes to its new holder: after 90 days without a visit, with another
//     WeChat account or surname, the old record loses it (DOM-32).

// recycledAfter is how long a carrier keeps a number before it gives it to another.
const recycledAfter = 90

// claim is an identity of a request, normalised, with its live row if there is one.
type claim struct {
	Identity
	at   int // at is its place among those given.
	hash int64
	row  *live
}

// live is an identity that finds a customer.
type live struct {
	id       int64 // id is 0 while the row is not written yet.
	customer int64
	verified bool
}

// slot is where a person has one value at most of some kinds.
type slot struct {
	kind  IdentityKind
	space string
}

func (c claim) slot() slot { return slot{c.Kind, c.Space} }

// proven reports whether both sides of a claim are verified.
func (c claim) proven() bool { return c.row != nil && c.Verified && c.row.verified && c.Kind.strong() }

// person is what deciding needs of a customer that was found.
type person struct {
	id        int64
	createdAt time.Time
	activeOn  cal.Day // activeOn is the last day she was seen, or was made known.
	name      string
	nameless  bool
	homeless  bool // homeless means without a home shop.
	proof     map[slot][]int64
}

// holds reports whether one of the identities that she has proven is among the claims.
func (p *person) holds(claims []claim) bool {
	return slices.ContainsFunc(claims, func(c claim) bool { return c.Verified && slices.Contains(p.proof[c.slot()], c.hash) })
}

// foreign reports whether she has proven something else than the claims.
func (p *person) foreign(claims []claim) bool {
	for at, hashes := range p.proof {
		for _, hash := range hashes {
			if !slices.ContainsFunc(claims, func(c claim) bool { return c.Verified && c.slot() == at && c.hash == hash }) {
				return true
			}
		}
	}
	return false
}

// disagree reports whether two have proven different values of one kind.
func disagree(a, b *person) bool {
	for at, hashes := range a.proof {
		others := b.proof[at]
		if at.kind.strong() && len(others) > 0 && !slices.ContainsFunc(hashes, func(h int64) bool { return slices.Contains(others, h) }) {
			return true
		}
	}
	return false
}

// verdict is what to do with a request.
type verdict struct {
	customer int64   // customer is who it is; 0 makes a new one.
	merge    []int64 // merge are records that are the same person.
	verify   []int   // verify are the claims whose rows are proven by now.
	take     []int   // take are the claims whose rows are taken from their owners.
	suggest  []suspicion
}

// suspicion is a record that may be the same person.
type suspicion struct {
	customer int64
	reason   Reason
	score    int64
}

// Reason says why two records may be one person.
type Reason string

// Reasons of suggestions, with the score each is given, in percent.
const (
	SameTyped     Reason = "same_typed_identity" // 70: one of them came with an identity that was typed for the other.
	ProvenByOther Reason = "proven_by_other"     // 60: somebody proved an identity that was typed for the other.
	Disagree      Reason = "identities_disagree" // 40: proven identities agree, others disagree.
	SharedPhone   Reason = "shared_phone"        // 40: one phone, two WeChat accounts.
	SameName      Reason = "same_name_birthday"  // 50: name and birthday are the same.
)

var scores = map[Reason]int64{SameTyped: 70, ProvenByOther: 60, Disagree: 40, SharedPhone: 40, SameName: 50}

func (v *verdict) suspect(customer int64, reason Reason) {
	if customer != v.customer && !slices.ContainsFunc(v.suggest, func(s suspicion) bool { return s.customer == customer }) {
		v.suggest = append(v.suggest, suspicion{customer, reason, scores[reason]})
	}
}

// decide says who the claims are of. People holds every owner of a row; today is the day of the request.
func decide(claims []claim, name string, people map[int64]*person, today cal.Day, history bool) verdict {
	var proofs, typed []claim
	var v verdict
	newProof := false
	for i, c := range claims {
		switch {
		case c.row == nil:
			newProof = newProof || c.Verified && c.Kind.strong()
		case c.proven():
			proofs = append(proofs, c)
		case c.Verified && c.row.verified:
			typed = append(typed, c) // A proven e-mail address finds, but does not decide.
		case c.Verified:
			owner := people[c.row.customer]
			if owner.foreign(claims) && !owner.holds(claims) {
				v.take = append(v.take, i)
				newProof = newProof || c.Kind.strong()
				continue
			}
			v.verify = append(v.verify, i)
			if c.Kind.strong() {
				proofs = append(proofs, c)
			} else {
				typed = append(typed, c)
			}
		default:
			typed = append(typed, c)
		}
	}
	bySureness := func(a, b claim) int { return cmp.Compare(rank[a.Kind], rank[b.Kind]) }
	slices.SortStableFunc(proofs, bySureness)
	slices.SortStableFunc(typed, bySureness)
	switch {
	case len(proofs) > 0:
		v.byProof(claims, proofs, name, people, today, history)
	case len(typed) > 0 && !newProof:
		v.customer = typed[0].row.customer
	}
	for _, i := range v.take {
		v.suspect(claims[i].row.customer, ProvenByOther)
	}
	for _, c := range typed {
		if !slices.Contains(v.merge, c.row.customer) {
			v.suspect(c.row.customer, SameTyped)
		}
	}
	v.verify = slices.DeleteFunc(v.verify, func(i int) bool {
		owner := claims[i].row.customer
		return owner != v.customer && !slices.Contains(v.merge, owner)
	})
	return v
}

// byProof decides for claims of which some are proven, the surest first.
func (v *verdict) byProof(claims, proofs []claim, name string, people map[int64]*person, today cal.Day, history bool) {
	var owners []int64
	for _, c := range proofs {
		if !slices.Contains(owners, c.row.customer) {
			owners = append(owners, c.row.customer)
		}
	}
	if len(owners) == 1 {
		v.byOne(claims, proofs, name, people[owners[0]], today, history)
		return
	}
	for i, a := range owners {
		for _, b := range owners[i+1:] {
			if disagree(people[a], people[b]) {
				v.customer = owners[0]
				for _, other := range owners[1:] {
					v.suspect(other, Disagree)
				}
				return
			}
		}
	}
	// The earliest record is the survivor.
	slices.SortFunc(owners, func(a, b int64) int {
		if c := people[a].createdAt.Compare(people[b].createdAt); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	v.customer, v.merge = owners[0], owners[1:]
}

// byOne decides for claims of which those that are proven have one owner.
func (v *verdict) byOne(claims, proofs []claim, name string, owner *person, today cal.Day, history bool) {
	v.customer = owner.id
	if proofs[0].Kind != Phone {
		return
	}
	other := slices.ContainsFunc(claims, func(c claim) bool {
		return c.Verified && c.Kind.single() && len(owner.proof[c.slot()]) > 0 && !slices.Contains(owner.proof[c.slot()], c.hash)
	})
	gone := !history && today.Sub(owner.activeOn) >= recycledAfter
	switch {
	case gone && (other || surnamesDiffer(name, owner.name)):
		v.customer = 0
		for i, c := range claims {
			if c.Kind == Phone && c.row != nil && c.row.customer == owner.id {
				v.take = append(v.take, i)
			}
		}
		v.verify = nil
		v.suspect(owner.id, SharedPhone)
	case other:
		v.customer = 0
		v.verify = nil
		v.suspect(owner.id, SharedPhone)
	}
}

// surnamesDiffer reports whether two known names begin with different characters.
func surnamesDiffer(a, b string) bool {
	x, _ := utf8.DecodeRuneInString(foldName(a))
	y, _ := utf8.DecodeRuneInString(foldName(b))
	return a != "" && b != "" && x != y
}
