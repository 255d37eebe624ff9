package segment

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// alike are profiles that are in one group now and above the same marks.
type alike struct {
	group    string
	above    int64   // above has a bit for each mark.
	sum              // sum is what they add up to.
	least    Profile // least has the least of each figure; it is above the same marks, too.
	mostPaid int64
}

// window says where the purchase days in the window are: in a column of the rows of everybody, and of one profile.
type window struct{ rows, column, ofOne string }

var keptWindow = window{"profiles", "window_day_count", "window_day_count"}

// windowSince counts the purchase days since one, once for each profile, as the limit sees to. The days are looked up
// only where the first, the last and their number do not say how many are in the window: for less than half of a shop.
func windowSince(on cal.Day) window {
	ofOne := fmt.Sprintf(`case when purchase_day_count = 0 or last_order_on < %d then 0 when first_order_on >= %[1]d then purchase_day_count when purchase_day_count = 2 then 1
		else (select count(*) from purchase_days d where d.customer_id = profiles.customer_id and d.on_day >= %[1]d) end`, on.Number())
	return window{"(select profiles.*, " + ofOne + " as in_window from profiles limit 1000000000) profiles", "in_window", ofOne}
}

// aboveSQL is the bits of the marks that a profile is above. What is unknown is above none.
func aboveSQL(marks []mark) string {
	bits := make([]string, len(marks))
	for i, m := range marks {
		bits[i] = fmt.Sprintf("case when %s > %d then %d else 0 end", m.column, m.above, 1<<i)
	}
	return strings.Join(bits, " + ")
}

// sumAlike puts together the profiles that a condition admits and that are alike.
func sumAlike(ctx context.Context, tx *db.Tx, g Grouping, marks []mark, w window, condition string) ([]alike, error) {
	all, err := db.All(ctx, tx, func(scan db.Scan) (a alike, err error) {
		err = scan(&a.group, &a.above, &a.customers, &a.paidFen, &a.least.PaidFen, &a.mostPaid,
			&a.least.PurchaseDayCount, &a.least.FirstOrderOn, &a.least.LastOrderOn, &a.least.WindowDayCount)
		return a, err
	}, fmt.Sprintf(`select %s, %s, count(*), cast(sum(paid_fen) as bigint), min(paid_fen), max(paid_fen),
		min(purchase_day_count), min(first_order_on), min(last_order_on), min(%s)
		from %s where %s group by 2, 1 limit 20000`, g, aboveSQL(marks), w.column, w.rows, condition))
	return all, wrap("sum profiles by marks", err)
}

// richestOf returns those of the profiles with the highest spend, as many as a sample shows. It looks at profiles from the
// highest spend of all that is asked for down to the lowest that can be needed.
func richestOf(ctx context.Context, tx *db.Tx, g Grouping, of []alike, marks []mark, condition string) ([]Profile, error) {
	if len(of) == 0 {
		return nil, nil
	}
	slices.SortFunc(of, func(a, b alike) int { return cmp.Compare(b.least.PaidFen, a.least.PaidFen) })
	byGroup, most, least, enough := map[string][]string{}, int64(0), int64(0), int64(0)
	for _, a := range of {
		byGroup[a.group] = append(byGroup[a.group], strconv.FormatInt(a.above, 10))
		most = max(most, a.mostPaid)
		if enough < sampleSize {
			least, enough = a.least.PaidFen, enough+a.customers
		}
	}
	args := []any{least, most, sampleSize}
	var asked strings.Builder // Not joined by or, which would lead away from the index of spend.
	for _, group := range sortedKeys(byGroup) {
		args = append(args, group)
		fmt.Fprintf(&asked, " when %s = $%d then %s in (%s)", g, len(args), aboveSQL(marks), strings.Join(byGroup[group], ", "))
	}
	rows, err := db.All(ctx, tx, scanProfile, fmt.Sprintf(`select %s from profiles where paid_fen between $1 and $2 and case%s else (1 = 0) end and %s
		order by paid_fen desc, customer_id limit $3`, profileColumns, &asked, condition), args...)
	profiles := make([]Profile, len(rows))
	for i, r := range rows {
		profiles[i] = r.Profile
	}
	return profiles, wrap("list those who move", err)
}
