package segment

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Sentence returns a rule that Check passes as one sentence, which Parse reads. Of a rule that has become invalid,
// since a tag it names is gone, it says what it can.
func (c *Catalogue) Sentence(r Rule, lang Lang) string {
	r = r.Normal()
	return speaker{c.speak(lang)}.rule(&r)
}

// TestSentence returns one test as a sentence.
func (c *Catalogue) TestSentence(t *Test, lang Lang) string { return c.Sentence(Rule{Test: t}, lang) }

// Normal returns the rule in the form in which it is written and read: lists of one are what they hold, lists
// within lists of the same kind are one, and tests that say the same in two ways say it in one.
func (r Rule) Normal() Rule {
	switch {
	case r.Test != nil:
		t := *r.Test
		switch {
		case t.Op == AllOf && len(t.Choices) == 1:
			t.Op = AnyOf
		case t.Op == LTE && t.Number != nil && *t.Number == 0 && slices.Contains(dateFields, t.Field):
			t.Op = EQ
		}
		return Rule{Test: &t}
	case r.Not != nil:
		return Rule{Not: new(r.Not.Normal())}
	case len(r.All) > 0:
		return joined(r.All, func(r *Rule) *[]Rule { return &r.All })
	}
	return joined(r.Any, func(r *Rule) *[]Rule { return &r.Any })
}

// maxRules is how many rules a list may hold.
const maxRules = 50

func joined(rules []Rule, list func(*Rule) *[]Rule) Rule {
	var flat []Rule
	for i, kid := range rules {
		kid = kid.Normal()
		if within := *list(&kid); len(within) > 0 && len(flat)+len(within)+len(rules)-i-1 <= maxRules {
			flat = append(flat, within...)
		} else {
			flat = append(flat, kid)
		}
	}
	if len(flat) == 1 {
		return flat[0]
	}
	var r Rule
	*list(&r) = flat
	return r
}

// speaker writes sentences.
type speaker struct{ *speech }

func (s speaker) rule(r *Rule) string {
	switch {
	case r.Test != nil:
		return s.test(r.Test)
	case r.Not != nil:
		return s.not[0] + s.gap() + s.brackets[0] + s.rule(r.Not) + s.brackets[1]
	}
	kids, word := r.All, s.and[0]
	if len(r.Any) > 0 {
		kids, word = r.Any, s.or[0]
	}
	parts := make([]string, len(kids))
	for i := range kids {
		parts[i] = s.rule(&kids[i])
		if len(kids[i].All)+len(kids[i].Any) > 0 {
			parts[i] = s.brackets[0] + parts[i] + s.brackets[1]
		}
	}
	return strings.Join(parts, s.comma+s.gap()+word+s.gap())
}

func (s speaker) gap() string {
	if s.spaced {
		return " "
	}
	return ""
}

// join puts words together, of which some may be empty.
func (s speaker) join(words ...string) string {
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	return strings.Join(words, s.gap())
}

// test writes one test: what, when, which and how it compares.
func (s speaker) test(t *Test) string {
	f := s.catalogue.Field(t.Field)
	if f == nil {
		f = s.catalogue.away[t.Field]
	}
	if f == nil {
		f = &Field{Code: t.Field, Name: t.Field, Kind: TextField}
		f.definition.Code = t.Field
	}
	w := wording{window: s.window(t.Within), where: s.where(t.Where), without: s.without(t.Without)}
	switch {
	case s.soon(f, t):
		return s.occasion(f, t)
	case f.definition.Code == "" && (f.Kind == PresenceField || f.Kind == BoolField):
		w.noun, w.has = s.fieldName(f), s.has[0]
		if t.Op == Unknown || t.Op == No {
			w.has = s.hasNo[0]
		} else if f.Group == "consent" && !s.spaced {
			w.has = ""
		}
	case f.isCount() && t.Number != nil && t.Op == GTE && *t.Number == NumberOf(1):
		w.noun, w.has = s.thing(f), s.has[0]
	case f.isCount() && t.Number != nil && t.Op == EQ && *t.Number == 0 && t.Without == nil:
		w.noun, w.has = s.thing(f), s.hasNo[0]
	default:
		w.noun, w.predicate = s.fieldName(f), s.predicate(f, t)
		if f.Window && t.Within == nil && slices.Contains([]Unit{Times, Pieces, Fen, Days}, f.Unit) && f.addsUp() {
			w.ever = s.ever[0]
		}
	}
	if w.has == s.has[0] && s.spaced && (f.Kind == PresenceField || f.Kind == BoolField) && f.Group != "consent" {
		w.has = s.join(w.has, s.article(w.noun))
	}
	if s.spaced {
		return s.join(w.has, w.ever, w.noun, w.where, w.window, w.without, w.predicate)
	}
	return s.join(w.window, w.has, w.where, w.ever, w.noun, w.without, w.predicate)
}

// wording is the parts of a test in words; those that it does not have are empty.
type wording struct{ has, ever, noun, where, window, without, predicate string }

// isCount says whether the field counts what there may be none of.
func (f *Field) isCount() bool { return f.Window && f.Unit == Times }

// addsUp says whether the field grows with every order, refund or event.
func (f *Field) addsUp() bool {
	return f.isCount() || slices.Contains([]string{"orders.days", "orders.sum", "orders.units", "refunds.sum"}, f.Code)
}

func (s speaker) fieldName(f *Field) string {
	switch {
	case s.catalogue.away[f.Code] != nil && s.spaced: // It has no label: it cannot be read.
		return s.quote(f.NameEN)
	case s.catalogue.away[f.Code] != nil:
		return s.quote(f.Name)
	case f.definition.Code != "":
		return s.quote(s.fields.name(f.Code))
	}
	if s.spaced {
		return f.NameEN
	}
	return f.Name
}

// thing is the word for what a field counts.
func (s speaker) thing(f *Field) string {
	if words := s.things[f.Code]; len(words) > 0 && f.Group != "events" {
		return words[0]
	}
	return s.fieldName(f)
}

func (s speaker) article(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return s.articles[1]
	}
	return s.articles[0]
}

// soon says whether a test is of a date that comes within some days.
func (s speaker) soon(f *Field, t *Test) bool {
	return len(s.occasions[f.Code]) > 0 && t.Number != nil && (t.Op == LTE || t.Op == EQ && *t.Number == 0)
}

func (s speaker) occasion(f *Field, t *Test) string {
	noun, when := s.occasions[f.Code][0], s.today[0]
	if t.Op == LTE {
		when = s.around(s.next, s.days(int64(*t.Number/1000)), s.nextEnd)
	}
	if s.spaced {
		return s.join(s.has[0], s.article(noun), noun, when)
	}
	return s.join(when, noun)
}

// around writes words before and after a span.
func (s speaker) around(before []string, span string, after []string) string {
	text := s.join(before[0], span)
	if len(after) > 0 {
		text += after[0]
	}
	return text
}

// days writes so many days.
func (s speaker) days(n int64) string { return s.span(n, s.spans[0].word) }

// hours writes so many hours.
func (s speaker) hours(n int64) string {
	return s.span(n, s.spans[slices.IndexFunc(s.spans, func(w spanWord) bool { return w.hours == 1 })].word)
}

func (s speaker) span(n int64, word string) string {
	if n == 1 && s.spaced {
		word = strings.TrimSuffix(word, "s")
	}
	return s.join(strconv.FormatInt(n, 10), word)
}

func (s speaker) window(w *Window) string {
	switch {
	case w == nil:
		return ""
	case w.Hours > 0:
		return s.around(s.last, s.hours(w.Hours), s.lastEnd)
	case w.Days > 0:
		span := s.days(w.Days)
		for _, named := range s.named {
			if named.days == w.Days && !s.spaced {
				span = named.word + s.brackets[0] + span + s.brackets[1]
				break
			}
		}
		text := s.around(s.last, span, s.lastEnd)
		if w.Before > 0 {
			text = s.join(text, s.butNot[0], s.days(w.Before))
		}
		return text
	case w.From.IsZero():
		return s.join(s.until[0], w.To.String())
	case w.To.IsZero():
		text := s.join(s.since[0], w.From.String())
		if len(s.sinceEnd) > 0 {
			text += s.sinceEnd[0]
		}
		return text
	}
	return s.join(s.from[0], w.From.String(), s.to[0], w.To.String())
}

func (s speaker) where(w *Where) string {
	if w == nil {
		return ""
	}
	var parts []string
	for _, p := range w.parts() {
		parts = append(parts, s.join(s.labels[p.name][0], s.list(p.values, s.listOr[0], func(v string) string { return s.narrowing(p, v) })))
	}
	label := s.labels["amount"][0]
	least, most := NumberOf(w.MinFen), NumberOf(w.MaxFen)
	switch {
	case w.MinFen > 0 && w.MaxFen > 0:
		parts = append(parts, s.join(label, s.predicate(&amountField, &Test{Op: Between, Number: &least, UpTo: &most})))
	case w.MinFen > 0:
		parts = append(parts, s.join(label, s.predicate(&amountField, &Test{Op: GTE, Number: &least})))
	case w.MaxFen > 0:
		parts = append(parts, s.join(label, s.predicate(&amountField, &Test{Op: LTE, Number: &most})))
	}
	and := s.alsoWith[0]
	if s.spaced {
		and = " " + and + " "
	}
	text := s.join(s.with[0], strings.Join(parts, and))
	if len(s.of) > 0 {
		text += s.of[0]
	}
	return text
}

// amountField is the amount of an order or refund that narrows.
var amountField = Field{Kind: NumberField, Unit: Fen, Ops: []Op{GTE, LTE, Between}}

// narrowing is the name of one value of what narrows.
func (s speaker) narrowing(p wherePart, value string) string {
	switch {
	case p.refers != "":
		return s.refs[p.refers].name(value)
	case p.name == "channels":
		return s.channels.word(value)
	}
	return value
}

func (s speaker) list(values []string, or string, name func(string) string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = s.quote(name(v))
	}
	return strings.Join(quoted, s.gap()+or+s.gap())
}

func (s speaker) without(w *Without) string {
	if w == nil {
		return ""
	}
	noun := w.Field
	if f := s.catalogue.Field(w.Field); f != nil {
		noun = s.thing(f)
	}
	where, hours := s.where(w.Where), s.hours(w.Hours)
	if s.spaced {
		return s.join(s.unless[0], noun, where, s.after[0], hours)
	}
	return s.join(s.after[0], hours, s.afterEnd[0], s.unless[0], where, noun)
}

// predicate writes how a field is compared.
func (s speaker) predicate(f *Field, t *Test) string {
	op := s.ops[t.Op][0]
	if s.spaced && f.isMany() {
		op = s.ofMany(op)
	} else if s.spaced && f.Code == "" { // The amount that narrows has no verb.
		op = strings.TrimPrefix(op, s.copulas[0]+" ")
	}
	switch {
	case t.Op == Between && t.Number != nil && t.UpTo != nil:
		text := s.join(op, s.amount(f, *t.Number), s.betweenAnd[0], s.amount(f, *t.UpTo)) + s.unit(f)
		if len(s.betweenEnd) > 0 {
			text += s.betweenEnd[0]
		}
		return text
	case t.Number != nil:
		return s.join(op, s.amount(f, *t.Number)) + s.unit(f)
	case f.Kind == DayField && len(t.Choices) > 0:
		return s.join(op, t.Choices[0])
	case len(t.Choices) > 0:
		word := s.listOr[0]
		if t.Op == AllOf {
			word = s.listAnd[0]
		}
		return s.join(op, s.list(t.Choices, word, func(v string) string { return s.choice(f, v) }))
	}
	return op
}

// isMany says whether the English name of the field is a plural.
func (f *Field) isMany() bool {
	return f.Code == "tag" || f.definition.Code == "" && slices.Contains([]Unit{Times, Pieces, Days}, f.Unit)
}

// ofMany returns a comparison with the verb of many.
func (s speaker) ofMany(op string) string {
	verb, rest, _ := strings.Cut(op, " ")
	if verb == s.copulas[0] {
		verb = s.copulas[1]
	} else {
		verb = strings.TrimSuffix(verb, "s")
	}
	return s.join(verb, rest)
}

// choice is the name of a choice of a field.
func (s speaker) choice(f *Field, code string) string {
	switch {
	case f.Refers != "":
		return s.refs[f.Refers].name(code)
	case f.Kind == TextField:
		return code
	}
	return s.options[f.Code].name(code)
}

// amount writes a number, money in yuan.
func (s speaker) amount(f *Field, n Number) string {
	if f.Unit != Fen {
		return n.String()
	}
	sign, a := "", int64(n)
	if a < 0 {
		sign, a = "-", -a
	}
	text := fmt.Sprintf("%s%d", sign, a/fraction)
	if rest := a % fraction; rest != 0 {
		text += strings.TrimRight(fmt.Sprintf(".%05d", rest), "0")
	}
	return text
}

// unit is the word after numbers of a field, with the space before it if it takes one.
func (s speaker) unit(f *Field) string {
	if word, ok := s.unitOf[f.Code]; ok {
		return word
	}
	if words := s.units[f.Unit]; len(words) > 0 {
		return words[0].word
	}
	return ""
}
