package intake

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// DateOrder says how a date such as 01/02/2026 is read.
type DateOrder string

// Orders of day, month and year. Without one, a date that could be both is a fault.
const (
	AnyOrder DateOrder = ""
	DMY      DateOrder = "dmy"
	MDY      DateOrder = "mdy"
)

// moments reads the dates of a file. It remembers the last one, since lines of an order share it.
type moments struct {
	zone     *time.Location
	order    DateOrder
	date1904 bool

	text string
	last wall
	bad  *problem
}

// wall is a date and time as a clock on the wall shows it, or an instant if the text names its zone.
type wall struct {
	year, month, day         int
	hour, minute, second, ms int
	timed                    bool // timed reports whether a time of day was given.
	offset                   int  // offset is seconds east of UTC.
	zoned                    bool
}

var (
	errDate      = &problem{"date.invalid", "this is not a date"}
	errNoSuchDay = &problem{"date.no_such_day", "there is no such day or time"}
	errAmbiguous = &problem{"date.ambiguous", "this date could be read as day/month or month/day: choose which"}
	errYear      = &problem{"date.year", "the year is not between 1900 and 2199"}
)

// at returns the instant that the text names.
func (m *moments) at(text string) (time.Time, *problem) {
	w, p := m.parse(text)
	if p != nil {
		return time.Time{}, p
	}
	zone := m.zone
	if w.zoned {
		zone = time.FixedZone("", w.offset)
	}
	return time.Date(w.year, time.Month(w.month), w.day, w.hour, w.minute, w.second, w.ms*1e6, zone), nil
}

// on returns the calendar day that the text names.
func (m *moments) on(text string) (cal.Day, *problem) {
	w, p := m.parse(text)
	if p != nil {
		return cal.Day{}, p
	}
	return cal.Date(w.year, time.Month(w.month), w.day), nil
}

func (m *moments) parse(text string) (wall, *problem) {
	if text != m.text || text == "" {
		w, p := parseWall(text, m.order, m.date1904)
		m.text, m.last, m.bad = strings.Clone(text), w, p
	}
	return m.last, m.bad
}

// parseWall reads 2026-01-02 03:04:05, 2026/1/2, 2026年1月2日 3时4分, 20260102, 2/1/2026, 46024.5 (the day
// of a spreadsheet), 1767322245 (seconds of Unix), RFC 3339, 下午 3:04.
func parseWall(text string, order DateOrder, date1904 bool) (wall, *problem) {
	var w wall
	text = narrow(text)
	if len(text) > 64 {
		return w, errDate
	}
	if allDigits(text) || isSerial(text) {
		return parseBareNumber(text, date1904)
	}
	text, afternoon := halfOfDay(text)
	text, p := w.cutZone(text)
	if p != nil {
		return w, p
	}
	numbers, n, ok := scanNumbers(text)
	if !ok || n < 3 {
		return w, errDate
	}
	if p := w.setDate(numbers[:3], order); p != nil {
		return w, p
	}
	w.setTime(numbers[3:n])
	if p := w.setHalf(afternoon); p != nil {
		return w, p
	}
	return w, w.check()
}

// number is a run of digits of a date.
type number struct {
	value, digits int
	sep           byte // sep is what stands before it: '-', ':', '.', ' ' or 0.
}

// scanNumbers splits a date into its numbers. What may stand between them is fixed, so that a text with
// two numbers in it does not pass for a date.
func scanNumbers(text string) (numbers [7]number, n int, ok bool) {
	sep := byte(0)
	for i := 0; i < len(text); {
		c := text[i]
		if c >= '0' && c <= '9' {
			if n == len(numbers) || n > 0 && sep == 0 {
				return numbers, n, false
			}
			at := &numbers[n]
			for ; i < len(text) && text[i] >= '0' && text[i] <= '9'; i++ {
				at.value, at.digits = at.value*10+int(text[i]-'0'), at.digits+1
			}
			if at.digits > 9 {
				return numbers, n, false
			}
			at.sep, sep, n = sep, 0, n+1
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		kind := separator(r)
		if kind == 0 || n == 0 {
			return numbers, n, false
		}
		if sep == 0 || sep == ' ' {
			sep = kind
		} else if kind != ' ' {
			return numbers, n, false
		}
		i += size
	}
	return numbers, n, sep == 0 || sep == ' ' || sep == ':' && text[len(text)-1] != ':' // 3时4分 ends with its unit.
}

// separator sorts what stands between numbers: '-' in dates, ':' in times.
func separator(r rune) byte {
	switch r {
	case '-', '/', '年', '月':
		return '-'
	case ':', '时', '時', '点', '點', '分':
		return ':'
	case '.', ',':
		return '.'
	case ' ', '\t', 'T', 't', '日', '号', '號', '秒':
		return ' '
	}
	return 0
}

func (w *wall) setDate(n []number, order DateOrder) *problem {
	a, b, c := n[0], n[1], n[2]
	dated := func(sep byte) bool { return sep == '-' || sep == '.' }
	if !dated(b.sep) || !dated(c.sep) {
		return errDate
	}
	switch {
	case a.digits == 4 && b.digits <= 2 && c.digits <= 2:
		w.year, w.month, w.day = a.value, b.value, c.value
	case a.digits <= 2 && b.digits <= 2 && c.digits == 4:
		w.year = c.value
		switch {
		case order == DMY:
			w.day, w.month = a.value, b.value
		case order == MDY:
			w.month, w.day = a.value, b.value
		case a.value > 12 || a.value == b.value:
			w.day, w.month = a.value, b.value
		case b.value > 12:
			w.month, w.day = a.value, b.value
		default:
			return errAmbiguous
		}
	default:
		return errDate
	}
	return nil
}

// setTime reads hour, minute, second and fraction; what does not fit makes the hour impossible.
func (w *wall) setTime(n []number) {
	if len(n) == 0 {
		return
	}
	w.timed = true
	if n[0].sep != ' ' || len(n) > 1 && n[1].sep != ':' || len(n) > 2 && n[2].sep != ':' || len(n) > 3 && n[3].sep != '.' || n[0].digits > 2 {
		w.hour = -1
		return
	}
	w.hour = n[0].value
	if len(n) > 1 {
		w.minute = n[1].value
	}
	if len(n) > 2 {
		w.second = n[2].value
	}
	if len(n) > 3 {
		ms := n[3].value
		for d := n[3].digits; d > 3; d-- {
			ms /= 10
		}
		for d := n[3].digits; d < 3; d++ {
			ms *= 10
		}
		w.ms = ms
	}
}

// halfOfDay takes the words for morning and afternoon, and the day of the week, out of a date.
func halfOfDay(text string) (rest, half string) {
	if ascii(text) && !strings.ContainsAny(text, "aApP") {
		return text, ""
	}
	for _, h := range []struct{ word, half string }{
		{"上午", "am"}, {"凌晨", "am"}, {"早上", "am"}, {"下午", "pm"}, {"晚上", "pm"}, {"中午", "pm"},
		{"AM", "am"}, {"PM", "pm"}, {"am", "am"}, {"pm", "pm"},
	} {
		if before, after, ok := strings.Cut(text, h.word); ok {
			text, half = strings.TrimSpace(before)+" "+strings.TrimSpace(after), h.half
			break
		}
	}
	for _, week := range []string{"星期", "周"} {
		if before, after, ok := strings.Cut(text, week); ok {
			if r, size := utf8.DecodeRuneInString(after); strings.ContainsRune("一二三四五六日天", r) {
				text = strings.TrimSpace(before) + " " + strings.TrimSpace(after[size:])
			}
		}
	}
	return strings.TrimSpace(text), half
}

func ascii(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

func (w *wall) setHalf(half string) *problem {
	switch {
	case half == "":
		return nil
	case !w.timed || w.hour > 12 && half == "am":
		return errDate
	case half == "pm" && w.hour < 12:
		w.hour += 12
	case half == "am" && w.hour == 12:
		w.hour = 0
	}
	return nil
}

// cutZone takes "Z" or "+08:00" off the end of a time.
func (w *wall) cutZone(text string) (string, *problem) {
	at := strings.IndexAny(text, "Tt:")
	if at < 0 {
		return text, nil
	}
	if rest, ok := strings.CutSuffix(text, "Z"); ok {
		w.zoned = true
		return rest, nil
	}
	plus := strings.LastIndexAny(text, "+-")
	if plus < at {
		return text, nil
	}
	digits := strings.Replace(text[plus+1:], ":", "", 1)
	if len(digits) == 2 {
		digits += "00"
	}
	if len(digits) != 4 || !allDigits(digits) {
		return text, errDate
	}
	hours, minutes := int(digits[0]-'0')*10+int(digits[1]-'0'), int(digits[2]-'0')*10+int(digits[3]-'0')
	if hours > 14 || minutes > 59 {
		return text, errDate
	}
	w.zoned, w.offset = true, hours*3600+minutes*60
	if text[plus] == '-' {
		w.offset = -w.offset
	}
	return strings.TrimSpace(text[:plus]), nil
}

func (w *wall) check() *problem {
	if w.year < 1900 || w.year > 2199 {
		return errYear
	}
	d := time.Date(w.year, time.Month(w.month), w.day, 0, 0, 0, 0, time.UTC)
	if d.Month() != time.Month(w.month) || d.Day() != w.day || w.hour < 0 || w.hour > 23 || w.minute > 59 || w.second > 59 {
		return errNoSuchDay
	}
	return nil
}

// isSerial reports whether the text is a number with decimals, as a spreadsheet keeps a date with a time.
func isSerial(text string) bool {
	whole, fraction, ok := strings.Cut(text, ".")
	return ok && len(whole) == 5 && allDigits(whole) && allDigits(fraction)
}

// parseBareNumber reads a date that is one number: 20260102, 20260102030405, the serial day of a
// spreadsheet, or seconds or milliseconds of Unix.
func parseBareNumber(text string, date1904 bool) (wall, *problem) {
	var w wall
	whole, _, _ := strings.Cut(text, ".")
	switch len(whole) {
	case 5:
		return parseSerial(text, date1904)
	case 8, 12, 14:
		part := func(from, to int) (n int) {
			for _, c := range text[from:min(to, len(text))] {
				n = n*10 + int(c-'0')
			}
			return n
		}
		w.year, w.month, w.day = part(0, 4), part(4, 6), part(6, 8)
		if len(text) > 8 {
			w.timed, w.hour, w.minute, w.second = true, part(8, 10), part(10, 12), part(12, 14)
		}
		return w, w.check()
	case 10, 13:
		ms := int64(0)
		for _, c := range text {
			ms = ms*10 + int64(c-'0')
		}
		if len(text) == 10 {
			ms *= 1000
		}
		w.set(time.UnixMilli(ms).UTC())
		w.zoned = true
		return w, w.check()
	}
	return w, errDate
}

// parseSerial reads the days since the start of a spreadsheet's calendar. Its fraction is the time of
// day, to the second: more than that is noise of its arithmetic.
func parseSerial(text string, date1904 bool) (wall, *problem) {
	var w wall
	n, p := parseDecimal(cutFraction(text, 12))
	if p != nil {
		return w, errDate
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if date1904 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	days, rest := n/one, n%one
	seconds := divideHalfUp(int64(rest)*86400, int64(one))
	w.set(start.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second))
	w.timed = seconds != 0
	return w, w.check()
}

func cutFraction(text string, digits int) string {
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > digits {
		fraction = fraction[:digits]
	}
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

func (w *wall) set(t time.Time) {
	w.year, w.day, w.hour, w.minute, w.second, w.ms = t.Year(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1e6
	w.month, w.timed = int(t.Month()), true
}
