package intake

import (
	"math/bits"
	"strings"
)

// decimal is a number of a file, exact, in millionths: money is never a float.
type decimal int64

const (
	one          decimal = 1_000_000
	maxDecimal   decimal = 1e16 // maxDecimal bounds amounts at ten thousand million yuan.
	maxFractions         = 6
)

var (
	errNumber   = &problem{"number.invalid", "this is not a number"}
	errGrouping = &problem{"number.grouping", "the separators in this number are not between groups of three digits: use a point for decimals"}
	errTooBig   = &problem{"number.out_of_range", "this number is too large"}
)

// currencies are taken off amounts. Which currency it is, the shop knows: it has one.
var currencies = []string{"RMB", "CNY", "GBP", "USD", "EUR", "HKD", "¥", "￥", "$", "£", "€", "元", "圆"}

// parseDecimal reads a number as people and tills write it: ¥1,234.50, １２．５, (3.00), 12.00元, 3-, 1.5E+3.
func parseDecimal(text string) (decimal, *problem) {
	if d, ok := parsePlain(text); ok {
		return d, nil
	}
	text = strings.ReplaceAll(strings.ToUpper(narrow(text)), "−", "-")
	negative := false
	if inner, ok := strings.CutPrefix(text, "("); ok && strings.HasSuffix(inner, ")") {
		text, negative = inner[:len(inner)-1], true
	}
	text = bare(text)
	if rest, ok := strings.CutSuffix(text, "-"); ok {
		text, negative = bare(rest), !negative
	}
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		text, negative = bare(rest), !negative
	} else if rest, ok := strings.CutPrefix(text, "+"); ok {
		text = bare(rest)
	}
	d, p := parseUnsigned(text)
	if negative {
		d = -d
	}
	return d, p
}

// parsePlain is the fast way for 12, 2.55 and -6.
func parsePlain(text string) (decimal, bool) {
	digits, negative := strings.CutPrefix(text, "-")
	if len(digits) == 0 || len(digits) > 15 {
		return 0, false
	}
	var n decimal
	fractions := -1
	for i := range len(digits) {
		c := digits[i]
		switch {
		case c >= '0' && c <= '9':
			n = n*10 + decimal(c-'0')
			if fractions >= 0 {
				fractions++
			}
		case c == '.' && fractions < 0 && i > 0:
			fractions = 0
		default:
			return 0, false
		}
	}
	if fractions == 0 || fractions > maxFractions {
		return 0, false
	}
	scale := one
	for range max(fractions, 0) {
		scale /= 10
	}
	if n > maxDecimal/scale {
		return 0, false
	}
	n *= scale
	if negative {
		n = -n
	}
	return n, true
}

// bare takes blanks and signs of currency off both ends.
func bare(text string) string {
	for {
		before := text
		text = trim(text)
		for _, c := range currencies {
			text = strings.TrimSuffix(strings.TrimPrefix(text, c), c)
		}
		if text == before {
			return text
		}
	}
}

func parseUnsigned(text string) (decimal, *problem) {
	mantissa, exponent, ok := strings.Cut(text, "E")
	shift := 0
	if ok {
		negative := strings.HasPrefix(exponent, "-")
		exponent = strings.TrimLeft(exponent, "+-")
		if !allDigits(exponent) || len(exponent) > 2 {
			return 0, errNumber
		}
		for _, c := range exponent {
			shift = shift*10 + int(c-'0')
		}
		if negative {
			shift = -shift
		}
	}
	whole, fraction, pointed := strings.Cut(mantissa, ".")
	whole, p := ungroup(whole)
	if p != nil {
		return 0, p
	}
	if whole == "" && fraction == "" || whole != "" && !allDigits(whole) || fraction != "" && !allDigits(fraction) || pointed && fraction == "" && ok {
		return 0, errNumber
	}
	return scaled(whole+fraction, maxFractions-len(fraction)+shift)
}

// ungroup drops the separators of thousands, if that is what they are: "1,50" is not 150.
func ungroup(whole string) (string, *problem) {
	at := strings.IndexAny(whole, ",' ")
	if at < 0 {
		return whole, nil
	}
	groups := strings.Split(whole, whole[at:at+1])
	for i, g := range groups {
		if !allDigits(g) || i > 0 && len(g) != 3 || i == 0 && len(g) > 3 {
			return "", errGrouping
		}
	}
	return strings.Join(groups, ""), nil
}

// scaled returns digits times ten to the power. What is finer than a millionth is rounded: spreadsheets
// keep 2.55 as 2.5499999999999998.
func scaled(digits string, power int) (decimal, *problem) {
	roundUp := false
	if power < 0 {
		cut := len(digits) + power
		if cut < 0 {
			return 0, nil
		}
		roundUp = digits[cut] >= '5'
		digits, power = digits[:cut], 0
	}
	digits = strings.TrimLeft(digits, "0")
	if len(digits) > 0 && len(digits)+power > 17 {
		return 0, errTooBig
	}
	var n decimal
	for i := range len(digits) {
		n = n*10 + decimal(digits[i]-'0')
	}
	for range power {
		if n == 0 {
			break
		}
		n *= 10
	}
	if roundUp {
		n++
	}
	if n > maxDecimal {
		return 0, errTooBig
	}
	return n, nil
}

// whole reports whether d has no fraction.
func (d decimal) whole() bool { return d%one == 0 }

// fen returns the amount in minor units, rounded half up, that is away from zero.
func (d decimal) fen() int64 { return divideHalfUp(int64(d), int64(one)/100) }

func divideHalfUp(n, by int64) int64 {
	if n < 0 {
		return -divideHalfUp(-n, by)
	}
	return (n + by/2) / by
}

// timesFen returns d times o in minor units, rounded half up once, and whether it is in range.
func (d decimal) timesFen(o decimal) (int64, bool) {
	negative := (d < 0) != (o < 0)
	high, low := bits.Mul64(magnitude(d), magnitude(o))
	const unit = 10_000_000_000 // Millionths of millionths in a fen.
	low, carry := bits.Add64(low, unit/2, 0)
	high += carry
	if high >= unit {
		return 0, false
	}
	fen, _ := bits.Div64(high, low, unit)
	if fen > uint64(maxDecimal) {
		return 0, false
	}
	if negative {
		return -int64(fen), true
	}
	return int64(fen), true
}

func magnitude(d decimal) uint64 {
	if d < 0 {
		return uint64(-d)
	}
	return uint64(d)
}
