package segment

import (
	"math"
	"slices"
	"strings"
)

// predicate reads how a field is compared.
func (p *parser) predicate(f *Field, t *Test) bool {
	op, ok := p.op(f.Ops)
	if !ok && (f.Kind != NumberField || !p.atNumber(f)) {
		for _, op := range f.Ops {
			p.want(p.ops[op][0])
		}
		return false
	}
	t.Op = op
	switch {
	case slices.Contains([]Op{Known, Unknown, Yes, No}, op):
		return true
	case f.Kind == NumberField:
		return p.numbers(f, t, ok)
	case f.Kind == DayField:
		day, ok := p.day()
		t.Choices = []string{day.String()}
		return ok || p.misses(wantDay)
	case f.Kind == TextField:
		t.Choices, ok = p.names(literal, nil, p.choiceJoins(op), true)
		return ok
	}
	l := p.options[f.Code]
	if f.Refers != "" {
		l = p.refs[f.Refers]
	}
	t.Choices, ok = p.names(l.find, &l, p.choiceJoins(op), true)
	return ok
}

func literal(text string) (string, bool) { return text, true }

// choiceJoins are the words between the choices of a comparison.
func (p *parser) choiceJoins(op Op) []string {
	words := p.listOr
	if op == AllOf {
		words = p.listAnd
	}
	return append(slices.Clone(words), ",")
}

// op reads the longest phrase of some comparisons.
func (p *parser) op(ops []Op) (found Op, ok bool) {
	p.space()
	longest := 0
	for _, op := range ops {
		for _, phrase := range p.ops[op] {
			if n, is := p.length(phrase); is && n > longest {
				longest, found = n, op
			}
		}
	}
	p.pos += longest
	return found, longest > 0
}

// names reads names in quotation marks with words between them. Of choices, which end a condition, a name that begins
// the next one is left to it, and where l lists the names they may stand without marks.
func (p *parser) names(find func(string) (string, bool), l *labels, joins []string, choices bool) ([]string, bool) {
	var values []string
	for {
		at := p.pos
		comma := len(values) > 0 && p.peek() == ','
		if len(values) > 0 {
			if !p.any(joins) {
				return values, true
			}
			p.any(joins) // As in "a, b, or c".
		}
		p.space()
		here := p.pos
		text, quoted := p.quoted()
		value, ok := "", false
		if !quoted && choices && l != nil && !comma {
			value, ok = p.unquoted(*l)
		}
		if len(values) > 0 && (!quoted && !ok || choices && p.beginsTest(quoted)) {
			p.pos = at
			return values, true
		}
		if quoted {
			if value, ok = find(text); !ok {
				p.pos = here
				return nil, p.unknown(text, l)
			}
		}
		if !ok {
			p.misses(wantQuote)
			if l != nil {
				p.resembling(l.all())
			}
			return nil, false
		}
		if values = append(values, value); len(values) > maxChoices {
			return nil, p.fail(here, "sentence.too_long", "at most %d names are given", maxChoices)
		}
	}
}

// beginsTest says whether what was just read as a name begins a condition rather than ending here: after
// quotation marks comes a comparison, or without them anything but the end.
func (p *parser) beginsTest(quoted bool) bool {
	at := p.pos
	defer func() { p.pos = at }()
	if quoted {
		for _, phrases := range p.ops {
			if p.any(phrases) {
				return true
			}
		}
		return false
	}
	return !p.ended() && !p.any(p.listOr)
}

// amount is a number as it was read.
type amount struct {
	n      int64 // n is in parts of the unit of the field.
	factor int64 // factor is what its unit is worth, 0 if it had none.
	at     int
}

// amount reads a number of a field and its unit.
func (p *parser) amount(f *Field) (a amount, ok bool) {
	p.space()
	a.at = p.pos
	if f.Unit == Fen {
		p.any([]string{"¥", "￥"})
	}
	if a.n, ok = p.number(); !ok {
		p.pos = a.at
		return a, p.misses(wantNumber)
	}
	p.space()
	longest := 0
	for _, u := range p.units[f.Unit] {
		if n, is := p.length(strings.TrimSpace(u.word)); is && n > longest {
			longest, a.factor = n, u.factor
		}
	}
	p.pos += longest
	return a, p.times(&a, max(1, a.factor))
}

func (p *parser) times(a *amount, factor int64) bool {
	if a.n > math.MaxInt64/factor || a.n < math.MinInt64/factor {
		return p.fail(a.at, "sentence.number", "the number is too large")
	}
	a.n *= factor
	return true
}

// atNumber says whether a number comes next.
func (p *parser) atNumber(f *Field) bool {
	at := p.pos
	defer func() { p.pos = at }()
	_, ok := p.amount(f)
	return ok
}

// numbers reads what a number is compared with. Without a comparison before it, and after "is", there may be a
// range, or words such as "or more" after it.
func (p *parser) numbers(f *Field, t *Test, compared bool) bool {
	least, ok := p.amount(f)
	if !ok {
		return false
	}
	if !compared {
		t.Op = EQ
	}
	if at := p.pos; t.Op == Between || t.Op == EQ {
		joined := p.any(p.betweenAnd)
		if !joined && t.Op == Between {
			return p.want(p.betweenAnd[0])
		}
		if joined {
			most, ok := p.amount(f)
			if ok {
				if least.factor == 0 && most.factor > 1 && !p.times(&least, most.factor) { // As in 1 to 2 weeks.
					return false
				}
				p.any(p.betweenEnd)
				t.Op, t.Number, t.UpTo = Between, new(Number), new(Number)
				return p.exact(f, least, t.Number) && p.exact(f, most, t.UpTo)
			}
			if t.Op == Between {
				return false
			}
			p.pos = at
		}
	}
	if t.Op == EQ && p.any(p.orMore) {
		t.Op = GTE
	} else if t.Op == EQ && p.any(p.orLess) {
		t.Op = LTE
	}
	t.Number = new(Number)
	return p.exact(f, least, t.Number)
}

// exact turns parts of a unit, of money of yuan, into a number of a rule.
func (p *parser) exact(f *Field, a amount, n *Number) bool {
	if f.Unit == Fen { // Parts of a yuan are thousandths of a fen.
		*n = Number(a.n)
		return true
	}
	if a.n%(fraction/1000) != 0 {
		return p.fail(a.at, "sentence.number", "a number has at most three decimals")
	}
	*n = Number(a.n / (fraction / 1000))
	return true
}
