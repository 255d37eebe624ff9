package segment

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// Check returns segment.rule_invalid with every fault of a rule, named by its path in the tree.
func (c *Catalogue) Check(r Rule) error {
	k := checker{catalogue: c}
	k.rule(&r, "", 1)
	if k.tests > maxRuleTests {
		k.fault("", "rule.too_long", "a rule has at most %d tests; this one has %d", maxRuleTests, k.tests)
	}
	return errs.InvalidFields("segment.rule_invalid", k.faults)
}

// checker collects the faults of a rule.
type checker struct {
	catalogue *Catalogue
	faults    []errs.Field
	tests     int
}

// maxFaults bounds how many faults are told.
const maxFaults = 50

func (k *checker) fault(path, code, format string, args ...any) {
	if len(k.faults) < maxFaults {
		k.faults = append(k.faults, errs.Field{Path: strings.TrimPrefix(path, "."), Code: code, Message: fmt.Sprintf(format, args...)})
	}
}

func (k *checker) rule(r *Rule, path string, depth int) {
	if depth > maxRuleDepth {
		k.fault(path, "rule.too_deep", "all, any and not are nested more than %d deep", maxRuleDepth)
		return
	}
	given := 0
	for _, is := range []bool{len(r.All) > 0, len(r.Any) > 0, r.Not != nil, r.Test != nil} {
		if is {
			given++
		}
	}
	if given != 1 {
		k.fault(path, "rule.shape", "a rule is one of all, any, not and a test, and is not empty")
		return
	}
	for name, list := range map[string][]Rule{"all": r.All, "any": r.Any} {
		for i := range list {
			k.rule(&list[i], fmt.Sprintf("%s.%s[%d]", path, name, i), depth+1)
		}
	}
	if r.Not != nil {
		k.rule(r.Not, path+".not", depth+1)
	}
	if r.Test != nil {
		k.tests++
		k.test(r.Test, path)
	}
}

func (k *checker) test(t *Test, path string) {
	f := k.catalogue.Field(t.Field)
	switch away := k.catalogue.away[t.Field]; {
	case f == nil && away == nil:
		k.fault(path+".field", "rule.field", "there is no field %.80q", t.Field)
		return
	case f == nil && away.definition.Pack != "":
		k.fault(path+".field", "rule.pack_off", "the field %s belongs to the pack %q, which is switched off", t.Field, away.definition.Pack)
		return
	case f == nil:
		k.fault(path+".field", "rule.field_off", "the field %s is not in use", t.Field)
		return
	}
	if !slices.Contains(f.Ops, t.Op) {
		k.fault(path+".op", "rule.op", "%s cannot be compared with %.20q", f.Code, t.Op)
		return
	}
	k.number(f, t, path)
	k.choices(f, t, path)
	if t.Within != nil {
		if !f.Window {
			k.fault(path+".within", "rule.within", "%s has no span of time", f.Code)
		} else if f.Code == stageMoves && t.Within.Hours > 0 {
			k.fault(path+".within", "rule.within", "%s has a span of days, not of hours", f.Code)
		}
		k.window(*t.Within, path+".within")
	}
	if t.Where != nil {
		k.where(f, t.Where, path+".where")
	}
	if t.Without != nil {
		k.without(f, t, path+".without")
	}
}

// dateFields count the days until a date that comes again; a year is as far as they reach.
var dateFields = []string{"birthday.days", "wedding.days", "child_birthday.days"}

func (k *checker) number(f *Field, t *Test, path string) {
	wanted := f.Kind == NumberField && t.Op != Known && t.Op != Unknown
	switch {
	case wanted != (t.Number != nil):
		k.fault(path+".number", "rule.number", "%s is compared with a number: %t", t.Op, wanted)
		return
	case (t.Op == Between) != (t.UpTo != nil):
		k.fault(path+".up_to", "rule.up_to", "between has an upper end, and nothing else has")
		return
	case !wanted:
		return
	}
	least, most := *t.Number, *t.Number
	if t.UpTo != nil {
		most = *t.UpTo
	}
	fractions := f.Unit == Percent || f.Code == "orders.average" || f.definition.Code != ""
	switch {
	case least > most:
		k.fault(path+".up_to", "rule.up_to", "the upper end is below the lower one")
	case max(most, -least) > maxNumber:
		k.fault(path+".number", "rule.number", "the number is out of bounds")
	case !fractions && !(least.whole() && most.whole()):
		k.fault(path+".number", "rule.whole", "%s is compared with whole numbers", f.Code)
	case f.definition.Code == "" && least < 0 && f.Code != "due.days":
		k.fault(path+".number", "rule.negative", "%s is never below 0", f.Code)
	case slices.Contains(dateFields, f.Code) && (most > NumberOf(366) || t.Op == GT || t.Op == GTE || t.Op == NE):
		k.fault(path+".number", "rule.date", "%s is compared with at most, less than, equal or between, up to 366 days", f.Code)
	}
}

func (k *checker) choices(f *Field, t *Test, path string) {
	wanted := slices.Contains([]Op{In, NotIn, Contains, AnyOf, AllOf, NoneOf, Since, Until}, t.Op)
	if !wanted {
		if len(t.Choices) > 0 {
			k.fault(path+".choices", "rule.choices", "%s takes no choices", t.Op)
		}
		return
	}
	if n := len(t.Choices); n == 0 || n > maxChoices || (f.Kind == DayField && n != 1) {
		k.fault(path+".choices", "rule.choices", "give between 1 and %d choices, and one day for a day", maxChoices)
		return
	}
	for i, c := range t.Choices {
		at := fmt.Sprintf("%s.choices[%d]", path, i)
		switch {
		case f.Kind == DayField:
			if _, err := cal.ParseDay(c); err != nil {
				k.fault(at, "rule.day", "%.40q is not a day such as 2026-11-24", c)
			}
		case f.Refers != "":
			k.reference(f.Refers, c, at)
		case f.Kind == TextField:
			k.text(c, at)
		default:
			if !slices.ContainsFunc(f.Options, func(o Option) bool { return o.Code == c }) {
				k.fault(at, "rule.choice", "%s has no choice %.80q", f.Code, c)
			}
		}
	}
}

func (k *checker) reference(kind, value, path string) {
	_, ok := k.catalogue.Names[kind][value]
	if kind == "stage" {
		ok = slices.ContainsFunc(stageOptions, func(o Option) bool { return o.Code == value })
	}
	if !ok {
		k.fault(path, "rule.unknown", "there is no %s %.80q", kind, value)
	}
}

// maxText is the most bytes of a word in a rule.
const maxText = 200

func (k *checker) text(value, path string) {
	if value == "" || len(value) > maxText || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' }) {
		k.fault(path, "rule.text", "a text has between 1 and %d bytes and no control characters", maxText)
	}
}

func (k *checker) window(w Window, path string) {
	ways := 0
	for _, given := range []bool{w.Days != 0 || w.Before != 0, w.Hours != 0, !w.From.IsZero() || !w.To.IsZero()} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		k.fault(path, "rule.window", "give days, hours, or from and to")
	case w.Days < 0 || w.Before < 0 || w.Hours < 0 || w.Days > 36_500 || w.Hours > 8760 || w.Before > 0 && w.Before >= w.Days:
		k.fault(path, "rule.window", "a span has up to 36,500 days or 8,760 hours, and before is less than days")
	case !w.From.IsZero() && !w.To.IsZero() && w.To.Before(w.From):
		k.fault(path, "rule.window", "the last day is before the first")
	}
}

func (k *checker) where(f *Field, w *Where, path string) {
	parts := w.parts()
	if len(parts) == 0 && w.MinFen == 0 && w.MaxFen == 0 {
		k.fault(path, "rule.where", "name at least one thing to narrow by, or leave it out")
	}
	for _, p := range parts {
		at := path + "." + p.name
		if !slices.Contains(f.Where, p.name) {
			k.fault(at, "rule.where", "%s cannot be narrowed by %s", f.Code, p.name)
			continue
		}
		if len(p.values) > maxChoices {
			k.fault(at, "rule.choices", "there are at most %d choices", maxChoices)
		}
		for i, v := range p.values {
			here := fmt.Sprintf("%s[%d]", at, i)
			if p.refers != "" {
				k.reference(p.refers, v, here)
			} else {
				k.text(v, here)
			}
		}
	}
	if w.MinFen < 0 || w.MaxFen < 0 || w.MaxFen > 0 && w.MaxFen < w.MinFen || max(w.MinFen, w.MaxFen) > int64(maxNumber/1000) {
		k.fault(path, "rule.where", "amounts are not negative, and the least is not above the most")
	}
	if (w.MinFen > 0 || w.MaxFen > 0) && !slices.Contains(f.Where, "min_fen") {
		k.fault(path, "rule.where", "%s has no amount", f.Code)
	}
}

func (k *checker) without(f *Field, t *Test, path string) {
	then := k.catalogue.Field(t.Without.Field)
	switch {
	case !f.Without:
		k.fault(path, "rule.without", "%s cannot be followed", f.Code)
		return
	case then == nil || !then.Without:
		k.fault(path+".field", "rule.without", "%.80q is not an order or event that can follow", t.Without.Field)
		return
	case t.Without.Hours < 1 || t.Without.Hours > 8760:
		k.fault(path+".hours", "rule.without", "give between 1 and 8,760 hours")
	}
	if t.Without.Where != nil {
		k.where(then, t.Without.Where, path+".where")
	}
}

// narrowings are the lists of Where, in the order in which they are told.
var narrowings = []narrowing{
	{"categories", "", func(w *Where) *[]string { return &w.Categories }}, {"products", "", func(w *Where) *[]string { return &w.Products }},
	{"styles", "", func(w *Where) *[]string { return &w.Styles }}, {"brands", "", func(w *Where) *[]string { return &w.Brands }},
	{"scenes", "", func(w *Where) *[]string { return &w.Scenes }}, {"shops", "shop", func(w *Where) *[]string { return &w.Shops }},
	{"channels", "", func(w *Where) *[]string { return &w.Channels }}, {"clerks", "clerk", func(w *Where) *[]string { return &w.Clerks }},
	{"reasons", "reason", func(w *Where) *[]string { return &w.Reasons }},
	{"from_stages", "stage", func(w *Where) *[]string { return &w.FromStages }}, {"to_stages", "stage", func(w *Where) *[]string { return &w.ToStages }},
}

// narrowing is one list of Where.
type narrowing struct {
	name   string
	refers string // refers is what the values identify, if they do.
	list   func(*Where) *[]string
}

// wherePart is one list of a Where with its values.
type wherePart struct {
	narrowing
	values []string
}

// parts returns the lists of w that are not empty.
func (w *Where) parts() (parts []wherePart) {
	for _, n := range narrowings {
		if values := *n.list(w); len(values) > 0 {
			parts = append(parts, wherePart{n, values})
		}
	}
	return parts
}
