package cal

import (
	"time"

	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// The years of the Chinese calendar that are known.
const (
	FirstLunarYear = 1900
	LastLunarYear  = 2100
)

// Lunar is a day of the Chinese calendar (农历). Year is 0 when only the month and day are known, as for
// most birthdays.
type Lunar struct {
	Year  int
	Month int
	Day   int
	Leap  bool // Leap marks the leap month (闰月) that follows the ordinary month of the same number.
}

// Validate reports whether the day exists: with a year it must be in that year; without one it must
// exist in some year. The code is day.lunar.
func (l Lunar) Validate() error {
	wrong := func(why string) error { return errs.New(errs.Invalid, "day.lunar", "%s", why) }
	switch {
	case l.Month < 1 || l.Month > 12:
		return wrong("a lunar month is 1 to 12")
	case l.Day < 1 || l.Day > 30:
		return wrong("a lunar day is 1 to 30")
	case l.Year == 0:
		return nil
	case l.Year < FirstLunarYear || l.Year > LastLunarYear:
		return wrong("lunar years are known from 1900 to 2100")
	case l.Leap && LeapMonth(l.Year) != l.Month:
		return wrong("the year has no such leap month")
	case l.Day > lunarYear(l.Year).length(l.Month, l.Leap):
		return wrong("the month has only 29 days in that year")
	}
	return nil
}

// LeapMonth returns the number of the leap month of a lunar year, or 0 if it has none.
func LeapMonth(year int) int {
	if year < FirstLunarYear || year > LastLunarYear {
		return 0
	}
	return lunarYear(year).leap()
}

// LunarOf returns the day of the Chinese calendar on d. Outside of the known years it fails with
// day.lunar.
func LunarOf(d Day) (Lunar, error) {
	year, _, _ := d.Date()
	if year > LastLunarYear+1 || year < FirstLunarYear {
		return Lunar{}, errs.New(errs.Invalid, "day.lunar", "lunar years are known from 1900 to 2100")
	}
	year = min(year, LastLunarYear)
	if d.Before(newYear(year)) {
		year--
	}
	if year < FirstLunarYear {
		return Lunar{}, errs.New(errs.Invalid, "day.lunar", "lunar years are known from 1900 to 2100")
	}
	rest := d.Sub(newYear(year))
	y := lunarYear(year)
	for month := 1; month <= 12; month++ {
		for _, leap := range []bool{false, true} {
			if leap && y.leap() != month {
				continue
			}
			length := y.length(month, leap)
			if rest < length {
				return Lunar{year, month, rest + 1, leap}, nil
			}
			rest -= length
		}
	}
	return Lunar{}, errs.New(errs.Invalid, "day.lunar", "lunar years are known from 1900 to 2100")
}

// Solar returns the day of the ordinary calendar. The lunar day must have a year and be valid.
func (l Lunar) Solar() (Day, error) {
	if l.Year == 0 {
		return Day{}, errs.New(errs.Invalid, "day.lunar", "a lunar day without a year falls on no day")
	}
	if err := l.Validate(); err != nil {
		return Day{}, err
	}
	return lunarYear(l.Year).day(l.Year, l.Month, l.Day, l.Leap), nil
}

// InYear returns the day on which l is kept in a lunar year: a leap month that is missing gives way to
// the ordinary month, the 30th of a short month to the 29th.
func (l Lunar) InYear(year int) (Day, error) {
	if year < FirstLunarYear || year > LastLunarYear {
		return Day{}, errs.New(errs.Invalid, "day.lunar", "lunar years are known from 1900 to 2100")
	}
	if err := (Lunar{Month: l.Month, Day: l.Day, Leap: l.Leap}).Validate(); err != nil {
		return Day{}, err
	}
	y := lunarYear(year)
	leap := l.Leap && y.leap() == l.Month
	return y.day(year, l.Month, min(l.Day, y.length(l.Month, leap)), leap), nil
}

// Within returns the days from first to last on which l is kept, in order. An ordinary year can have
// none or two of them.
func (l Lunar) Within(first, last Day) ([]Day, error) {
	from, _, _ := first.Date()
	to, _, _ := last.Date()
	var days []Day
	for year := max(from-1, FirstLunarYear); year <= min(to, LastLunarYear); year++ {
		d, err := l.InYear(year)
		if err != nil {
			return nil, err
		}
		if !d.Before(first) && !last.Before(d) {
			days = append(days, d)
		}
	}
	return days, nil
}

// LunarKept returns the lunar days, without years, that are kept on d: its own, and those that give
// way to it because their leap month or their 30th is missing in that year.
func LunarKept(d Day) ([]Lunar, error) {
	l, err := LunarOf(d)
	if err != nil {
		return nil, err
	}
	y := lunarYear(l.Year)
	days := []int{l.Day}
	if l.Day == 29 && y.length(l.Month, l.Leap) == 29 {
		days = append(days, 30)
	}
	leaps := []bool{l.Leap}
	if !l.Leap && y.leap() != l.Month {
		leaps = append(leaps, true)
	}
	var kept []Lunar
	for _, leap := range leaps {
		for _, day := range days {
			kept = append(kept, Lunar{Month: l.Month, Day: day, Leap: leap})
		}
	}
	return kept, nil
}

// Valid reports whether the day exists. Year 0 stands for any year, so that 29 February is valid.
func Valid(year int, month time.Month, day int) bool {
	if year == 0 {
		year = 2000
	}
	if year < 1800 || year > 2200 || month < 1 || month > 12 || day < 1 {
		return false
	}
	_, m, _ := Date(year, month, day).Date()
	return day <= 31 && m == month
}

// Anniversary returns the day on which a month and day are kept in a year: 29 February is kept on
// 28 February when the year has no other.
func Anniversary(year int, month time.Month, day int) Day {
	if month == time.February && day == 29 && !Valid(year, month, day) {
		day = 28
	}
	return Date(year, month, day)
}

// AnniversariesWithin returns the days from first to last on which a month and day are kept.
func AnniversariesWithin(month time.Month, day int, first, last Day) []Day {
	from, _, _ := first.Date()
	to, _, _ := last.Date()
	var days []Day
	for year := from; year <= to; year++ {
		if d := Anniversary(year, month, day); !d.Before(first) && !last.Before(d) {
			days = append(days, d)
		}
	}
	return days
}

// lunar is one year of the table: bit n is set when month n, counted from 0 with the leap month in its
// place, has 30 days; bits 13 to 16 hold the leap month; bits 17 to 22 the days from 1 January to the
// lunar new year.
type lunar uint32

func lunarYear(year int) lunar { return lunarYears[year-FirstLunarYear] }

func newYear(year int) Day { return Date(year, 1, 1+int(lunarYear(year)>>17)) }

func (y lunar) leap() int { return int(y >> 13 & 15) }

// index returns the place of a month among the 12 or 13 of the year.
func (y lunar) index(month int, leap bool) int {
	i := month - 1
	if l := y.leap(); leap || l != 0 && month > l {
		i++
	}
	return i
}

func (y lunar) length(month int, leap bool) int {
	return 29 + int(y>>y.index(month, leap)&1)
}

func (y lunar) day(year, month, day int, leap bool) Day {
	days := day - 1
	for i := range y.index(month, leap) {
		days += 29 + int(y>>i&1)
	}
	return newYear(year).Add(days)
}
