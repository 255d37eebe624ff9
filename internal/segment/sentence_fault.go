package segment

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// SentenceFault says where a sentence could not be read. It is an error of the code segment.sentence_invalid.
type SentenceFault struct {
	Offset   int      `json:"offset" doc:"The place in the text, in characters from 0"`
	Read     string   `json:"read" doc:"What stands there, up to some characters; empty at the end"`
	Expected []string `json:"expected" doc:"What could stand there, in the language of the sentence"`
	Near     []string `json:"near" doc:"Names that are much like what stands there"`

	code, message string
}

// Error implements error.
func (f *SentenceFault) Error() string {
	return fmt.Sprintf("segment.sentence_invalid: at character %d: %s", f.Offset, f.message)
}

// Unwrap returns the fault as the API tells it, which does not repeat what was sent.
func (f *SentenceFault) Unwrap() error {
	message := fmt.Sprintf("this cannot be read from character %d on", f.Offset)
	if len(f.Expected) > 0 {
		message += "; expected " + strings.Join(f.Expected, " | ")
	}
	return errs.InvalidFields("segment.sentence_invalid", []errs.Field{{Path: "text", Code: f.code, Message: message, Offset: f.Offset, Expected: f.Expected, Near: f.Near}})
}

// miss collects what was wanted at the furthest place that was reached, which is where the fault is.
type miss struct {
	at     int
	wanted []string
	near   []string
}

// want notes that something could have stood here. It returns false, for the caller to pass on.
func (s *scanner) want(wanted ...string) bool {
	s.space()
	if s.pos > s.miss.at {
		s.miss = miss{at: s.pos}
	}
	if s.pos == s.miss.at {
		for _, w := range wanted {
			if !slices.Contains(s.miss.wanted, w) && len(s.miss.wanted) < 12 {
				s.miss.wanted = append(s.miss.wanted, w)
			}
		}
	}
	return false
}

// misses notes that one of the things the grammar names was missed.
func (s *scanner) misses(w want) bool { return s.want(s.wanted[w]) }

// resembling notes names that are like what stands here.
func (s *scanner) resembling(names []string) {
	if s.space(); s.pos == s.miss.at {
		s.miss.near = nearest(string(s.ahead(24)), names)
	}
}

// ahead returns the next characters.
func (s *scanner) ahead(most int) []rune { return s.raw[s.pos:min(len(s.raw), s.pos+most)] }

// fault returns the fault at the furthest place that was reached.
func (s *scanner) fault() *SentenceFault {
	s.pos = s.miss.at
	f := &SentenceFault{Offset: s.pos, Read: string(s.ahead(12)), Expected: s.miss.wanted, Near: s.miss.near, code: "sentence.expected"}
	read := fmt.Sprintf("read %q", f.Read)
	if f.Read == "" {
		read = "the text ends"
	}
	f.message = fmt.Sprintf("%s, expected %s", read, strings.Join(f.Expected, " | "))
	if len(f.Near) > 0 {
		f.code = "sentence.name"
		f.message += "; near: " + strings.Join(f.Near, " | ")
	}
	return f
}

// wrong returns a fault of what stands at a place.
func (s *scanner) wrong(at int, code, format string, args ...any) *SentenceFault {
	s.pos = at
	return &SentenceFault{Offset: at, Read: string(s.ahead(12)), code: code, message: fmt.Sprintf(format, args...)}
}

// nearest returns up to three of the names that are like the beginning of a text, the nearest first. Each is compared
// with as much of the text as it is long.
func nearest(text string, names []string) []string {
	type found struct {
		name string
		far  int
	}
	var near []found
	start := fold(text)
	for _, name := range names {
		word := fold(name)
		if len(word) > 24 {
			continue
		}
		far := distance(start[:min(len(word), len(start))], word)
		if far <= max(1, len(word)/3) && far < len(word) {
			near = append(near, found{name, far})
		}
	}
	slices.SortFunc(near, func(a, b found) int {
		if a.far != b.far {
			return a.far - b.far
		}
		if n := len(b.name) - len(a.name); n != 0 {
			return n
		}
		return strings.Compare(a.name, b.name)
	})
	list := make([]string, 0, 3)
	for _, n := range near[:min(3, len(near))] {
		list = append(list, n.name)
	}
	return list
}

// distance returns how many characters must be changed, added or taken away to make b of a.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		corner := row[0]
		row[0] = i + 1
		for j := range b {
			cost := corner
			if a[i] != b[j] {
				cost = 1 + min(corner, row[j], row[j+1])
			}
			corner, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
