package customer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

const noteColumns = "id, kind, body, sealed, sensitive, shop_id, author_id, touchpoint, created_at"

func scanNote(scan db.Scan) (n Note, err error) {
	err = scan(&n.ID, &n.Kind, &n.Body, &n.sealed, &n.Sensitive, &n.ShopID, &n.AuthorID, &n.Touchpoint, db.ScanTime(&n.CreatedAt))
	return n, err
}

func insertNote(ctx context.Context, tx *db.Tx, customer ID, n Note) error {
	_, err := tx.Exec(ctx, "insert into notes (customer_id, "+noteColumns+") values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
		customer, n.ID, string(n.Kind), n.Body, n.sealed, n.Sensitive, n.ShopID, n.AuthorID, n.Touchpoint, db.Millis(n.CreatedAt))
	return wrap("insert note", err)
}

// listNotes returns the notes that stand, latest first, from the one before.
func listNotes(ctx context.Context, tx *db.Tx, customer ID, before NoteID, limit int) ([]Note, error) {
	bound := before.Int64()
	if bound == 0 {
		bound = 1<<63 - 1
	}
	all, err := db.All(ctx, tx, scanNote, "select "+noteColumns+" from notes where customer_id = $1 and id < $2 and removed_at is null order by id desc limit $3",
		customer, bound, limit)
	return all, wrap("list notes", err)
}

func findNote(ctx context.Context, tx *db.Tx, customer ID, note NoteID) (Note, error) {
	n, err := scanNote(tx.QueryRow(ctx, "select "+noteColumns+" from notes where id = $1 and customer_id = $2 and removed_at is null", note, customer).Scan)
	if db.NoRows(err) {
		return n, errs.New(errs.NotFound, "note.not_found", "the customer has no such note")
	}
	return n, wrap("find note", err)
}

// findNotes returns notes by id, also of records that were merged.
func findNotes(ctx context.Context, tx *db.Tx, notes []NoteID) (map[NoteID]Note, error) {
	found := map[NoteID]Note{}
	err := db.InChunks(notes, func(chunk []NoteID) error {
		in, args := db.In(0, chunk)
		all, err := db.All(ctx, tx, scanNote, "select "+noteColumns+" from notes where removed_at is null and id in "+in, args...)
		for _, n := range all {
			found[n.ID] = n
		}
		return err
	})
	return found, wrap("find notes", err)
}

func removeNote(ctx context.Context, tx *db.Tx, note NoteID, staffID int64) error {
	_, err := tx.Exec(ctx, "update notes set removed_at = $1, removed_by = $2 where id = $3", tx.Now.UnixMilli(), orNull(staffID), note)
	return wrap("remove note", err)
}

const lifeDateColumns = "id, kind, calendar, year, month, day, leap, label, by_self, set_by, set_at"

func scanLifeDate(scan db.Scan) (l LifeDate, err error) {
	err = scan(&l.ID, &l.Kind, &l.Calendar, &l.Year, &l.Month, &l.Day, &l.Leap, &l.Label, &l.BySelf, &l.SetBy, db.ScanTime(&l.SetAt))
	return l, err
}

func insertLifeDate(ctx context.Context, tx *db.Tx, customer ID, l LifeDate, reason string, staffID int64) error {
	_, err := tx.Exec(ctx, `insert into life_dates (customer_id, id, kind, calendar, year, month, day, leap, on_day, label, by_self, reason, set_by, set_at)
		values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)`,
		customer, l.ID, string(l.Kind), string(l.Calendar), l.Year, l.Month, l.Day, l.Leap, l.on(), l.Label, l.BySelf, reason, orNull(staffID), db.Millis(l.SetAt))
	return wrap("insert date of life", err)
}

// listLifeDates returns the dates that stand, with their years.
func listLifeDates(ctx context.Context, tx *db.Tx, customer ID) ([]LifeDate, error) {
	all, err := db.All(ctx, tx, scanLifeDate, "select "+lifeDateColumns+" from life_dates where customer_id = $1 and removed_at is null order by id limit $2",
		customer, 4*maxLifeDates) // Merged records bring theirs.
	return all, wrap("list dates of life", err)
}

func endLifeDate(ctx context.Context, tx *db.Tx, date LifeDateID) error {
	_, err := tx.Exec(ctx, "update life_dates set removed_at = $1 where id = $2 and removed_at is null", tx.Now.UnixMilli(), date)
	return wrap("end date of life", err)
}

// KeptSQL returns a condition on life_dates, under an alias, that holds for those that are kept on one of
// some days from the first on, by the rules of Occasions.
func KeptSQL(alias string, first cal.Day, days int) (string, error) {
	type month struct {
		calendar Calendar
		month    int
		leap     bool
	}
	kept := map[month][]int{}
	for i := range days {
		k, err := keptOn(first.Add(i))
		if err != nil {
			return "", err
		}
		for _, d := range k.solar {
			m := month{Solar, d[0], false}
			kept[m] = append(kept[m], d[1])
		}
		for _, d := range k.lunar {
			m := month{Lunar, d.Month, d.Leap}
			kept[m] = append(kept[m], d.Day)
		}
	}
	var parts []string
	var anyMonth, anyDay []int
	for m, days := range kept {
		parts = append(parts, fmt.Sprintf("%[1]s.calendar = '%[2]s' and %[1]s.month = %[3]d and %[1]s.leap = %[4]t and %[1]s.day in %[5]s",
			alias, m.calendar, m.month, m.leap, listOf(days)))
		anyMonth, anyDay = append(anyMonth, m.month), append(anyDay, days...)
	}
	slices.Sort(parts)
	// What comes before the parts says nothing more than they do, but the index on these columns can be searched by it.
	return fmt.Sprintf("(%[1]s.calendar in ('solar', 'lunar') and %[1]s.month in %[2]s and %[1]s.day in %[3]s and (%[4]s))",
		alias, listOf(anyMonth), listOf(anyDay), strings.Join(parts, " or ")), nil
}

// listOf returns the numbers, in order and each once, as SQL lists them.
func listOf(numbers []int) string {
	slices.Sort(numbers)
	return "(" + strings.Trim(strings.ReplaceAll(fmt.Sprint(slices.Compact(numbers)), " ", ", "), "[]") + ")"
}

// OccasionSQL returns a condition on a column that holds the id of a customer: whether she keeps a date of
// the kind on one of some days from the first on.
func OccasionSQL(column string, kind LifeDateKind, first cal.Day, days int) (string, error) {
	kept, err := KeptSQL("due", first, days)
	return fmt.Sprintf("(%s in (select due.customer_id from life_dates due where due.kind = '%s' and due.removed_at is null and %s))", column, kind, kept), err
}

// listOccasions returns dates of a kind that are kept, in the order of their ids.
func listOccasions(ctx context.Context, tx *db.Tx, kind LifeDateKind, on cal.Day, kept string, after LifeDateID, limit int) ([]Occasion, error) {
	all, err := db.All(ctx, tx, func(scan db.Scan) (o Occasion, err error) {
		o.Kind, o.On = kind, on
		err = scan(&o.CustomerID, &o.LifeDateID)
		return o, err
	}, `select l.customer_id, l.id from life_dates l join customers c on c.id = l.customer_id and c.state = 'active'
		where l.kind = $1 and l.id > $2 and l.removed_at is null and `+kept+" order by l.id limit $3", string(kind), after.Int64(), limit)
	return all, wrap("list occasions", err)
}

// countOccasions counts customers within the scope, a condition on l.customer_id.
func countOccasions(ctx context.Context, tx *db.Tx, kind LifeDateKind, kept, scope string) (n int64, err error) {
	err = tx.QueryRow(ctx, `select count(distinct l.customer_id) from life_dates l join customers c on c.id = l.customer_id and c.state = 'active'
		where l.kind = $1 and l.removed_at is null and `+kept+` and `+scope, string(kind)).Scan(&n)
	return n, wrap("count occasions", err)
}
