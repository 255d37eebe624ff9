package segment

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// conditions is a where clause in the making.
type conditions struct {
	parts []string
	args  []any
}

// and adds a condition, in which each ? stands for the next of the arguments.
func (c *conditions) and(condition string, args ...any) {
	for _, a := range args {
		c.args = append(c.args, a)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(c.args)), 1)
	}
	c.parts = append(c.parts, condition)
}

func (c *conditions) String() string {
	if len(c.parts) == 0 {
		return "(1=1)"
	}
	return strings.Join(c.parts, " and ")
}

// ordering is an order of the list: by a column, which an index holds together with the id.
type ordering struct {
	column string
	key    func(p Profile) int64 // key returns the value of the column.
}

// orderings are the orders of the list. Each has the id as second key, so that it is total, and a row's
// place in it does not depend on rows that come in later.
var orderings = map[string]ordering{
	"spend":      {"paid_fen", func(p Profile) int64 { return p.PaidFen }},
	"orders":     {"order_count", func(p Profile) int64 { return p.OrderCount }},
	"last_order": {"coalesce(last_order_on, -719162)", func(p Profile) int64 { return int64(p.LastOrderOn.Number()) }},
	"newest":     {"customer_id", func(p Profile) int64 { return p.CustomerID.Int64() }},
}

// listProfiles returns profiles that the conditions admit, in order, from the one after the place.
func listProfiles(ctx context.Context, tx *db.Tx, c conditions, o ordering, ascending bool, place []int64, limit int) ([]Profile, error) {
	beyond, direction := "<", " desc"
	if ascending {
		beyond, direction = ">", ""
	}
	if place != nil {
		c.and(o.column+" "+beyond+"= ?", place[0])
		c.and("("+o.column+" "+beyond+" ? or customer_id "+beyond+" ?)", place[0], place[1])
	}
	rows, err := db.All(ctx, tx, scanProfile, fmt.Sprintf("select %s from profiles where %s order by %s%s, customer_id%s limit %d",
		profileColumns, c.String(), o.column, direction, direction, limit), c.args...)
	profiles := make([]Profile, len(rows))
	for i, r := range rows {
		profiles[i] = r.Profile
	}
	return profiles, wrap("list profiles", err)
}

// countProfiles counts the profiles that the conditions admit, up to a limit.
func countProfiles(ctx context.Context, tx *db.Tx, c conditions, limit int64) (n int64, err error) {
	err = tx.QueryRow(ctx, fmt.Sprintf("select count(*) from (select 1 from profiles where %s limit %d) found", c.String(), limit), c.args...).Scan(&n)
	return n, wrap("count profiles", err)
}

// flow is how many customers went from one stage to another after so many days in the first.
type flow struct {
	from, to  Stage
	dwell     int64
	customers int64
}

// listFlows returns the changes of stage between two days, over the customers that the scope admits.
func listFlows(ctx context.Context, tx *db.Tx, from, to cal.Day, scope func(column string) string) ([]flow, error) {
	flows, err := db.All(ctx, tx, func(scan db.Scan) (f flow, err error) {
		err = scan(&f.from, &f.to, &f.dwell, &f.customers)
		return f, err
	}, `select from_stage, to_stage, dwell_days, count(*) from stage_changes where on_day >= $1 and on_day <= $2 and `+
		scope("stage_changes.customer_id")+` group by from_stage, to_stage, dwell_days limit 100000`, from, to)
	return flows, wrap("list changes of stage", err)
}
