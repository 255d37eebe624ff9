package segment

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// world is a shop in plain values, on which rules are judged slowly and obviously: by loops that know
// nothing of plans or SQL. Rules that the program admits otherwise show a fault in one of the two.
type world struct {
	now    time.Time
	zone   *time.Location
	today  cal.Day
	people []*person
}

type person struct {
	id         int64
	words      map[string]string // words holds what fields of choices say, by field.
	figures    map[string]int64  // figures holds numbers that are not computed here, by field; absent if unknown.
	tags       map[string]bool
	attributes map[string][]attribute
	identities map[string]bool // identities says of the kinds she has whether one is verified.
	consents   map[string]bool
	dates      []customer.LifeDate
	sales      []bought
	refunds    []refund
	touches    []deed
	moves      []moved
}

// moved is a change of stage.
type moved struct {
	on       cal.Day
	from, to string
}

// row is an order, refund or event, as it is counted.
type row struct {
	on         cal.Day
	at         time.Time
	fen, units int64
}

// admits judges a rule.
func (w *world) admits(p *person, r Rule) bool {
	if r.Test != nil {
		return w.holds(p, *r.Test)
	}
	if r.Not != nil {
		return !w.admits(p, *r.Not)
	}
	for _, kid := range r.All {
		if !w.admits(p, kid) {
			return false
		}
	}
	for _, kid := range r.Any {
		if w.admits(p, kid) {
			return true
		}
	}
	return len(r.Any) == 0
}

// holds judges a test.
func (w *world) holds(p *person, t Test) bool {
	switch t.Op {
	case NE, NotIn, NoneOf, Unknown, No:
		t.Op = map[Op]Op{NE: EQ, NotIn: In, NoneOf: AnyOf, Unknown: Known, No: Yes}[t.Op]
		return !w.holds(p, t)
	}
	head, rest, _ := strings.Cut(t.Field, ".")
	switch head {
	case "tag":
		return amongst(t, func(c string) bool { return p.tags[c] })
	case "attr":
		return attributeHolds(p.attributes[rest], t)
	case "identity":
		_, has := p.identities[rest]
		return has
	case "verified":
		return p.identities[rest]
	case "consent":
		return p.consents[rest]
	}
	switch {
	case t.Field == "birthday":
		return slices.ContainsFunc(p.dates, func(d customer.LifeDate) bool { return d.Kind == customer.Birthday })
	case t.Number == nil:
		return slices.Contains(t.Choices, p.words[t.Field])
	}
	return slices.ContainsFunc(w.numbers(p, t), func(n *big.Rat) bool { return compares(n, t) })
}

func amongst(t Test, has func(choice string) bool) bool {
	if t.Op == AllOf {
		return !slices.ContainsFunc(t.Choices, func(c string) bool { return !has(c) })
	}
	return slices.ContainsFunc(t.Choices, has)
}

func compares(n *big.Rat, t Test) bool {
	with := n.Cmp(big.NewRat(int64(*t.Number), 1000))
	switch t.Op {
	case GT:
		return with > 0
	case GTE:
		return with >= 0
	case LT:
		return with < 0
	case LTE:
		return with <= 0
	case EQ:
		return with == 0
	}
	return with >= 0 && n.Cmp(big.NewRat(int64(*t.UpTo), 1000)) <= 0
}

func attributeHolds(values []attribute, t Test) bool {
	if t.Op == AllOf {
		return amongst(t, func(c string) bool {
			return slices.ContainsFunc(values, func(v attribute) bool { return v.choice == c })
		})
	}
	return slices.ContainsFunc(values, func(v attribute) bool {
		switch t.Op {
		case Known:
			return true
		case Yes:
			return v.is
		case Since:
			return v.day.String() >= t.Choices[0]
		case Until:
			return v.day.String() <= t.Choices[0]
		case Contains:
			return slices.ContainsFunc(t.Choices, func(c string) bool { return strings.Contains(v.text, c) })
		case In, AnyOf:
			return slices.Contains(t.Choices, v.text+v.choice) // One of them is empty.
		}
		return compares(v.number, t)
	})
}

// numbers returns what a number is of a customer: nothing if it is unknown, several of dates.
func (w *world) numbers(p *person, t Test) []*big.Rat {
	head, rest, _ := strings.Cut(t.Field, ".")
	switch head {
	case "attr":
		var numbers []*big.Rat
		for _, v := range p.attributes[rest] {
			numbers = append(numbers, v.number)
		}
		return numbers
	case "birthday", "wedding", "child_birthday", "child", "due", "age":
		return w.dates(p, head)
	case "orders", "refunds", "event", "stage_moves":
		return w.counted(p, t, rest)
	}
	if n, ok := p.figures[t.Field]; ok {
		return whole(n)
	}
	return nil
}

func whole(n int64) []*big.Rat { return []*big.Rat{big.NewRat(n, 1)} }

func (w *world) counted(p *person, t Test, measure string) []*big.Rat {
	rows := w.rows(p, t)
	var sum, units, least, most int64
	var days []string
	first, last := w.today.Add(100_000), w.today.Add(-100_000)
	for i, r := range rows {
		sum, units, days = sum+r.fen, units+r.units, append(days, r.on.String())
		if i == 0 {
			least, most = r.fen, r.fen
		}
		least, most = min(least, r.fen), max(most, r.fen)
		if r.on.Before(first) {
			first = r.on
		}
		if last.Before(r.on) {
			last = r.on
		}
	}
	slices.Sort(days)
	dayCount := int64(len(slices.Compact(days)))
	if strings.HasPrefix(t.Field, "event.") || t.Field == "stage_moves" {
		return whole(int64(len(rows)))
	}
	switch measure {
	case "count":
		return whole(int64(len(rows)))
	case "days":
		return whole(dayCount)
	case "sum":
		return whole(sum)
	case "units":
		return whole(units)
	case "rate":
		if paid := w.counted(p, Test{Field: "orders.sum"}, "sum")[0]; paid.Sign() > 0 {
			return []*big.Rat{new(big.Rat).Quo(big.NewRat(sum*100, 1), paid)}
		}
		return nil
	}
	if len(rows) == 0 {
		return nil
	}
	switch measure {
	case "average":
		return []*big.Rat{big.NewRat(sum, int64(len(rows)))}
	case "min":
		return whole(least)
	case "max":
		return whole(most)
	case "last_days":
		return whole(int64(w.today.Sub(last)))
	case "first_days":
		return whole(int64(w.today.Sub(first)))
	}
	if dayCount < 2 { // The interval.
		return nil
	}
	return []*big.Rat{big.NewRat(int64(last.Sub(first)), dayCount-1)}
}

// rows returns what counts of a customer's orders, refunds or events.
func (w *world) rows(p *person, t Test) []row {
	of := t.Where
	if of == nil {
		of = &Where{}
	}
	return slices.DeleteFunc(w.rowsOf(p, t.Field, of), func(r row) bool {
		if !w.inWindow(r, t.Within) {
			return true
		}
		if t.Without == nil {
			return false
		}
		end := r.at.Add(time.Duration(t.Without.Hours) * time.Hour)
		followed := slices.ContainsFunc(w.rows(p, Test{Field: t.Without.Field, Where: t.Without.Where}), func(f row) bool {
			return f.at.After(r.at) && !f.at.After(end)
		})
		return followed || end.After(w.now)
	})
}

func (w *world) inWindow(r row, s *Window) bool {
	switch {
	case s == nil:
		return true
	case s.Hours > 0:
		return !r.at.Before(w.now.Add(-time.Duration(s.Hours) * time.Hour))
	case s.Days > 0:
		ago := int64(w.today.Sub(r.on))
		return ago <= s.Days && (s.Before == 0 || ago > s.Before)
	}
	return (s.From.IsZero() || !r.on.Before(s.From)) && (s.To.IsZero() || !s.To.Before(r.on))
}

func (w *world) rowsOf(p *person, field string, of *Where) (rows []row) {
	head, kind, _ := strings.Cut(field, ".")
	amount := func(fen int64) bool { return fen >= of.MinFen && (of.MaxFen == 0 || fen <= of.MaxFen) }
	switch head {
	case "orders":
		for _, s := range p.sales {
			if s.fen > 0 && amount(s.fen) && meant(of.Shops, s.shop) && meant(of.Channels, s.channel) && meant(of.Clerks, s.clerk) {
				if r, ok := s.narrowed(of); ok {
					rows = append(rows, r)
				}
			}
		}
	case "refunds":
		for _, r := range p.refunds {
			if amount(r.fen) && meant(of.Shops, r.shop) && meant(of.Channels, r.channel) && (len(of.Reasons) == 0 || anyBelow(of.Reasons, ".", r.reasons...)) {
				rows = append(rows, row{on: r.on, at: r.at, fen: r.fen})
			}
		}
	case "stage_moves":
		for _, m := range p.moves {
			if meant(of.FromStages, m.from) && meant(of.ToStages, m.to) {
				rows = append(rows, row{on: m.on})
			}
		}
	case "event":
		for _, e := range p.touches {
			if (kind == "any" || kind == e.kind) && e.about(of) {
				rows = append(rows, row{on: cal.DayOf(e.at, w.zone), at: e.at})
			}
		}
	}
	return rows
}

// meant says whether a value is one of a list; an empty list means all.
func meant(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }

func anyBelow(paths []string, separator string, values ...string) bool {
	return slices.ContainsFunc(values, func(v string) bool {
		return slices.ContainsFunc(paths, func(p string) bool { return v == p || strings.HasPrefix(v, p+separator) })
	})
}

// narrowed is what was paid for of some goods: gifts are not bought.
func (s bought) narrowed(of *Where) (row, bool) {
	if len(of.Categories)+len(of.Products)+len(of.Styles)+len(of.Brands)+len(of.Scenes) == 0 {
		return row{s.on, s.at, s.fen, s.units}, true
	}
	r := row{on: s.on, at: s.at}
	for _, l := range s.lines {
		g := l.goods
		styled := len(of.Styles) == 0 || slices.ContainsFunc(g.styles, func(s string) bool { return slices.Contains(of.Styles, s) })
		if l.fen > 0 && styled && (len(of.Categories) == 0 || anyBelow(of.Categories, "/", g.category)) &&
			meant(of.Products, g.code) && meant(of.Brands, g.brand) && meant(of.Scenes, g.scene) {
			r.fen, r.units = r.fen+l.fen, r.units+l.quantity
		}
	}
	return r, r.fen > 0
}

// about says whether an event names goods: by a style code, by a SKU, or by a category.
func (e deed) about(of *Where) bool {
	codes, categories := []string{e.code}, []string{e.category}
	for _, g := range e.goods {
		codes, categories = append(codes, g.code), append(categories, g.category)
	}
	return (len(of.Products) == 0 || slices.ContainsFunc(codes, func(c string) bool { return slices.Contains(of.Products, c) })) &&
		(len(of.Categories) == 0 || anyBelow(of.Categories, "/", categories...))
}

// dates returns the days until every day of the next 366 on which a date is kept, or how long ago it was.
func (w *world) dates(p *person, head string) (numbers []*big.Rat) {
	kinds := map[string]customer.LifeDateKind{"age": customer.Birthday, "child": customer.ChildBirthday, "due": customer.DueDate}
	for _, d := range p.dates {
		if kind, ok := kinds[head]; ok && kind == d.Kind {
			if on, known := dayOf(d); known {
				numbers = append(numbers, whole(w.since(on, head))...)
			}
		} else if !ok && string(d.Kind) == head {
			kept := cal.AnniversariesWithin(time.Month(d.Month), d.Day, w.today, w.today.Add(366))
			if d.Calendar == customer.Lunar {
				kept, _ = cal.Lunar{Month: d.Month, Day: d.Day, Leap: d.Leap}.Within(w.today, w.today.Add(366))
			}
			for _, on := range kept {
				numbers = append(numbers, whole(int64(on.Sub(w.today)))...)
			}
		}
	}
	return numbers
}

// dayOf returns the day of a date whose year is known.
func dayOf(d customer.LifeDate) (cal.Day, bool) {
	if d.Calendar == customer.Lunar && d.Year > 0 {
		on, err := cal.Lunar{Year: d.Year, Month: d.Month, Day: d.Day, Leap: d.Leap}.Solar()
		return on, err == nil
	}
	return cal.Date(d.Year, time.Month(d.Month), d.Day), d.Year > 0
}

// since counts the days until a due date, or the years or months that somebody has completed.
func (w *world) since(on cal.Day, head string) int64 {
	if head == "due" {
		return int64(on.Sub(w.today))
	}
	y, m, d := w.today.Date()
	by, bm, bd := on.Date()
	months := (y-by)*12 + int(m) - int(bm)
	if d < bd {
		months--
	}
	if head == "child" {
		return int64(months)
	}
	return int64(months+1200)/12 - 100 // Rounded down, also below 0.
}
