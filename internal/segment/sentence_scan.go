package segment

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// scanner reads the characters of a sentence. Its methods read what they are named for and move on, or return
// false and stay.
type scanner struct {
	*speech
	raw  []rune // raw is the sentence as it was given.
	text []rune // text is the same in small letters of half width.
	pos  int
	miss miss
}

// fold brings letters to small ones and characters to half width, one for one.
func fold(text string) []rune {
	folded := []rune(text)
	for i, r := range folded {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case r == '　' || unicode.IsSpace(r):
			r = ' '
		}
		folded[i] = unicode.ToLower(r)
	}
	return folded
}

func (s *scanner) space() {
	for s.pos < len(s.text) && s.text[s.pos] == ' ' {
		s.pos++
	}
}

// peek returns the next character that is not a space, 0 at the end.
func (s *scanner) peek() rune {
	s.space()
	if s.pos == len(s.text) {
		return 0
	}
	return s.text[s.pos]
}

// length returns how many characters from the place a phrase takes, which is in small letters of half width. A
// space in it is any number of spaces, and at least one between words that are set apart.
func (s *scanner) length(phrase string) (n int, ok bool) {
	at := s.pos
	for _, r := range phrase {
		if r == ' ' {
			from := at
			for at < len(s.text) && s.text[at] == ' ' {
				at++
			}
			if s.spaced && at == from && at > s.pos {
				return 0, false
			}
			continue
		}
		if at == len(s.text) || s.text[at] != r {
			return 0, false
		}
		at++
	}
	if at > s.pos && at < len(s.text) && s.spaced && isWord(s.text[at-1]) && isWord(s.text[at]) {
		return 0, false
	}
	return at - s.pos, true
}

// isWord says whether a character is of a word that ends at a space.
func isWord(r rune) bool { return r < 0x2E80 && unicode.IsLetter(r) || r == '_' }

// any reads the longest of some phrases.
func (s *scanner) any(list []string) bool {
	s.space()
	longest, found := 0, false
	for _, phrase := range list {
		if n, ok := s.length(phrase); ok && (n > longest || !found) {
			longest, found = n, true
		}
	}
	s.pos += longest
	return found
}

// comma reads a comma between conditions.
func (s *scanner) comma() bool {
	if r := s.peek(); r != ',' && r != ';' {
		return false
	}
	s.pos++
	return true
}

// bracket reads an opening or closing bracket.
func (s *scanner) bracket(open bool) bool {
	if r := s.peek(); open && r != '(' && r != '[' && r != '【' || !open && r != ')' && r != ']' && r != '】' {
		return false
	}
	s.pos++
	return true
}

// closing gives the mark that closes a quotation.
var closing = map[rune]rune{'「': '」', '『': '』', '“': '”', '”': '”', '"': '"', '＂': '＂', '\'': '\'', '‘': '’', '《': '》'}

// quoted reads a text in quotation marks, in which a backslash stands before marks and itself.
func (s *scanner) quoted() (text string, ok bool) {
	if s.space(); s.pos == len(s.raw) {
		return "", false
	}
	end := closing[s.raw[s.pos]]
	if end == 0 {
		return "", false
	}
	var b strings.Builder
	for at := s.pos + 1; at < len(s.raw); at++ {
		switch {
		case s.raw[at] == '\\' && at+1 < len(s.raw):
			at++
		case s.raw[at] == end:
			s.pos = at + 1
			return b.String(), true
		}
		b.WriteRune(s.raw[at])
	}
	return "", false
}

// quote writes what quoted reads.
func (p *phrases) quote(text string) string {
	text = strings.ReplaceAll(text, `\`, `\\`)
	return p.quotes[0] + strings.ReplaceAll(text, p.quotes[1], `\`+p.quotes[1]) + p.quotes[1]
}

// fraction is the parts of one in which the scanner keeps numbers: enough for thousandths of a fen in yuan.
const fraction = 100_000

// digits returns the length of the digits at a place.
func (s *scanner) digits(at int) (n int) {
	for at+n < len(s.text) && s.text[at+n] >= '0' && s.text[at+n] <= '9' {
		n++
	}
	return n
}

// number reads a number of at most five decimals, with commas between thousands or as a numeral up to
// ninety-nine, in parts of one.
func (s *scanner) number() (n int64, ok bool) {
	s.space()
	at, sign := s.pos, int64(1)
	if at < len(s.text) && s.text[at] == '-' {
		at, sign = at+1, -1
	}
	var whole, decimals string
	for {
		d := s.digits(at)
		whole += string(s.text[at : at+d])
		if at += d; d == 0 || at == len(s.raw) || s.raw[at] != ',' || s.digits(at+1) != 3 {
			break
		}
		at++
	}
	if whole == "" {
		return s.numeral()
	}
	if at < len(s.text) && s.text[at] == '.' && s.digits(at+1) > 0 {
		d := s.digits(at + 1)
		decimals = string(s.text[at+1 : at+1+d])
		at += 1 + d
	}
	if whole = strings.TrimLeft(whole, "0"); len(whole) > 13 || len(decimals) > 5 {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+(decimals + "00000")[:5], 10, 64)
	if err != nil {
		return 0, false
	}
	s.pos = at
	return sign * n, true
}

// numeral reads a number in words, such as 三 or 二十五.
func (s *scanner) numeral() (n int64, ok bool) {
	at := s.pos
	digit := func() int64 {
		if at == len(s.text) {
			return 0
		}
		r := s.text[at]
		if r == '两' && s.numerals != "" {
			r = '二'
		}
		for i, numeral := range []rune(s.numerals) {
			if numeral == r {
				at++
				return int64(i + 1)
			}
		}
		return 0
	}
	if n = digit(); n > 0 && n < 10 {
		if ten := digit(); ten == 10 {
			n *= 10
		} else if ten > 0 {
			return 0, false
		}
	}
	if n >= 10 {
		if one := digit(); one == 10 {
			return 0, false
		} else {
			n += one
		}
	}
	if n == 0 {
		return 0, false
	}
	s.pos = at
	return n * fraction, true
}

// whole reads a whole number that is not negative.
func (s *scanner) whole() (n int64, ok bool) {
	from := s.pos
	if n, ok = s.number(); !ok || n < 0 || n%fraction != 0 {
		s.pos = from
		return 0, false
	}
	return n / fraction, true
}

// day reads a day such as 2026-11-24, 2026/11/24 or 2026年11月24日.
func (s *scanner) day() (day cal.Day, ok bool) {
	s.space()
	at := s.pos
	var parts [3]int
	for i := range parts {
		n := s.digits(at)
		if n == 0 || n > 4 || i == 0 && n != 4 {
			return day, false
		}
		parts[i], _ = strconv.Atoi(string(s.text[at : at+n])) // They are digits.
		if at += n; at < len(s.text) && strings.ContainsRune([]string{"-/.年", "-/.月", "日号"}[i], s.text[at]) {
			at++
		} else if i < 2 {
			return day, false
		}
	}
	day, err := cal.ParseDay(fmt.Sprintf("%04d-%02d-%02d", parts[0], parts[1], parts[2]))
	if err != nil || day.IsZero() {
		return day, false
	}
	s.pos = at
	return day, true
}
