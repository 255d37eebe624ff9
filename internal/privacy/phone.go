package privacy

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// maxPhoneText bounds what is looked at: no way of writing a number is longer.
const maxPhoneText = 64

var (
	mobile     = regexp.MustCompile(`^1[3-9]\d{9}$`)
	foreign    = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)
	scientific = regexp.MustCompile(`^[+-]?\d+(\.\d*)?[eE][+-]?\d+$`)
	decimals   = regexp.MustCompile(`^(\d{7,})\.0+$`)
	masked     = regexp.MustCompile(`\d.*[*•×xX]{2}.*\d`)
)

// NormalizePhone returns a phone number as E.164. Digits may be full-width and set apart by blanks,
// dashes, dots and brackets. A Chinese mobile number may start with +86, 0086, 86 or 0; a foreign one
// starts with + or 00 and is kept.
//
// Refused as errs.Invalid: phone.empty; phone.scientific, for 1.38E+10, with which a spreadsheet has lost
// digits; phone.masked, for 138****5678; phone.invalid, for all else.
//
// Numbers are found by the HMAC of what this returns, so another answer for the same text needs a
// migration that computes the index anew.
func NormalizePhone(text string) (e164 string, err error) {
	if len(text) > maxPhoneText {
		return "", errs.New(errs.Invalid, "phone.invalid", "this is too long for a phone number")
	}
	text = unwrapPhone(norm.NFKC.String(text))
	switch {
	case text == "":
		return "", errs.New(errs.Invalid, "phone.empty", "the phone number is empty")
	case scientific.MatchString(text):
		return "", errs.New(errs.Invalid, "phone.scientific",
			"a spreadsheet has turned this phone number into a rounded figure: format the column as text and export it again")
	case masked.MatchString(text):
		return "", errs.New(errs.Invalid, "phone.masked", "this phone number is masked: some of its digits are hidden")
	}
	if m := decimals.FindStringSubmatch(text); m != nil {
		text = m[1] // A spreadsheet wrote a whole number as 13812345678.0; no digit is lost.
	}
	digits := strings.Map(dropSeparators, text)
	international := strings.HasPrefix(digits, "+")
	digits = strings.TrimPrefix(digits, "+")
	if !international && strings.HasPrefix(digits, "00") {
		international, digits = true, strings.TrimPrefix(digits, "00")
	}
	if national, ok := strings.CutPrefix(digits, "86"); ok && mobile.MatchString(national) {
		return "+86" + national, nil
	}
	switch {
	case international && !strings.HasPrefix(digits, "86") && foreign.MatchString("+"+digits):
		return "+" + digits, nil
	case !international && mobile.MatchString(strings.TrimPrefix(digits, "0")):
		return "+86" + strings.TrimPrefix(digits, "0"), nil
	}
	return "", errs.New(errs.Invalid, "phone.invalid", "this is not a mobile number of China, nor a foreign number starting with + or 00")
}

// unwrapPhone takes away what address books and spreadsheets put around and between the digits of a
// number without showing it: marks of direction, joiners, quotes.
func unwrapPhone(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
	return strings.Trim(text, "'\"`=")
}

// dropSeparators is for strings.Map: it drops what stands between digits.
func dropSeparators(r rune) rune {
	if unicode.Is(unicode.Pd, r) || strings.ContainsRune(".()·−_", r) {
		return -1
	}
	return r
}

// LastFour returns the last four digits of a normalised number, by which people look for it.
func LastFour(e164 string) string {
	if len(e164) < 4 {
		return e164
	}
	return e164[len(e164)-4:]
}
