package segment

import (
	"strings"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/privacy"
)

// memberKinds are the facts by which somebody can enter or leave a segment. Stages that days have ended are
// not among them: time is followed by judging day after day.
var memberKinds = []event.Kind{
	customer.Created{}.FactKind(), customer.Updated{}.FactKind(), customer.Removed{}.FactKind(), customer.Merged{}.FactKind(), customer.Unmerged{}.FactKind(),
	customer.IdentityAdded{}.FactKind(), customer.IdentityEnded{}.FactKind(), customer.Tagged{}.FactKind(), customer.Untagged{}.FactKind(),
	customer.AttributeSet{}.FactKind(), customer.PackSwitched{}.FactKind(), customer.LifeDateSet{}.FactKind(), customer.LifeDateRemoved{}.FactKind(),
	customer.ProductViewed{}.FactKind(), customer.Searched{}.FactKind(), customer.CartAdded{}.FactKind(), customer.CartRemoved{}.FactKind(),
	customer.CheckoutStarted{}.FactKind(), customer.CheckedIn{}.FactKind(), customer.LiveViewed{}.FactKind(), customer.SessionIdentified{}.FactKind(),
	order.PaidKind, order.EditedKind, order.ClaimedKind, order.RemovedKind, order.RefundedKind, order.RefundRemovedKind,
	privacy.ConsentGiven{}.FactKind(), privacy.ConsentWithdrawn{}.FactKind(),
}

// concernsAll are the facts that may change whatever is known of a customer.
var concernsAll = map[event.Kind]bool{
	customer.Created{}.FactKind(): true, customer.Removed{}.FactKind(): true, customer.Merged{}.FactKind(): true, customer.Unmerged{}.FactKind(): true,
}

// concernedGroups are the groups of fields that a fact may change.
var concernedGroups = map[event.Kind][]string{
	customer.Updated{}.FactKind():         {"basic"},
	customer.IdentityAdded{}.FactKind():   {"identities"},
	customer.IdentityEnded{}.FactKind():   {"identities"},
	customer.Tagged{}.FactKind():          {"tags"},
	customer.Untagged{}.FactKind():        {"tags"},
	customer.AttributeSet{}.FactKind():    {"attributes"},
	customer.LifeDateSet{}.FactKind():     {"dates", "basic"},
	customer.LifeDateRemoved{}.FactKind(): {"dates", "basic"},
	order.PaidKind:                        {"orders", "standing", "refunds"},
	order.EditedKind:                      {"orders", "standing", "refunds"},
	order.ClaimedKind:                     {"orders", "standing", "refunds"},
	order.RemovedKind:                     {"orders", "standing", "refunds"},
	order.RefundedKind:                    {"refunds"},
	order.RefundRemovedKind:               {"refunds"},
	privacy.ConsentGiven{}.FactKind():     {"consent"}, privacy.ConsentWithdrawn{}.FactKind(): {"consent"},
}

// concerns says whether a fact of a kind can change how a test comes out.
func (c *Catalogue) concerns(t *Test, kind event.Kind) bool {
	if t.Without != nil && c.concernsField(t.Without.Field, kind) {
		return true
	}
	return c.concernsField(t.Field, kind)
}

func (c *Catalogue) concernsField(code string, kind event.Kind) bool {
	if concernsAll[kind] {
		return true
	}
	f := c.Field(code)
	if f == nil {
		return false
	}
	if touch, ok := strings.CutPrefix(string(kind), "touch."); ok {
		wanted, is := eventKind(code)
		return is && (wanted == "" || wanted == touch || kind == customer.SessionIdentified{}.FactKind())
	}
	if code == "quality" { // It is made of whatever is known of her.
		return !strings.HasPrefix(string(kind), "order.") && !strings.HasPrefix(string(kind), "refund.")
	}
	for _, group := range concernedGroups[kind] {
		if group == f.Group {
			return true
		}
	}
	return false
}

// concernsRule says whether a fact of a kind can change whom a rule admits.
func (c *Catalogue) concernsRule(r *Rule, kind event.Kind) bool {
	found := false
	_ = r.walk("", func(_ string, t *Test) error { // The function fails never.
		found = found || c.concerns(t, kind)
		return nil
	})
	return found
}

// knows says whether the catalogue still has every field of a rule: an attribute may have been put away.
func (c *Catalogue) knows(r *Rule) bool { return len(c.putAway(r)) == 0 }

// namesPack says whether a rule names an attribute of a pack.
func (c *Catalogue) namesPack(r *Rule, pack string) bool {
	named := false
	_ = r.walk("", func(_ string, t *Test) error { // The function fails never.
		f := c.Field(t.Field)
		named = named || f != nil && f.definition.Pack == pack
		return nil
	})
	return named
}

// pace is how time by itself changes whom something admits.
type pace struct {
	daily    bool // daily changes with the day; it can also be told of a day that is over.
	hourly   bool // hourly changes with the hour.
	relative bool // relative changes as scores and groups are drawn anew; those of a day that is over are not known.
}

func (p pace) or(q pace) pace {
	return pace{p.daily || q.daily, p.hourly || q.hourly, p.relative || q.relative}
}

// datedFields are the fields that are compared with today. Tags end.
var datedFields = map[string]bool{
	"known_days": true, "stage": true, "stage_days": true, stageMoves: true, "orders.last_days": true, "orders.first_days": true, "refunds.last_days": true, "tag": true,
	"age": true, "birthday.days": true, "wedding.days": true, "child_birthday.days": true, "child.months": true, "due.days": true,
}

func (t *Test) pace() pace {
	p := pace{
		daily:    datedFields[t.Field] || t.Within != nil && (t.Within.Days > 0 || t.Within.Hours > 0) || t.Without != nil,
		hourly:   t.Within != nil && t.Within.Hours > 0 || t.Without != nil,
		relative: strings.HasPrefix(t.Field, "rfm"),
	}
	switch t.Field {
	case "value_group", "quadrant", "customer_type":
		p.relative = true
	}
	return p
}

func (r *Rule) pace() (p pace) {
	_ = r.walk("", func(_ string, t *Test) error { // The function fails never.
		p = p.or(t.pace())
		return nil
	})
	return p
}
