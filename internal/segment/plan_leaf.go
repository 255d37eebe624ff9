package segment

import (
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// basic plans a test of a number or word of the profile or the basic record.
func (p *planner) basic(f *Field, t *Test) plan {
	leaf := figure{name: t.Field}
	switch {
	case f.Refers == "shop":
		for _, n := range identifiers(t.Choices, parseShop) {
			leaf.choices = append(leaf.choices, n)
		}
	case f.Kind == ChoiceField:
		for _, c := range t.Choices {
			leaf.choices = append(leaf.choices, c)
		}
	default:
		leaf.number = compare(t)
		if f.Unit == Days { // The day is stored, not how long ago it was.
			leaf.number = p.dayNumbers(leaf.number)
		}
	}
	return single(leaf)
}

// dayNumbers turns a number of days before today into the stored numbers of the days.
func (p *planner) dayNumbers(c comparison) comparison {
	from, to := c.back(p.today)
	var turned comparison
	if !from.IsZero() {
		turned.least = new(int64(from.Number()))
	}
	if !to.IsZero() {
		turned.most = new(int64(to.Number()))
	}
	return turned
}

// orders plans a test of orders. What the profile knows already is read there; what narrows by goods needs
// the lines.
func (p *planner) orders(t *Test, what string) plan {
	if what == "interval" { // (last - first) / (purchase days - 1), compared without dividing.
		return single(figure{name: t.Field, number: compareScaled(t)})
	}
	m := measure(what)
	whole := t.Within == nil && t.Where == nil && t.Without == nil
	if whole && m != leastOf && m != mostOf {
		leaf := figure{name: t.Field, number: compare(t)}
		switch m {
		case averageOf:
			leaf.number = compareScaled(t)
		case lastOf, firstOf:
			leaf.number = p.dayNumbers(leaf.number)
		}
		return single(leaf)
	}
	rows := rowSet{of: ofOrders, span: p.span(t.Within, false), where: p.where(t.Where), without: p.absence(t.Without)}
	if rows.where.goods() {
		rows.of = ofLines
	}
	return p.measured(rows, m, t)
}

// measured returns the plan of a measure of rows.
func (p *planner) measured(rows rowSet, m measure, t *Test) plan {
	number := compare(t)
	switch m {
	case averageOf:
		number = compareScaled(t)
	case lastOf, firstOf:
		number = p.dayNumbers(number)
	}
	if number.most != nil && *number.most == 0 && (m == countOf || m == daysOf) {
		return not(single(aggregate{rows, []result{{m, comparison{least: new(int64(1))}}}})) // None is not one.
	}
	return single(aggregate{rows, []result{{m, number}}})
}

func (p *planner) refunds(t *Test, what string) plan {
	if what == "rate" {
		return single(figure{name: t.Field, number: compareScaled(t)})
	}
	return p.measured(rowSet{of: ofRefunds, span: p.span(t.Within, false), where: p.where(t.Where)}, measure(what), t)
}

func (p *planner) events(t *Test, kind string) plan {
	if kind == "any" {
		kind = ""
	}
	return p.measured(rowSet{of: ofEvents, kind: kind, span: p.span(t.Within, true), where: p.where(t.Where), without: p.absence(t.Without)}, countOf, t)
}

// moves plans a test of changes of stage. Of a day that is over, those of later days are left out, as in the figures
// of the past.
func (p *planner) moves(t *Test) plan {
	rows := rowSet{of: ofMoves, span: p.span(t.Within, false), where: p.where(t.Where)}
	if p.past && (rows.span.to.IsZero() || p.today.Before(rows.span.to)) {
		rows.span.to = p.today
	}
	return p.measured(rows, countOf, t)
}

// span returns the bounds of a window: of days by the shop's calendar, today among them.
func (p *planner) span(w *Window, instants bool) (s span) {
	switch {
	case w == nil:
		return s
	case w.Hours > 0:
		s.since = p.now.Add(-time.Duration(w.Hours) * time.Hour)
		return s
	case w.Days > 0:
		s.from = p.today.Add(-int(w.Days))
		if w.Before > 0 {
			s.to = p.today.Add(-int(w.Before) - 1)
		}
	default:
		s.from, s.to = w.From, w.To
	}
	if instants {
		if !s.from.IsZero() {
			s.since = s.from.Start(p.zone)
		}
		if !s.to.IsZero() {
			s.until = s.to.Add(1).Start(p.zone)
		}
		s.from, s.to = cal.Day{}, cal.Day{}
	}
	return s
}

func (p *planner) where(w *Where) where {
	if w == nil {
		return where{}
	}
	return where{
		categories: w.Categories, products: w.Products, styles: w.Styles, brands: w.Brands, scenes: w.Scenes, channels: w.Channels, reasons: w.Reasons,
		shops: identifiers(w.Shops, parseShop), clerks: identifiers(w.Clerks, parseClerk), minFen: w.MinFen, maxFen: w.MaxFen,
		fromStages: w.FromStages, toStages: w.ToStages,
	}
}

func (p *planner) absence(w *Without) *absence {
	if w == nil {
		return nil
	}
	a := &absence{of: ofOrders, where: p.where(w.Where), wait: time.Duration(w.Hours) * time.Hour}
	if kind, isEvent := eventKind(w.Field); isEvent {
		a.of, a.kind = ofEvents, kind
	} else if a.where.goods() {
		a.of = ofLines
	}
	return a
}

// eventKind returns the kind of events that a field counts, "" for any.
func eventKind(field string) (kind string, ok bool) {
	const prefix = "event."
	if len(field) < len(prefix) || field[:len(prefix)] != prefix {
		return "", false
	}
	if kind = field[len(prefix):]; kind == "any" {
		kind = ""
	}
	return kind, true
}

func (p *planner) attribute(f *Field, t *Test) plan {
	leaf := holding{what: "attribute", key: f.definition.ID.Int64()}
	switch {
	case t.Op == Known:
	case f.Kind == BoolField:
		leaf.what = "attribute.bool"
	case f.Kind == NumberField:
		leaf.what, leaf.number = "attribute.number", new(compareScaled(t))
	case f.Kind == DayField:
		day, _ := cal.ParseDay(t.Choices[0]) // Check has read it.
		bound := comparison{least: new(int64(day.Number()))}
		if t.Op == Until {
			bound = comparison{most: bound.least}
		}
		leaf.what, leaf.number = "attribute.day", &bound
	case t.Op == Contains:
		leaf.what, leaf.text = "attribute.text", t.Choices
	case f.Kind == TextField:
		leaf.what, leaf.choices = "attribute.text", anys(t.Choices)
	default:
		leaf.what = "attribute.choice"
		return p.held(leaf, t.Op, anys(t.Choices))
	}
	return single(leaf)
}

func (p *planner) tags(t *Test) plan {
	return p.held(holding{what: "tag"}, t.Op, anys(identifiers(t.Choices, parseTag)))
}

// held asks for any of the choices, or for each of them.
func (p *planner) held(leaf holding, op Op, choices []any) plan {
	if op != AllOf || len(choices) == 1 {
		leaf.choices = choices
		return single(leaf)
	}
	all := plan{op: allOf}
	for _, c := range choices {
		leaf.choices = []any{c}
		all.kids = append(all.kids, single(leaf))
	}
	return all
}

func anys[T any](values []T) []any {
	all := make([]any, len(values))
	for i, v := range values {
		all[i] = v
	}
	return all
}

// dates plans a test of dates of life: of the next day on which one is kept, or of how long ago it was.
func (p *planner) dates(t *Test, head string) plan {
	if t.Op == Known {
		return single(holding{what: "date", key: head})
	}
	c := compare(t)
	switch head {
	case "age":
		from, to := p.born(c, 12)
		return single(occasion{kind: customer.Birthday, born: true, from: from, to: to})
	case "child":
		from, to := p.born(c, 1)
		return single(occasion{kind: customer.ChildBirthday, born: true, from: from, to: to})
	case "due":
		leaf := occasion{kind: customer.DueDate, born: true}
		if c.least != nil {
			leaf.from = p.today.Add(int(max(-100_000, min(*c.least, 100_000))))
		}
		if c.most != nil {
			leaf.to = p.today.Add(int(max(-100_000, min(*c.most, 100_000))))
		}
		return single(leaf)
	}
	leaf := occasion{kind: customer.LifeDateKind(head), last: 366}
	if c.least != nil {
		leaf.first = int(*c.least)
	}
	if c.most != nil {
		leaf.last = int(*c.most)
	}
	return single(leaf)
}

// born returns the days of birth of whoever has completed a number of units of so many months: of at least n
// is born n units ago or earlier, of at most n less than n + 1 units ago.
func (p *planner) born(c comparison, months int) (from, to cal.Day) {
	ago := func(n int64) cal.Day {
		y, m, d := p.today.Date()
		first := cal.MonthOf(y, m) - cal.Month(int(min(n, 10_000))*months)
		last := (first + 1).First().Add(-1)
		return earlier(first.First().Add(d-1), last)
	}
	if c.least != nil {
		to = ago(*c.least)
	}
	if c.most != nil {
		from = ago(*c.most + 1).Add(1)
	}
	return from, to
}

func earlier(a, b cal.Day) cal.Day {
	if a.Before(b) {
		return a
	}
	return b
}
