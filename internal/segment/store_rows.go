package segment

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// sumCustomers adds up the customers that a condition on profiles admits.
func sumCustomers(ctx context.Context, tx *db.Tx, condition string) (n sum, err error) {
	err = tx.QueryRow(ctx, "select count(*), coalesce(cast(sum(paid_fen) as bigint), 0) from profiles where "+condition).Scan(&n.customers, &n.paidFen)
	return n, wrap("add up customers", err)
}

// sumMembers adds up the members of each segment that a condition on profiles admits.
func sumMembers(ctx context.Context, tx *db.Tx, condition string) (map[ID]sum, error) {
	sums := map[ID]sum{}
	err := each(ctx, tx, func(scan db.Scan) error {
		var segment ID
		var n sum
		err := scan(&segment, &n.customers, &n.paidFen)
		sums[segment] = n
		return err
	}, `select m.segment_id, count(*), cast(sum(p.paid_fen) as bigint)
		from (select customer_id, paid_fen from profiles where `+condition+`) p join segment_members m on m.customer_id = p.customer_id group by m.segment_id`)
	return sums, wrap("add up members", err)
}

type dayFlowRow struct {
	segment ID
	on      cal.Day
	dayFlow
}

// flowSums are the columns of segment_days, counted from segment_changes h.
const flowSums = `cast(sum(case when h.entered and h.cause in ('fact', 'time') then 1 else 0 end) as bigint),
	cast(sum(case when not h.entered and h.cause in ('fact', 'time') then 1 else 0 end) as bigint),
	cast(sum(case when h.cause in ('fact', 'time') then 0 when h.entered then 1 else -1 end) as bigint)`

// listDayFlows returns the sums by day, of one segment or of all.
func listDayFlows(ctx context.Context, tx *db.Tx, segment ID, from, to cal.Day) (map[ID]map[cal.Day]dayFlow, error) {
	return gatherFlows(ctx, tx, func(scan db.Scan) (r dayFlowRow, err error) {
		err = scan(&r.segment, &r.on, &r.entered, &r.left, &r.byRule)
		return r, err
	}, `select segment_id, on_day, entered_count, left_count, by_rule_count from segment_days where on_day >= $1 and on_day <= $2 and (segment_id = $3 or $3 = 0)`,
		from, to, segment.Int64())
}

// countDayFlows counts the log by day, over the customers that a condition on h admits.
func countDayFlows(ctx context.Context, tx *db.Tx, segment ID, from, to cal.Day, condition string, start time.Time) (map[ID]map[cal.Day]dayFlow, error) {
	return gatherFlows(ctx, tx, func(scan db.Scan) (r dayFlowRow, err error) {
		err = scan(&r.segment, &r.on, &r.entered, &r.left, &r.byRule)
		return r, err
	}, `select h.segment_id, h.on_day, `+flowSums+`
		from segment_changes h where h.at >= $1 and h.on_day <= $2 and (h.segment_id = $3 or $3 = 0) and `+condition+` group by h.segment_id, h.on_day`,
		start.UnixMilli(), to, segment.Int64())
}

func gatherFlows(ctx context.Context, tx *db.Tx, row func(db.Scan) (dayFlowRow, error), query string, args ...any) (map[ID]map[cal.Day]dayFlow, error) {
	all, err := db.All(ctx, tx, row, query, args...)
	flows := map[ID]map[cal.Day]dayFlow{}
	for _, r := range all {
		if flows[r.segment] == nil {
			flows[r.segment] = map[cal.Day]dayFlow{}
		}
		flows[r.segment][r.on] = r.dayFlow
	}
	return flows, wrap("list the days of segments", err)
}

// listMovements returns entries of the log of members that the conditions admit, latest first.
func listMovements(ctx context.Context, tx *db.Tx, c conditions, limit int) ([]movementRow, error) {
	rows, err := db.All(ctx, tx, func(scan db.Scan) (r movementRow, err error) {
		var tests string
		err = scan(&r.id, &r.customer, &r.entered, db.ScanTime(&r.at), &r.cause, &r.pos, &tests)
		if err == nil {
			err = json.Unmarshal([]byte(tests), &r.tests)
		}
		return r, err
	}, "select id, customer_id, entered, at, cause, coalesce(cause_pos, 0), tests from segment_changes where "+c.String()+
		" order by at desc, id desc limit "+strconv.Itoa(limit), c.args...)
	return rows, wrap("list who entered and left", err)
}

// findSince returns since when a customer is a member of a segment; zero if she is not.
func findSince(ctx context.Context, tx *db.Tx, segment ID, one customer.ID) (since time.Time, err error) {
	err = tx.QueryRow(ctx, "select since_at from segment_members where segment_id = $1 and customer_id = $2", segment, one).Scan(db.ScanTime(&since))
	if db.NoRows(err) {
		return since, nil
	}
	return since, wrap("find a member", err)
}

// listParts adds up profiles by stage and value group.
func listParts(ctx context.Context, tx *db.Tx, c conditions) ([]partRow, error) {
	rows, err := db.All(ctx, tx, func(scan db.Scan) (r partRow, err error) {
		err = scan(&r.stage, &r.group, &r.customers, &r.orders, &r.days, &r.paidFen)
		return r, err
	}, "select stage, value_group, count(*), cast(sum(order_count) as bigint), cast(sum(purchase_day_count) as bigint), cast(sum(paid_fen) as bigint)"+
		" from profiles where "+c.String()+" group by stage, value_group", c.args...)
	return rows, wrap("add up members", err)
}
