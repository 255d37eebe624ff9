package segment

import "strings"

// maxSentence is the most characters of a sentence that is read.
const maxSentence = 20_000

// Parse reads a sentence that Sentence wrote, or one that a person wrote like it, and returns the rule in its normal
// form. The error is segment.sentence_invalid, a *SentenceFault.
func (c *Catalogue) Parse(text string, lang Lang) (Rule, error) {
	p := parser{scanner{speech: c.speak(lang), raw: []rune(text), text: fold(text)}, 0, nil}
	if len(p.raw) > maxSentence {
		return Rule{}, p.wrong(maxSentence, "sentence.too_long", "a sentence has at most %d characters", maxSentence)
	}
	r, ok := p.rule(1)
	if ok {
		p.any(p.finish)
		if p.peek() != 0 {
			p.misses(wantJoin)
			ok = p.misses(wantEnd)
		}
	}
	switch {
	case p.failed != nil:
		return Rule{}, p.failed
	case !ok:
		return Rule{}, p.fault()
	}
	r = r.Normal()
	if err := c.Check(r); err != nil { // Such as too deep; each test was checked where it stands.
		return Rule{}, p.wrong(0, "sentence.rule", "%v", err)
	}
	return r, nil
}

// parser reads sentences by descent, without going back over more than a few words. Its methods return false with a
// note of what was wanted, or with failed set, when nothing can be read.
type parser struct {
	scanner
	tests  int
	failed *SentenceFault // failed is a fault that was found in what could be read.
}

// fail sets the fault.
func (p *parser) fail(at int, code, format string, args ...any) bool {
	if p.failed == nil {
		p.failed = p.wrong(at, code, format, args...)
	}
	return false
}

// maxBrackets is how deep brackets may be nested. Ones that are not needed make no rule deeper.
const maxBrackets = 4 * maxRuleDepth

// rule reads conditions joined by and, or by or. A comma alone is and.
func (p *parser) rule(depth int) (r Rule, ok bool) {
	if depth > maxBrackets {
		return r, p.fail(p.pos, "sentence.too_deep", "brackets are nested more than %d deep", maxBrackets)
	}
	first, ok := p.unit(depth)
	if !ok {
		return r, false
	}
	kids, either := []Rule{first}, false
	for {
		at := p.skipped()
		comma := p.comma()
		and, or := p.any(p.and), false
		if !and {
			or = p.any(p.or)
		}
		if !and && !or && (!comma || p.peek() == 0) {
			p.pos = at
			break
		}
		if len(kids) > 1 && or != either {
			return r, p.fail(at, "sentence.mixed", "%q and %q are mixed; put brackets around what belongs together", p.and[0], p.or[0])
		}
		either = or
		kid, ok := p.unit(depth)
		if !ok {
			return r, false
		}
		if kids = append(kids, kid); len(kids) > maxRules {
			return r, p.fail(at, "sentence.too_long", "at most %d conditions are joined; put brackets around some", maxRules)
		}
	}
	switch {
	case len(kids) == 1:
		return kids[0], true
	case either:
		return Rule{Any: kids}, true
	}
	return Rule{All: kids}, true
}

// unit reads a negation, conditions in brackets or one test.
func (p *parser) unit(depth int) (r Rule, ok bool) {
	at := p.pos
	if p.any(p.not) {
		if depth > maxBrackets {
			return r, p.fail(at, "sentence.too_deep", "brackets are nested more than %d deep", maxBrackets)
		}
		inner, ok := p.unit(depth + 1)
		return Rule{Not: &inner}, ok
	}
	if p.bracket(true) {
		if r, ok = p.rule(depth + 1); !ok {
			return r, false
		}
		if !p.bracket(false) {
			p.misses(wantJoin)
			return r, p.misses(wantClose)
		}
		return r, true
	}
	p.space()
	at = p.pos
	t, ok := p.test()
	if !ok {
		return r, false
	}
	if p.tests++; p.tests > maxRuleTests {
		return r, p.fail(at, "sentence.too_long", "a rule has at most %d tests", maxRuleTests)
	}
	k := checker{catalogue: p.catalogue}
	if k.test(t, ""); len(k.faults) > 0 {
		return r, p.fail(at, "sentence.rule", "%s", k.faults[0].Message)
	}
	return Rule{Test: t}, true
}

// found is what has been read of a test.
type found struct {
	Test
	soon   *int64 // soon is within how many days from now a date comes.
	has    bool
	hasNo  bool
	nounAt int
}

// test reads what a test looks at, with what narrows it before and after, and how it compares.
func (p *parser) test() (*Test, bool) {
	var t found
	if !p.modifiers(&t) {
		return nil, false
	}
	if p.any(p.hasNo) {
		t.hasNo = true
	} else if p.any(p.has) {
		t.has = true
	}
	if (t.has || t.hasNo) && p.spaced {
		p.any(p.articles)
	}
	if !p.modifiers(&t) {
		return nil, false
	}
	p.space()
	t.nounAt = p.pos
	n, ok := p.noun()
	if !ok {
		return nil, false
	}
	if !p.modifiers(&t) {
		return nil, false
	}
	f := p.catalogue.Field(n.field)
	if n.occasion != "" && (t.soon != nil || t.Within != nil && (f == nil || !f.Window)) {
		return p.occasion(&t, n)
	}
	switch {
	case t.soon != nil:
		p.pos = t.nounAt
		p.misses(wantOccasion)
		return nil, false
	case f == nil: // Something that comes again, but not when.
		p.pos = t.nounAt
		p.misses(wantField)
		return nil, false
	}
	t.Field = f.Code
	if t.has || t.hasNo {
		return p.existence(&t, f)
	}
	switch {
	case f.Kind == NumberField && f.Unit == Days && t.Within.plain() && p.ended(): // As in "days since the last purchase within 30 days".
		t.Op, t.Number, t.Within = LTE, new(NumberOf(t.Within.Days)), nil
	case n.thing && f.Kind == BoolField && p.ended():
		t.Op = Yes
	case n.thing && f.isCount() && p.ended():
		t.Op, t.Number = GTE, new(NumberOf(1))
	case !p.predicate(f, &t.Test):
		return nil, false
	}
	return &t.Test, true
}

// ended says whether a condition ends here.
func (p *parser) ended() bool {
	at := p.pos
	defer func() { p.pos = at }()
	return p.peek() == 0 || p.comma() || p.bracket(false) || p.any(p.and) || p.any(p.or) || p.any(p.finish)
}

// existence is that there is one of what a field counts, or something known or true.
func (p *parser) existence(t *found, f *Field) (*Test, bool) {
	switch {
	case f.isCount():
		t.Op, t.Number = GTE, new(NumberOf(1))
		if t.hasNo {
			t.Op, t.Number = EQ, new(NumberOf(0))
		}
	case f.Kind == PresenceField || f.definition.Code != "" && f.Kind != BoolField:
		t.Op = Known
		if t.hasNo {
			t.Op = Unknown
		}
	case f.Kind == BoolField:
		t.Op = Yes
		if t.hasNo {
			t.Op = No
		}
	default:
		p.pos = t.nounAt
		p.misses(wantNoun)
		return nil, false
	}
	return &t.Test, true
}

// occasion is that a date comes again soon.
func (p *parser) occasion(t *found, n noun) (*Test, bool) {
	days := t.soon
	if days == nil {
		days = &t.Within.Days
	}
	if t.hasNo || t.Within != nil && (t.Within.Days == 0 || t.Within.Before > 0) || t.Where != nil || t.Without != nil {
		p.fail(t.nounAt, "sentence.rule", "of what comes again, only within how many days can be said")
		return nil, false
	}
	return &Test{Field: n.occasion, Op: LTE, Number: new(NumberOf(*days))}, true
}

// noun reads the name of a field, in quotation marks if it is an attribute.
func (p *parser) noun() (n noun, ok bool) {
	at := p.pos
	if name, quoted := p.quoted(); quoted {
		code, ok := p.fields.find(name)
		if !ok {
			p.pos = at
			return n, p.unknown(name, &p.fields)
		}
		return noun{field: code}, true
	}
	if p.peek() != 0 {
		for _, n := range p.nouns[p.peek()] {
			if length, ok := p.length(n.word); ok {
				p.pos += length
				return n, true
			}
		}
	}
	if code, ok := p.unquoted(p.fields); ok {
		return noun{field: code}, true
	}
	p.misses(wantField)
	p.resembling(p.fieldWords())
	return n, false
}

// fieldWords are the names of all fields and what they count.
func (p *parser) fieldWords() []string {
	var words []string
	for _, list := range p.nouns {
		for _, n := range list {
			words = append(words, n.word)
		}
	}
	return append(words, p.fields.all()...)
}

// unknown fails because there is nothing of a name.
func (p *parser) unknown(name string, l *labels) bool {
	if p.failed != nil || l == nil {
		return false
	}
	p.fail(p.pos, "sentence.name", "there is no %q", name)
	p.failed.Near = nearest(name, l.all())
	if len(p.failed.Near) > 0 {
		p.failed.message += "; near: " + strings.Join(p.failed.Near, " | ")
	}
	return false
}

// unquoted reads the longest of some labels that stands without quotation marks.
func (p *parser) unquoted(l labels) (code string, ok bool) {
	p.space()
	longest := 0
	for label, c := range l.folded {
		if n, is := p.length(label); is && n > longest && c != "" {
			longest, code = n, c
		}
	}
	p.pos += longest
	return code, longest > 0
}
