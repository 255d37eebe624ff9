package segment

import (
	"context"
	"fmt"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// Catalogue returns the fields that rules can use, with the names of what they refer to.
func (s *Service) Catalogue(ctx context.Context, tx *db.Tx) (*Catalogue, error) {
	definitions, err := s.Customers.Definitions(ctx, tx)
	if err != nil {
		return nil, err
	}
	names := map[string]map[string]string{"tag": {}, "shop": {}, "clerk": {}, "reason": {}}
	tags, err := s.Customers.ListTags(ctx, tx, false)
	if err != nil {
		return nil, err
	}
	tagsEN := map[string]string{}
	for _, t := range tags {
		names["tag"][t.ID.String()] = t.Name
		if t.NameEN != "" {
			tagsEN[t.ID.String()] = t.NameEN
		}
	}
	// A rule means the same whoever looks at it, so its names are those of the whole business.
	all := access.With(ctx, access.Program("segment"))
	shops, err := s.Staff.ListShops(all, tx, "", 10_000)
	if err != nil {
		return nil, err
	}
	for _, shop := range shops {
		names["shop"][shop.ID.String()] = shop.Name
	}
	people, err := s.Staff.AllNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	for person, name := range people {
		names["clerk"][person.String()] = name
	}
	reasons, err := s.Orders.ListReasons(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, r := range reasons {
		names["reason"][r.Code] = r.Name
	}
	c := newCatalogue(definitions, names)
	c.tagsEN = tagsEN
	return c, nil
}

// prepared is a rule that was checked and planned for the instant of a transaction.
type prepared struct {
	plan plan
	planner
}

func (s *Service) prepare(tx *db.Tx, c *Catalogue, r Rule) (prepared, error) {
	if err := c.Check(r); err != nil {
		return prepared{}, err
	}
	p := s.planner(tx, c, tx.Now)
	return prepared{p.plan(&r), p}, nil
}

// Count returns how many of the customers that the caller sees a rule admits. The error is
// segment.rule_invalid.
func (s *Service) Count(ctx context.Context, tx *db.Tx, c *Catalogue, r Rule) (int64, error) {
	p, err := s.prepare(tx, c, r)
	if err != nil {
		return 0, err
	}
	return countMembers(ctx, tx, p, s.scope(ctx, tx))
}

// Admits says whether a rule admits a customer, by the same conditions as Count.
func (s *Service) Admits(ctx context.Context, tx *db.Tx, c *Catalogue, r Rule, one customer.ID) (bool, error) {
	p, err := s.prepare(tx, c, r)
	if err != nil {
		return false, err
	}
	return isMember(ctx, tx, p, one)
}

// scope returns the caller's scope as a condition on a column.
func (s *Service) scope(ctx context.Context, tx *db.Tx) func(column string) string {
	return func(column string) string { return s.Customers.ScopeSQL(ctx, tx, column) }
}

// Reach is how many members agreed to marketing by each channel and have an address there.
type Reach struct {
	SMS    int64 `json:"sms"`
	WeChat int64 `json:"wechat"`
	WeCom  int64 `json:"wecom"`
	Email  int64 `json:"email"`
	Phone  int64 `json:"phone"`
	Any    int64 `json:"any" doc:"By at least one of these"`
}

// Outcome is one test of a rule as it came out for a customer.
type Outcome struct {
	Path   string `json:"path" doc:"Where the test stands in the tree"`
	Text   string `json:"text" doc:"The test in Chinese"`
	TextEN string `json:"text_en"`
	Holds  bool   `json:"holds"`
	Value  string `json:"value,omitempty" doc:"What is compared, in the unit of the field; absent if unknown or not a number or word"`
}

// Explanation says why a customer is or is not admitted by a rule.
type Explanation struct {
	Holds bool      `json:"holds"`
	Tests []Outcome `json:"tests" doc:"Every test of the rule, in the order of the tree"`
}

// Explain returns how every test of a rule comes out for a customer. The errors are segment.rule_invalid and
// customer.not_found.
func (s *Service) Explain(ctx context.Context, tx *db.Tx, c *Catalogue, r Rule, one customer.ID) (Explanation, error) {
	p, err := s.prepare(tx, c, r)
	if err != nil {
		return Explanation{}, err
	}
	if one, err = s.Customers.Visible(ctx, tx, one); err != nil {
		return Explanation{}, err
	}
	e := Explanation{Tests: []Outcome{}}
	if e.Holds, err = isMember(ctx, tx, p, one); err != nil {
		return e, err
	}
	err = r.walk("", func(path string, t *Test) error {
		o := Outcome{Path: path, Text: c.TestSentence(t, Chinese), TextEN: c.TestSentence(t, English)}
		var err error
		o.Holds, o.Value, err = findReason(ctx, tx, &p.planner, t, one)
		e.Tests = append(e.Tests, o)
		return err
	})
	if err != nil {
		return e, fmt.Errorf("explain a rule: %w", err)
	}
	return e, nil
}
