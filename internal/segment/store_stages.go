package segment

import (
	"context"
	"slices"
	"strconv"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// listChanges returns the log of stages of the customers, in order.
func listChanges(ctx context.Context, tx *db.Tx, customers []int64) (map[int64][]change, error) {
	logs := make(map[int64][]change, len(customers))
	err := db.InChunks(customers, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		return each(ctx, tx, func(scan db.Scan) error {
			var customer int64
			var c change
			err := scan(&customer, &c.on, &c.step, &c.from, &c.to, &c.dwell, &c.pos)
			logs[customer] = append(logs[customer], c)
			return err
		}, `select customer_id, on_day, step, from_stage, to_stage, dwell_days, coalesce(cause_pos, 0) from stage_changes
			where customer_id in `+in+` order by customer_id, on_day, step`, args...)
	})
	return logs, wrap("list stage changes", err)
}

// listMoves returns the changes of stage that the conditions admit, latest first.
func listMoves(ctx context.Context, tx *db.Tx, c conditions, limit int) ([]moveRow, error) {
	rows, err := db.All(ctx, tx, func(scan db.Scan) (r moveRow, err error) {
		return r, scan(&r.customer, &r.on, &r.step, &r.dwell)
	}, "select customer_id, on_day, step, dwell_days from stage_changes where "+c.String()+
		" order by on_day desc, customer_id desc, step desc limit "+strconv.Itoa(limit), c.args...)
	return rows, wrap("list moves", err)
}

// storeChanges writes what differs between two states of the logs of stages of customers.
func storeChanges(ctx context.Context, tx *db.Tx, before, after map[int64][]change) error {
	var rows [][]any
	for _, customer := range sortedKeys(after) {
		for _, c := range after[customer] {
			if !slices.Contains(before[customer], c) {
				rows = append(rows, []any{customer, c.on, int64(c.step), string(c.from), string(c.to), c.dwell, orNull(c.pos)})
			}
		}
		for _, c := range before[customer] {
			if slices.ContainsFunc(after[customer], func(a change) bool { return a.on == c.on && a.step == c.step }) {
				continue
			}
			_, err := tx.Exec(ctx, "delete from stage_changes where customer_id = $1 and on_day = $2 and step = $3", customer, c.on, int64(c.step))
			if err != nil {
				return wrap("delete stage change", err)
			}
		}
	}
	_, err := db.InsertRows(ctx, tx, "stage_changes", "customer_id, on_day, step, from_stage, to_stage, dwell_days, cause_pos", rows,
		`on conflict (customer_id, on_day, step) do update set from_stage = excluded.from_stage, to_stage = excluded.to_stage,
			dwell_days = excluded.dwell_days, cause_pos = excluded.cause_pos`)
	return err
}

// maxBuyers bounds how many buyers are held in memory to draw edges, at 24 bytes each.
const maxBuyers = 20_000_000

// listBuyers returns every buyer up to a day that the scope admits, which is a condition on a column with
// the id of a customer.
func listBuyers(ctx context.Context, tx *db.Tx, asOf cal.Day, scope func(column string) string) ([]buyer, error) {
	later, err := db.Exists(ctx, tx, "select 1 from profiles where coalesce(last_order_on, -719162) > $1", asOf)
	if err != nil {
		return nil, err
	}
	scan := func(scan db.Scan) (b buyer, err error) {
		err = scan(&b.lastOn, &b.days, &b.paidFen)
		return b, err
	}
	limit := " limit " + strconv.Itoa(maxBuyers)
	if !later { // Then the profiles hold the sums of exactly these days.
		return db.All(ctx, tx, scan, "select last_order_on, purchase_day_count, paid_fen from profiles where purchase_day_count > 0 and "+
			scope("profiles.customer_id")+limit)
	}
	return db.All(ctx, tx, scan, "select max(on_day), count(*), cast(sum(paid_fen) as bigint) from purchase_days where on_day <= $1 and "+
		scope("purchase_days.customer_id")+" group by customer_id"+limit, asOf)
}

// everybody is the scope of the program's own work.
func everybody(string) string { return "(1=1)" }

// tallyGaps counts the days from one purchase of a customer to the next, over one in so many customers
// who came back.
func tallyGaps(ctx context.Context, tx *db.Tx, oneIn int64) (tally, error) {
	return scanTally(ctx, tx, `select gap, count(*) from (
			select on_day - lag(on_day) over (partition by customer_id order by on_day) as gap from purchase_days
			where customer_id % $1 = 0) gaps
		where gap is not null group by gap`, oneIn)
}

// tallyVisits counts the purchase days of each customer from a day on.
func tallyVisits(ctx context.Context, tx *db.Tx, from cal.Day) (tally, error) {
	return scanTally(ctx, tx, `select visits, count(*) from (
			select count(*) as visits from purchase_days where on_day >= $1 group by customer_id) each_buyer
		group by visits`, from)
}

func scanTally(ctx context.Context, tx *db.Tx, query string, args ...any) (tally, error) {
	t := tally{}
	err := each(ctx, tx, func(scan db.Scan) error {
		var value, n int64
		err := scan(&value, &n)
		t[value] = n
		return err
	}, query, args...)
	return t, err
}
