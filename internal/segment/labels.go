package segment

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// speech is the words of one language for a catalogue.
type speech struct {
	*phrases
	catalogue *Catalogue
	nouns     map[rune][]noun // nouns are the words for fixed fields by their first character, longest first.
	fields    labels          // fields are the names of attributes, by field.
	options   map[string]labels
	refs      map[string]labels
	channels  labels
}

// noun is a word for a field, or for what comes again, or both.
type noun struct {
	word            string // word is in small letters of half width.
	field, occasion string
	thing           bool // thing says that it is what a field counts, so that "has" can stand before it.
}

// speak returns the words of a language, made when they are first needed.
func (c *Catalogue) speak(lang Lang) *speech {
	if lang == English {
		return c.english()
	}
	return c.chinese()
}

// listen lets c make its words when they are needed.
func (c *Catalogue) listen() {
	c.chinese = sync.OnceValue(func() *speech { return newSpeech(c, chinese(), Chinese) })
	c.english = sync.OnceValue(func() *speech { return newSpeech(c, english(), English) })
}

func newSpeech(c *Catalogue, p *phrases, lang Lang) *speech {
	s := &speech{phrases: p, catalogue: c, nouns: map[rune][]noun{}, options: map[string]labels{}, refs: map[string]labels{}, channels: newLabels(p.channels)}
	all := map[string]noun{}
	name := func(word, field, occasion string, thing bool) {
		n := all[word]
		if field != "" {
			n.field, n.thing = field, n.thing || thing
		}
		if occasion != "" {
			n.occasion = occasion
		}
		n.word = string(fold(word))
		all[word] = n
	}
	attributes := map[string]string{}
	for _, f := range c.away {
		s.options[f.Code] = f.choices(lang)
	}
	for i := range c.Fields {
		f := &c.Fields[i]
		s.options[f.Code] = f.choices(lang)
		if f.definition.Code != "" {
			attributes[f.Code] = in(lang, f.Name, f.NameEN)
			continue
		}
		name(in(lang, f.Name, f.NameEN), f.Code, "", s.isThing(f))
		for _, word := range p.aliases[f.Code] {
			name(word, f.Code, "", s.isThing(f))
		}
		for _, word := range p.things[f.Code] {
			name(word, f.Code, "", true)
		}
		for _, word := range p.occasions[f.Code] {
			name(word, "", f.Code, false)
		}
	}
	s.fields = newLabels(attributes)
	for kind, names := range c.Names {
		if kind == "tag" && lang == English {
			names = maps.Clone(names)
			maps.Copy(names, c.tagsEN)
		}
		s.refs[kind] = newLabels(names)
	}
	s.refs["stage"] = s.options["stage"]
	for _, word := range slices.Sorted(maps.Keys(all)) {
		n := all[word]
		first := []rune(n.word)[0]
		s.nouns[first] = append(s.nouns[first], n)
	}
	for _, list := range s.nouns {
		slices.SortStableFunc(list, func(a, b noun) int { return len(b.word) - len(a.word) })
	}
	return s
}

// choices returns the labels of what a field is one of.
func (f *Field) choices(lang Lang) labels {
	names := map[string]string{}
	for _, o := range f.Options {
		names[o.Code] = in(lang, o.Name, o.NameEN)
	}
	return newLabels(names)
}

// isThing says whether the name of a field is also the word for what it counts.
func (s *speech) isThing(f *Field) bool {
	return strings.HasPrefix(f.Code, "event.") || f.Kind == PresenceField || f.Kind == BoolField
}

func in(lang Lang, chinese, english string) string {
	if lang == English && english != "" {
		return english
	}
	return chinese
}

// labels are names that tell things apart, and the codes of the things.
type labels struct {
	of     map[string]string // of gives the label of a code.
	code   map[string]string // code gives the code of a label.
	folded map[string]string // folded gives the code of a label in small letters of half width, or "" if that is of several.
}

// newLabels gives each code a label: its name, and after names that occur twice the code in brackets. A label that
// was given its code differs from all others that were, so the loop ends.
func newLabels(names map[string]string) labels {
	l := labels{of: make(map[string]string, len(names)), code: map[string]string{}, folded: map[string]string{}}
	for code, name := range names {
		l.of[code] = name
		if name == "" {
			l.of[code] = code
		}
	}
	for clash := true; clash; {
		clash = false
		times := map[string]int{}
		for _, label := range l.of {
			times[label]++
		}
		for code, label := range l.of {
			if times[label] > 1 && !strings.HasSuffix(label, "（"+code+"）") {
				l.of[code], clash = label+"（"+code+"）", true
			}
		}
	}
	for code, label := range l.of {
		l.code[label] = code
		small := string(fold(label))
		if _, taken := l.folded[small]; taken {
			code = ""
		}
		l.folded[small] = code
	}
	return l
}

// all returns the labels.
func (l labels) all() []string { return slices.Collect(maps.Values(l.of)) }

// find returns the code of a label or of a code itself, whatever the width and size of its letters if that leaves one.
func (l labels) find(text string) (code string, ok bool) {
	if code, ok = l.code[text]; ok {
		return code, true
	}
	if _, ok = l.of[text]; ok {
		return text, true
	}
	code = l.folded[string(fold(text))]
	return code, code != ""
}

// name returns the label of a code, or the code if it is not known, such as that of a tag that is gone.
func (l labels) name(code string) string {
	if label, ok := l.of[code]; ok {
		return label
	}
	return code
}

// word returns how a word is written of which only some have labels. One that would be read as another is
// followed by itself in brackets.
func (l labels) word(value string) string {
	if label, ok := l.of[value]; ok {
		return label
	}
	if l.value(value) != value {
		return value + "（" + value + "）"
	}
	return value
}

// value reads what word wrote.
func (l labels) value(text string) string {
	if code, ok := l.find(text); ok {
		return code
	}
	if n := (len(text) - len("（）")) / 2; n > 0 && text == text[:n]+"（"+text[:n]+"）" {
		return text[:n]
	}
	return text
}
