package customer

import (
	"context"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// LifeDateKind says what happened, or happens, on a date of life.
type LifeDateKind string

// Kinds of dates of life.
const (
	Birthday      LifeDateKind = "birthday"
	Wedding       LifeDateKind = "wedding"
	ChildBirthday LifeDateKind = "child_birthday"
	DueDate       LifeDateKind = "due_date"
	OtherDate     LifeDateKind = "other"
)

var lifeDateKinds = []LifeDateKind{Birthday, Wedding, ChildBirthday, DueDate, OtherDate}

// Calendar is the one a date is counted in.
type Calendar string

// Calendars.
const (
	Solar Calendar = "solar"
	Lunar Calendar = "lunar"
)

// LifeDate is a date of life: a month and day that come again, with a year if it is known.
type LifeDate struct {
	ID       LifeDateID   `json:"id"`
	Kind     LifeDateKind `json:"kind" enum:"birthday,wedding,child_birthday,due_date,other"`
	Calendar Calendar     `json:"calendar" enum:"solar,lunar"`
	Year     int          `json:"year,omitempty" doc:"Not shown without a reason; absent when unknown"`
	HasYear  bool         `json:"has_year" doc:"Whether the year is known"`
	Month    int          `json:"month"`
	Day      int          `json:"day"`
	Leap     bool         `json:"leap,omitempty" doc:"Of a lunar leap month"`
	Label    string       `json:"label,omitempty" doc:"Whose or what, such as the name of the child"`
	NextOn   cal.Day      `json:"next_on,omitzero" doc:"The next day on which it is kept"`
	BySelf   bool         `json:"by_self" doc:"Told by the customer herself"`
	SetBy    staff.ID     `json:"set_by,omitzero"`
	SetAt    time.Time    `json:"set_at"`
}

// selfChangeEvery is how long a customer waits before she can change her birthday again: "one self-change
// per 12 months", against those who change it for gifts.
const selfChangeEvery = 12

// validate returns the faults of a date.
func (l LifeDate) validate(today cal.Day) []errs.Field {
	var faults []errs.Field
	fault := func(path, code, message string) {
		faults = append(faults, errs.Field{Path: path, Code: code, Message: message})
	}
	if !slices.Contains(lifeDateKinds, l.Kind) {
		fault("kind", "enum", "there is no such kind of date")
	}
	if l.Kind == DueDate && (l.Calendar != Solar || l.Year == 0) {
		fault("calendar", "life_date.due", "a due date is a day of the ordinary calendar with its year")
	}
	switch l.Calendar {
	case Solar:
		if l.Leap || !cal.Valid(l.Year, time.Month(l.Month), l.Day) {
			fault("day", "life_date.invalid", "there is no such day")
		}
	case Lunar:
		if err := (cal.Lunar{Year: l.Year, Month: l.Month, Day: l.Day, Leap: l.Leap}).Validate(); err != nil {
			fault("day", errs.CodeOf(err), messageOf(err))
		}
	default:
		fault("calendar", "enum", "the calendar is solar or lunar")
	}
	year, _, _ := today.Date()
	if l.Year != 0 && (l.Year < 1900 || l.Year > year && l.Kind != DueDate || l.Year > year+1) {
		fault("year", "life_date.year", "this year cannot be")
	}
	return faults
}

// next returns the next day from today on which the date is kept. A due date is kept once.
func (l LifeDate) next(today cal.Day) cal.Day {
	if l.Kind == DueDate {
		if due := cal.Date(l.Year, time.Month(l.Month), l.Day); !due.Before(today) {
			return due
		}
		return cal.Day{}
	}
	far := today.Add(800) // Lunar months make up to 13 moons between two; two years hold one for sure.
	var days []cal.Day
	if l.Calendar == Solar {
		days = cal.AnniversariesWithin(time.Month(l.Month), l.Day, today, far)
	} else if kept, err := (cal.Lunar{Month: l.Month, Day: l.Day, Leap: l.Leap}).Within(today, far); err == nil {
		days = kept
	}
	if len(days) == 0 {
		return cal.Day{}
	}
	return days[0]
}

// SetLifeDate adds a date of life; a birthday takes the place of the one before, for which staff give a
// reason. The errors are customer.not_found, life_date.invalid, life_date.reason, life_date.too_soon,
// life_date.too_many.
func (s *Service) SetLifeDate(ctx context.Context, tx *db.Tx, customer ID, l LifeDate, reason string) (LifeDate, error) {
	c, err := s.find(ctx, tx, customer)
	if err != nil {
		return LifeDate{}, err
	}
	today := s.today(tx)
	faults := l.validate(today)
	var wrong []errs.Field
	l.Label, wrong = cleanName(l.Label, "label")
	if err := errs.InvalidFields("life_date.invalid", append(faults, wrong...)); err != nil {
		return LifeDate{}, err
	}
	present, err := listLifeDates(ctx, tx, c.ID)
	if err != nil {
		return LifeDate{}, err
	}
	replaced, err := s.mayAdd(ctx, tx, l, present, reason)
	if err != nil {
		return LifeDate{}, err
	}
	if !replaced.IsZero() {
		if err := endLifeDate(ctx, tx, replaced); err != nil {
			return LifeDate{}, err
		}
		err := s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "customer.birthday_changed", Subject: c.ID.String(), Reason: reason})
		if err != nil {
			return LifeDate{}, err
		}
	}
	l.ID, l.SetAt = id.Of[lifeDateKind](tx.NewID()), tx.Now
	if err := insertLifeDate(ctx, tx, c.ID, l, reason, access.From(ctx).StaffID); err != nil {
		return LifeDate{}, err
	}
	if err := refreshQuality(ctx, tx, []int64{c.ID.Int64()}); err != nil {
		return LifeDate{}, err
	}
	if l.Kind == Birthday {
		if err := s.suspectNamesakes(ctx, tx, c.ID); err != nil {
			return LifeDate{}, err
		}
	}
	return l.masked(today), s.Log.Append(ctx, tx, event.Entry{
		Fact: LifeDateSet{LifeDateID: l.ID, Kind: l.Kind, Calendar: l.Calendar}, CustomerID: c.ID.Int64(), Subject: l.ID.String(),
	})
}

// mayAdd checks a date against those that are there, and returns the one whose place it takes.
func (s *Service) mayAdd(ctx context.Context, tx *db.Tx, l LifeDate, present []LifeDate, reason string) (replaced LifeDateID, err error) {
	children := 0
	for _, p := range present {
		if p.Kind == ChildBirthday {
			children++
		}
		if p.Kind != Birthday || l.Kind != Birthday {
			continue
		}
		replaced = p.ID
		if l.BySelf && p.BySelf && p.SetAt.AddDate(0, selfChangeEvery, 0).After(tx.Now) {
			return replaced, errs.New(errs.Conflict, "life_date.too_soon", "a birthday can be changed once in %d months", selfChangeEvery)
		}
		if !l.BySelf && reason == "" && !access.From(ctx).Program {
			return replaced, errs.New(errs.Invalid, "life_date.reason", "say why the birthday is changed")
		}
	}
	if l.Kind == ChildBirthday && children >= maxChildren || len(present) >= maxLifeDates {
		return replaced, errs.New(errs.Conflict, "life_date.too_many", "there are at most %d dates, of which %d are of children", maxLifeDates, maxChildren)
	}
	return replaced, nil
}

// RemoveLifeDate takes a date away. The error is life_date.not_found.
func (s *Service) RemoveLifeDate(ctx context.Context, tx *db.Tx, customer ID, date LifeDateID, reason string) error {
	c, err := s.find(ctx, tx, customer)
	if err != nil {
		return err
	}
	present, err := listLifeDates(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(present, func(l LifeDate) bool { return l.ID == date })
	if i < 0 {
		return errs.New(errs.NotFound, "life_date.not_found", "the customer has no such date")
	}
	if err := endLifeDate(ctx, tx, date); err != nil {
		return err
	}
	if err := refreshQuality(ctx, tx, []int64{c.ID.Int64()}); err != nil {
		return err
	}
	err = s.Log.Append(ctx, tx, event.Entry{Fact: LifeDateRemoved{LifeDateID: date, Kind: present[i].Kind}, CustomerID: c.ID.Int64(), Subject: date.String()})
	if err != nil {
		return err
	}
	return s.Staff.Audit(ctx, tx, staff.AuditEntry{Action: "customer.life_date_removed", Subject: c.ID.String(), Reason: reason,
		Before: map[string]any{"life_date_id": date}})
}

// lifeDates returns the dates of a customer as answers show them.
func (s *Service) lifeDates(ctx context.Context, tx *db.Tx, customer ID) ([]LifeDate, error) {
	all, err := listLifeDates(ctx, tx, customer)
	for i := range all {
		all[i] = all[i].masked(s.today(tx))
	}
	return all, err
}

// masked returns the date without its year, with the next day it is kept. The year of a due date is
// shown: it is this one or the next.
func (l LifeDate) masked(today cal.Day) LifeDate {
	l.HasYear, l.NextOn = l.Year != 0, l.next(today)
	if l.Kind != DueDate {
		l.Year = 0
	}
	return l
}

// on returns the day itself by the ordinary calendar, if the year is known.
func (l LifeDate) on() cal.Day {
	switch {
	case l.Year == 0:
		return cal.Day{}
	case l.Calendar == Solar:
		return cal.Date(l.Year, time.Month(l.Month), l.Day)
	}
	on, err := cal.Lunar{Year: l.Year, Month: l.Month, Day: l.Day, Leap: l.Leap}.Solar()
	if err != nil { // Beyond the table of the moon.
		return cal.Day{}
	}
	return on
}

// Occasion is a date of life that is kept on a day.
type Occasion struct {
	CustomerID ID
	LifeDateID LifeDateID
	Kind       LifeDateKind
	On         cal.Day
}

// Occasions returns the dates of life of a kind that are kept on a day, from the customer after, whatever
// the caller's shops: 29 February is kept on the 28th where there is none, a missing leap month in the
// ordinary one, the 30th of a short lunar month on the 29th.
func (s *Service) Occasions(ctx context.Context, tx *db.Tx, kind LifeDateKind, on cal.Day, after LifeDateID, limit int) ([]Occasion, error) {
	kept, err := KeptSQL("l", on, 1)
	if err != nil {
		return nil, err
	}
	return listOccasions(ctx, tx, kind, on, kept, after, limit)
}

// CountOccasions returns how many customers within the caller's shops keep a date of a kind on one of the
// days from the first on, by the rules of Occasions.
func (s *Service) CountOccasions(ctx context.Context, tx *db.Tx, kind LifeDateKind, first cal.Day, days int) (int64, error) {
	kept, err := KeptSQL("l", first, days)
	if err != nil {
		return 0, err
	}
	return countOccasions(ctx, tx, kind, kept, s.ScopeSQL(ctx, tx, "l.customer_id"))
}

// keptDates are the months and days that are kept on some day, of the sun's and of the moon's calendar.
type keptDates struct {
	solar [][2]int
	lunar []cal.Lunar
}

func keptOn(on cal.Day) (k keptDates, err error) {
	year, month, day := on.Date()
	k.solar = [][2]int{{int(month), day}}
	if month == time.February && day == 28 && !cal.Valid(year, 2, 29) {
		k.solar = append(k.solar, [2]int{2, 29})
	}
	if k.lunar, err = cal.LunarKept(on); err != nil && errs.CodeOf(err) != "day.lunar" {
		return k, err
	}
	return k, nil // Beyond the table of the moon only the sun's dates are known.
}
