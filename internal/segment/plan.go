package segment

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/staff"
)

// plan is a rule made ready to be asked: names are numbers, spans of time are bounds, and every test is one
// of four kinds. It knows no SQL: store_plan.go writes it as SQL, and another engine may write it otherwise.
type plan struct {
	op   planOp
	kids []plan
	leaf leaf // leaf is set where op is isLeaf.
}

type planOp int

const (
	isLeaf planOp = iota
	allOf
	anyOf
	noneOf // noneOf has one kid: it is not.
)

// leaf is one test: a figure, aggregate, holding or date.
type leaf interface{ isLeaf() }

// comparison is how a number is compared. A missing bound is nil.
type comparison struct {
	least, most *int64
	open        bool // open says that the bounds are not within; never of whole numbers.
	scaled      bool // scaled says that the bounds are thousandths.
}

// figure compares a number or word of the profile or the basic record.
type figure struct {
	name    string // name is one of figures in store_plan.go.
	number  comparison
	choices []any // choices are what a word or number must be one of; nil if it is compared as a number.
}

// aggregate counts or adds up orders, lines of orders, refunds, events or changes of stage of a customer, and compares
// the results, which must all hold. Nothing to count is 0 of count, days, sum and units, and unknown of the others.
type aggregate struct {
	rowSet
	results []result // results are one at least.
}

// rowSet says which rows of a customer are meant.
type rowSet struct {
	of      rowKind
	span    span
	where   where
	kind    string // kind is that of events, "" for any.
	without *absence
}

// result is a measure of rows and what it is compared with.
type result struct {
	measure measure
	number  comparison
}

// rowKind is what is counted.
type rowKind string

const (
	ofOrders  rowKind = "orders"
	ofLines   rowKind = "lines"
	ofRefunds rowKind = "refunds"
	ofEvents  rowKind = "events"
	ofMoves   rowKind = "moves" // Changes of stage.
)

type measure string

const (
	countOf   measure = "count"
	daysOf    measure = "days"
	sumOf     measure = "sum"
	averageOf measure = "average"
	leastOf   measure = "min"
	mostOf    measure = "max"
	unitsOf   measure = "units"
	lastOf    measure = "last_days"  // In days before today.
	firstOf   measure = "first_days" // In days before today.
)

// zero says whether the measure of nothing is 0; of the others it is unknown.
func (m measure) zero() bool { return slices.Contains([]measure{countOf, daysOf, sumOf, unitsOf}, m) }

// span is a part of time. Orders and refunds are dated by the shop's business day, events by the instant.
type span struct {
	from, to     cal.Day   // Zero is open.
	since, until time.Time // Instants, of hours and for events; until is not within. Zero is open.
}

// where narrows a aggregate; lists that are empty narrow nothing.
type where struct {
	categories, products, styles, brands, scenes, channels, reasons []string
	fromStages, toStages                                            []string
	shops, clerks                                                   []int64
	minFen, maxFen                                                  int64
}

// goods says whether it narrows by what was sold, which only the lines tell.
func (w where) goods() bool {
	return len(w.categories)+len(w.products)+len(w.styles)+len(w.brands)+len(w.scenes) > 0
}

// absence is what must not have followed within a time.
type absence struct {
	of    rowKind
	kind  string
	where where
	wait  time.Duration
}

// holding asks whether a customer has something: a tag, an attribute, an identity, a consent.
type holding struct {
	what    string // what is one of holdings in store_plan.go.
	key     any    // key is which attribute, identity or consent, if what needs one.
	choices []any  // choices are what must be had, at least one; nil is anything.
	number  *comparison
	text    []string // text is what the value must contain, at least one.
	channel string
}

// occasion asks for a date of life that comes again within some days, or a birth within a span.
type occasion struct {
	kind        customer.LifeDateKind
	first, last int     // Days from today on which it is kept.
	born        bool    // born asks for the day itself, from and to, instead.
	from, to    cal.Day // Zero is open.
}

func (figure) isLeaf()    {}
func (aggregate) isLeaf() {}
func (holding) isLeaf()   {}
func (occasion) isLeaf()  {}

// planner makes plans for one instant.
type planner struct {
	catalogue *Catalogue
	now       time.Time
	zone      *time.Location
	today     cal.Day
	past      bool // past says that today is a day that is over: stages are those of the log.
}

// plan returns the plan of a rule that Check has passed.
func (p *planner) plan(r *Rule) plan {
	switch {
	case len(r.All) > 0:
		return p.join(allOf, r.All)
	case len(r.Any) > 0:
		return p.join(anyOf, r.Any)
	case r.Not != nil:
		return not(p.plan(r.Not))
	}
	return p.test(r.Test)
}

func (p *planner) join(op planOp, rules []Rule) plan {
	joined := plan{op: op}
	for i := range rules {
		kid := p.plan(&rules[i])
		if kid.op == op {
			joined.kids = append(joined.kids, kid.kids...)
		} else {
			joined.kids = append(joined.kids, kid)
		}
	}
	slices.SortStableFunc(joined.kids, func(a, b plan) int { return cmp.Compare(rank(a), rank(b)) })
	if op == allOf {
		joined.kids = together(joined.kids)
	}
	return joined
}

// together makes one test of those that look at the same rows, so that these are gone through once. Tests that also
// hold of who has no such rows are left alone.
func together(kids []plan) (joined []plan) {
	for _, kid := range kids {
		a, ok := kid.leaf.(aggregate)
		i := -1
		if ok && !a.admitsNothing() {
			i = slices.IndexFunc(joined, func(k plan) bool {
				b, ok := k.leaf.(aggregate)
				return ok && !b.admitsNothing() && reflect.DeepEqual(a.rowSet, b.rowSet)
			})
		}
		if i < 0 {
			joined = append(joined, kid)
			continue
		}
		b := joined[i].leaf.(aggregate)
		b.results = append(slices.Clone(b.results), a.results...)
		joined[i].leaf = b
	}
	return joined
}

// admitsNothing says whether it holds of who has no such rows.
func (a aggregate) admitsNothing() bool {
	return !slices.ContainsFunc(a.results, func(r result) bool { return !r.measure.zero() || !r.number.admits(0) })
}

func not(kid plan) plan { return plan{op: noneOf, kids: []plan{kid}} }

func single(l leaf) plan { return plan{leaf: l} }

// test returns the plan of one test. An opposite is not its counterpart, so that the unknown is on the
// right side of each.
func (p *planner) test(t *Test) plan {
	if counterpart, ok := opposites[t.Op]; ok {
		straight := *t
		straight.Op = counterpart
		return not(p.test(&straight))
	}
	f := p.catalogue.Field(t.Field)
	head, rest, _ := strings.Cut(t.Field, ".")
	switch head {
	case "orders":
		return p.orders(t, rest)
	case "refunds":
		return p.refunds(t, rest)
	case "event":
		return p.events(t, rest)
	case "attr":
		return p.attribute(f, t)
	case stageMoves:
		return p.moves(t)
	case "tag":
		return p.tags(t)
	case "identity", "verified":
		return single(holding{what: head, key: rest})
	case "consent":
		purpose, channel, _ := strings.Cut(rest, ".")
		return single(holding{what: "consent", key: purpose, channel: channel})
	case "birthday", "wedding", "child_birthday", "child", "due", "age":
		return p.dates(t, head)
	}
	return p.basic(f, t)
}

// compare returns the comparison of a test in whole numbers, of which "more than n" is "at least n + 1".
func compare(t *Test) comparison {
	c := compareScaled(t)
	step := int64(0)
	if c.open {
		step = 1
	}
	if c.least != nil {
		c.least = new(*c.least/1000 + step)
	}
	if c.most != nil {
		c.most = new(*c.most/1000 - step)
	}
	c.scaled, c.open = false, false
	return c
}

// compareScaled returns the comparison of a test in thousandths.
func compareScaled(t *Test) comparison {
	c, n := comparison{scaled: true, open: t.Op == GT || t.Op == LT}, int64(*t.Number)
	switch t.Op {
	case GT, GTE:
		c.least = &n
	case LT, LTE:
		c.most = &n
	case EQ:
		c.least, c.most = &n, &n
	case Between:
		c.least, c.most = &n, new(int64(*t.UpTo))
	}
	return c
}

// admits says whether a whole number satisfies the comparison.
func (c comparison) admits(n int64) bool {
	if c.scaled {
		n *= 1000
	}
	return (c.least == nil || n > *c.least || n == *c.least && !c.open) && (c.most == nil || n < *c.most || n == *c.most && !c.open)
}

// back returns the days that are as many days before today as the comparison admits.
func (c comparison) back(today cal.Day) (from, to cal.Day) {
	if c.most != nil {
		from = today.Add(-int(min(*c.most, 100_000)))
	}
	if c.least != nil {
		to = today.Add(-int(min(*c.least, 100_000)))
	}
	return from, to
}

// identifiers returns the numbers of identifiers that Check has passed.
func identifiers[T interface{ Int64() int64 }](texts []string, parse func(string) (T, error)) []int64 {
	var numbers []int64
	for _, text := range texts {
		if n, err := parse(text); err == nil { // Check has found its name, so it is one.
			numbers = append(numbers, n.Int64())
		}
	}
	return numbers
}

func parseShop(text string) (shop staff.ShopID, err error) {
	err = shop.UnmarshalText([]byte(text))
	return shop, err
}

func parseClerk(text string) (clerk staff.ID, err error) {
	err = clerk.UnmarshalText([]byte(text))
	return clerk, err
}

func parseTag(text string) (tag customer.TagID, err error) {
	err = tag.UnmarshalText([]byte(text))
	return tag, err
}
