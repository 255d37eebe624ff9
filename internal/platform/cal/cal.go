// Package cal gives calendar days and months: what happened "on" a day of the shop, whatever the hour
// and zone of the server. Instants stay time.Time; the day of an instant is taken in the shop's zone.
package cal

import (
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// dayOffset moves the count so that the zero Day is 0001-01-01 and means "no day".
const dayOffset = 719162

// Day is a day of the calendar. In the database it is the number of days since 1970-01-01; outside it
// is "2026-11-24". The zero Day is no day, and NULL.
type Day struct{ n int32 }

// DayOf returns the day of the instant at in the zone.
func DayOf(at time.Time, zone *time.Location) Day {
	y, m, d := at.In(zone).Date()
	return Date(y, m, d)
}

// Date returns the day y-m-d; values out of range are carried over as in time.Date.
func Date(y int, m time.Month, d int) Day {
	return FromNumber(int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400))
}

// FromNumber returns the day that is n days after 1970-01-01.
func FromNumber(n int) Day { return Day{int32(n + dayOffset)} }

// ParseDay reads "2026-11-24".
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Day{}, fmt.Errorf("a day is written like 2026-11-24")
	}
	return Date(t.Date()), nil
}

// Number returns the days since 1970-01-01, as stored.
func (d Day) Number() int { return int(d.n) - dayOffset }

// IsZero reports whether d is no day.
func (d Day) IsZero() bool { return d.n == 0 }

// Add returns the day n days later.
func (d Day) Add(n int) Day { return Day{d.n + int32(n)} }

// Sub returns the days from o to d.
func (d Day) Sub(o Day) int { return int(d.n - o.n) }

// Before reports whether d is earlier than o.
func (d Day) Before(o Day) bool { return d.n < o.n }

// Date returns year, month and day of the month.
func (d Day) Date() (int, time.Month, int) { return d.utc().Date() }

// Month returns the month d is in.
func (d Day) Month() Month {
	y, m, _ := d.Date()
	return MonthOf(y, m)
}

// Start returns the first instant of the day in the zone.
func (d Day) Start(zone *time.Location) time.Time {
	y, m, day := d.Date()
	return time.Date(y, m, day, 0, 0, 0, 0, zone)
}

func (d Day) utc() time.Time { return time.Unix(int64(d.Number())*86400, 0).UTC() }

// String returns the day as "2026-11-24", or "" for no day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format(time.DateOnly)
}

// MarshalText implements encoding.TextMarshaler.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; the empty text is no day.
func (d *Day) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = Day{}
		return nil
	}
	*d, err = ParseDay(string(text))
	return err
}

// Value implements driver.Valuer; no day is NULL.
func (d Day) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return int64(d.Number()), nil
}

// Scan implements sql.Scanner.
func (d *Day) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Day{}
	case int64:
		*d = FromNumber(int(v))
	default:
		return fmt.Errorf("scan %T into a day", src)
	}
	return nil
}

// Schema implements huma.SchemaProvider.
func (d Day) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Examples: []any{"2026-11-24"}}
}

// Month is a month of the calendar, stored as year*12 + month-1, so that subtraction counts months.
type Month int

// MonthOf returns the month m of year y.
func MonthOf(y int, m time.Month) Month { return Month(y*12 + int(m) - 1) }

// First returns the first day of the month.
func (m Month) First() Day { return Date(int(m)/12, time.Month(int(m)%12+1), 1) }

// String returns the month as "2026-11".
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", int(m)/12, int(m)%12+1) }
