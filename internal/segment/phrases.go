package segment

// Lang is a language in which rules are written as sentences.
type Lang string

// The languages of sentences.
const (
	Chinese Lang = "zh"
	English Lang = "en"
)

// phrases is how a language says what rules are made of. Of several, the first is written and all are read.
// The order of the words is the other half of the grammar: speaker.test writes it, parser.test reads it.
type phrases struct {
	spaced   bool // spaced says that words are set apart by spaces, and that what narrows follows the noun.
	quotes   [2]string
	brackets [2]string
	comma    string // comma is written before and and or between conditions.

	and, or, not    []string // Between and before conditions.
	listAnd, listOr []string // Between choices that all hold, and between alternatives.

	ops                    map[Op][]string
	copulas                []string // The verbs that begin comparisons: of one, of many. They may be left out.
	betweenAnd, betweenEnd []string // Between the ends of a range and after it.
	orMore, orLess         []string // After a number: at least, at most.

	has, hasNo []string
	articles   []string // Of one; before a vowel; others.
	ever       []string // Of figures of all time.

	last, lastEnd           []string // Around a span up to now.
	butNot                  []string // Before its end that does not count.
	next, nextEnd           []string // Around a span from now.
	today                   []string
	from, to, toEnd         []string // From a day to a day.
	since, sinceEnd, until  []string
	spans                   []spanWord
	named                   []spanWord // Spans that have a name of their own, written with their days.
	with, of, alsoWith      []string   // Before, after and between what narrows.
	labels                  map[string][]string
	after, afterEnd, unless []string // Around the time in which something does not follow, and before it.

	units     map[Unit][]unitWord
	unitOf    map[string]string   // Written after numbers of a field, instead of the first word of its unit.
	aliases   map[string][]string // Other words for fields.
	things    map[string][]string // What fields count, after "has" and "has no".
	occasions map[string][]string // What comes again, for a span from now.
	channels  map[string]string   // Words for ways of selling.
	numerals  string              // The numerals from one to ten, of one character each.
	finish    []string
	wanted    map[want]string
}

// spanWord is a word for so many days or hours.
type spanWord struct {
	word        string
	days, hours int64
}

// unitWord is a word for so many of a unit.
type unitWord struct {
	word   string
	factor int64
}

// want is what the grammar can miss.
type want string

const (
	wantField    want = "field"
	wantOp       want = "op"
	wantNumber   want = "number"
	wantUnit     want = "unit"
	wantName     want = "name"
	wantQuote    want = "quote"
	wantDay      want = "day"
	wantSpan     want = "span"
	wantJoin     want = "join"
	wantClose    want = "close"
	wantNoun     want = "noun"
	wantEnd      want = "end"
	wantOccasion want = "occasion"
)
