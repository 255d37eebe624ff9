package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// problem is why a value cannot be understood.
type problem struct{ code, message string }

func (p *problem) at(line int, field Field) Fault {
	return Fault{Line: line, Field: string(field), Code: p.code, Message: p.message}
}

// The faults of any cell.
var (
	errCellNUL      = &problem{"cell.nul", "the cell holds NUL bytes: the file was damaged on its way"}
	errCellEncoding = &problem{"cell.encoding", "the cell holds bytes that are no text in the encoding of the file"}
	errCellControl  = &problem{"cell.control", "the cell holds characters that cannot be shown"}
	errCellTooLong  = &problem{"cell.too_long", "the cell is longer than a spreadsheet allows"}
	errCellFormula  = &problem{"cell.error", "the spreadsheet shows an error here, such as #N/A or #REF!"}
)

// spreadsheetErrors are what a spreadsheet shows for a formula that failed.
var spreadsheetErrors = map[string]bool{
	"#N/A": true, "#REF!": true, "#VALUE!": true, "#DIV/0!": true, "#NAME?": true, "#NULL!": true, "#NUM!": true, "#SPILL!": true,
}

// cleanCell returns the text of a cell without what spreadsheets and exports wrap around it: blanks of
// every width, marks that cannot be seen, ="…", and the apostrophe that keeps a formula from running.
func cleanCell(cell string) (string, *problem) {
	if plain(cell) {
		return cell, nil
	}
	switch {
	case len(cell) > maxCellBytes:
		return "", errCellTooLong
	case strings.IndexByte(cell, 0) >= 0:
		return "", errCellNUL
	case !utf8.ValidString(cell) || strings.ContainsRune(cell, utf8.RuneError):
		return "", errCellEncoding
	}
	text := trim(cell)
	if inner, ok := strings.CutPrefix(text, `="`); ok && strings.HasSuffix(inner, `"`) {
		text = trim(strings.ReplaceAll(inner[:len(inner)-1], `""`, `"`))
	}
	if rest, ok := strings.CutPrefix(text, "'"); ok && guarded(rest) {
		text = trim(rest)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' }) {
		return "", errCellControl
	}
	if len(text) > 0 && text[0] == '#' && spreadsheetErrors[text] {
		return "", errCellFormula
	}
	return text, nil
}

// plain reports whether the cell is made of ordinary ASCII with nothing around it, as most are.
func plain(cell string) bool {
	if len(cell) > maxCellBytes {
		return false
	}
	for i := range len(cell) {
		if c := cell[i]; c < ' ' || c > '~' {
			return false
		}
	}
	if cell == "" {
		return true
	}
	switch cell[0] {
	case ' ', '\'', '=', '#':
		return false
	}
	return cell[len(cell)-1] != ' '
}

// trim takes blanks and invisible marks off both ends.
func trim(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
}

// guarded reports whether an apostrophe before rest was put there by a program: our own export sets it
// before what a spreadsheet would run as a formula, and spreadsheets before digits that are text.
func guarded(rest string) bool {
	rest = strings.TrimLeftFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || strings.ContainsRune("=+-@＝＋－＠", r) || unicode.IsDigit(r)
}

// oneLine joins the lines of a text, for names.
func oneLine(text string) string {
	if !strings.ContainsAny(text, "\n\r\t") {
		return text
	}
	return strings.Join(strings.Fields(text), " ")
}

// narrow turns full-width letters, digits and signs into ordinary ones.
func narrow(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return norm.NFKC.String(text)
		}
	}
	return text
}

var errScientific = &problem{"number.scientific",
	"a spreadsheet has rounded this number (1.38E+10): format the column as text and export it again"}

// identifier reads a number that names something: an order, a card, a phone. Programs that took it for a
// quantity have added ".0" or written it with an exponent; that is taken back where no digit was lost.
func identifier(text string) (string, *problem) {
	text = narrow(text)
	if text == "" || text[0] < '0' || text[0] > '9' {
		return text, nil
	}
	digits, rest, ok := strings.Cut(text, ".")
	if ok && allDigits(digits) && rest != "" && strings.Trim(rest, "0") == "" {
		return digits, nil
	}
	mantissa, exponent, ok := strings.Cut(strings.ToUpper(text), "E")
	if !ok {
		return text, nil
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	exponent, signed := strings.CutPrefix(exponent, "+")
	if !signed && fraction == "" {
		return text, nil // "1E5" is a code; a spreadsheet would write 1E+05.
	}
	if len(whole) != 1 || !allDigits(whole+fraction) || !allDigits(exponent) || len(exponent) > 2 {
		return text, nil
	}
	n := int(exponent[len(exponent)-1] - '0')
	if len(exponent) == 2 {
		n += 10 * int(exponent[0]-'0')
	}
	if len(fraction) != n {
		return "", errScientific // 1.38E+10 stands for a hundred million numbers.
	}
	return whole + fraction, nil
}

func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}
