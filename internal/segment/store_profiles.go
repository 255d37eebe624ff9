package segment

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// profileRow is a profile as it stands, with what is counted of it in the sums.
type profileRow struct {
	Profile
	counted    bool
	countedFen int64
}

const profileColumns = `profiles.customer_id, coalesce(profiles.shop_id, 0), created_on, first_order_on, last_order_on, order_count,
	purchase_day_count, units, paid_fen, refund_count, refunded_fen, updated_at, window_day_count, stage, stage_since_on, r, f, m,
	rfm_group, value_group, quadrant, customer_type, counted_fen is not null, coalesce(counted_fen, 0)`

func scanProfile(scan db.Scan) (p profileRow, err error) {
	err = scan(&p.CustomerID, &p.ShopID, &p.CreatedOn, &p.FirstOrderOn, &p.LastOrderOn, &p.OrderCount,
		&p.PurchaseDayCount, &p.Units, &p.PaidFen, &p.RefundCount, &p.RefundedFen, db.ScanTime(&p.UpdatedAt), &p.WindowDayCount, &p.Stage, &p.StageSinceOn,
		&p.Scores.R, &p.Scores.F, &p.Scores.M, &p.RFMGroup, &p.ValueGroup, &p.Quadrant, &p.CustomerType, &p.counted, &p.countedFen)
	return p, err
}

// forUpdate keeps others from the rows that a query finds; SQLite has one writer and needs no lock.
func forUpdate(tx *db.Tx) string {
	if tx.Engine == db.Postgres {
		return " for update"
	}
	return ""
}

// findProfile returns the profile of a customer whom the condition admits; db.NoRows tells if there is none.
func findProfile(ctx context.Context, tx *db.Tx, customer int64, condition string) (profileRow, error) {
	return scanProfile(tx.QueryRow(ctx, "select "+profileColumns+" from profiles where customer_id = $1 and "+condition, customer).Scan)
}

// findProfiles returns the profiles of the customers, in their order; those who have none are left out.
func findProfiles(ctx context.Context, tx *db.Tx, ids []int64) ([]Profile, error) {
	found := map[int64]Profile{}
	err := db.InChunks(ids, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		rows, err := db.All(ctx, tx, scanProfile, "select "+profileColumns+" from profiles where customer_id in "+in, args...)
		for _, r := range rows {
			found[r.CustomerID.Int64()] = r.Profile
		}
		return err
	})
	var all []Profile
	for _, one := range ids {
		if p, ok := found[one]; ok {
			all = append(all, p)
		}
	}
	return all, wrap("find profiles", err)
}

// lockProfiles returns those of the profiles that exist, by id, and keeps them from other writers.
func lockProfiles(ctx context.Context, tx *db.Tx, ids []int64) (all []profileRow, err error) {
	err = db.InChunks(ids, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		rows, err := db.All(ctx, tx, scanProfile,
			"select "+profileColumns+" from profiles where customer_id in "+in+" order by customer_id"+forUpdate(tx), args...)
		all = append(all, rows...)
		return err
	})
	return all, wrap("read profiles", err)
}

// lockProfilesAfter returns the next profiles by id.
func lockProfilesAfter(ctx context.Context, tx *db.Tx, after int64, limit int) ([]profileRow, error) {
	rows, err := db.All(ctx, tx, scanProfile,
		"select "+profileColumns+" from profiles where customer_id > $1 order by customer_id limit $2"+forUpdate(tx), after, limit)
	return rows, wrap("read profiles", err)
}

// listProfileIDs returns the customers with a profile, after one and until another.
func listProfileIDs(ctx context.Context, tx *db.Tx, after, until int64) ([]int64, error) {
	ids, err := db.All(ctx, tx, scanInt, "select customer_id from profiles where customer_id > $1 and customer_id <= $2 order by customer_id limit 1000000",
		after, until)
	return ids, wrap("list profiles", err)
}

func scanInt(scan db.Scan) (n int64, err error) {
	err = scan(&n)
	return n, err
}

func wrap(doing string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// arrival is a customer who became known.
type arrival struct {
	customer, shop int64
	on             cal.Day
}

func insertArrivals(ctx context.Context, tx *db.Tx, arrivals []arrival) error {
	rows := make([][]any, len(arrivals))
	for i, a := range arrivals {
		rows[i] = []any{a.customer, orNull(a.shop), a.on, a.on, tx.Now.UnixMilli()}
	}
	return db.InsertLater(ctx, tx, "profiles", "customer_id, shop_id, created_on, stage_since_on, updated_at", rows, "on conflict (customer_id) do nothing")
}

func orNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// setShops writes the home shops of customers.
func setShops(ctx context.Context, tx *db.Tx, shops map[int64]int64) error {
	byShop := map[int64][]int64{}
	for _, customer := range sortedKeys(shops) {
		byShop[shops[customer]] = append(byShop[shops[customer]], customer)
	}
	for _, shop := range sortedKeys(byShop) {
		err := db.InChunks(byShop[shop], func(chunk []int64) error {
			in, args := db.In(1, chunk)
			_, err := tx.Exec(ctx, "update profiles set shop_id = $1 where customer_id in "+in, append([]any{orNull(shop)}, args...)...)
			return err
		})
		if err != nil {
			return fmt.Errorf("update home shops: %w", err)
		}
	}
	return nil
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// takings is what sales of one customer on one day add up to, or of one customer in all.
type takings struct {
	customer               int64
	firstOn, lastOn        cal.Day
	orders, units, paidFen int64
	days                   int64 // days is the number of purchase days among them.
}

func compareDays(a, b takings) int {
	return cmp.Or(cmp.Compare(a.customer, b.customer), a.firstOn.Sub(b.firstOn))
}

const dayColumns = "customer_id, on_day, orders, units, paid_fen"

// addDays adds sales to the days they were made on. They are one per customer and day, sorted.
func addDays(ctx context.Context, tx *db.Tx, days []takings) error {
	rows := make([][]any, len(days))
	for i, d := range days {
		rows[i] = []any{d.customer, d.firstOn, d.orders, d.units, d.paidFen}
	}
	return db.InsertLater(ctx, tx, "purchase_days", dayColumns, rows, `on conflict (customer_id, on_day) do update set
		orders = purchase_days.orders + excluded.orders, units = purchase_days.units + excluded.units, paid_fen = purchase_days.paid_fen + excluded.paid_fen`)
}

// addSales adds sales to the profiles, after their days. They are one per customer, sorted.
func addSales(ctx context.Context, tx *db.Tx, sales []takings) error {
	rows := make([][]any, len(sales))
	for i, t := range sales {
		rows[i] = []any{t.customer, t.firstOn, t.firstOn, t.firstOn, t.lastOn, t.orders, t.days, t.units, t.paidFen, tx.Now.UnixMilli()}
	}
	return db.InsertLater(ctx, tx, "profiles",
		"customer_id, created_on, stage_since_on, first_order_on, last_order_on, order_count, purchase_day_count, units, paid_fen, updated_at", rows,
		`on conflict (customer_id) do update set
			first_order_on = case when profiles.first_order_on <= excluded.first_order_on then profiles.first_order_on else excluded.first_order_on end,
			last_order_on = case when profiles.last_order_on >= excluded.last_order_on then profiles.last_order_on else excluded.last_order_on end,
			order_count = profiles.order_count + excluded.order_count,
			purchase_day_count = (select count(*) from purchase_days where customer_id = profiles.customer_id),
			units = profiles.units + excluded.units, paid_fen = profiles.paid_fen + excluded.paid_fen, updated_at = excluded.updated_at`)
}

// giving is what refunds of one customer add up to.
type giving struct {
	on         cal.Day
	count, fen int64
}

// addRefunds adds refunds to the profiles.
func addRefunds(ctx context.Context, tx *db.Tx, refunds map[int64]giving) error {
	rows := make([][]any, 0, len(refunds))
	for _, customer := range sortedKeys(refunds) {
		g := refunds[customer]
		rows = append(rows, []any{customer, g.on, g.on, g.count, g.fen, tx.Now.UnixMilli()})
	}
	_, err := db.InsertRows(ctx, tx, "profiles", "customer_id, created_on, stage_since_on, refund_count, refunded_fen, updated_at", rows,
		`on conflict (customer_id) do update set refund_count = profiles.refund_count + excluded.refund_count,
			refunded_fen = profiles.refunded_fen + excluded.refunded_fen, updated_at = excluded.updated_at`)
	return err
}

// replaceDays writes the purchase days of the customers anew.
func replaceDays(ctx context.Context, tx *db.Tx, customers []int64, days [][]any) error {
	if err := deleteOf(ctx, tx, "purchase_days", customers); err != nil {
		return err
	}
	_, err := db.InsertRows(ctx, tx, "purchase_days", dayColumns, days, "")
	return err
}

// replaceSales writes the numbers of the profiles anew and leaves their standing for the follower.
func replaceSales(ctx context.Context, tx *db.Tx, profiles []Profile) error {
	rows := make([][]any, len(profiles))
	for i, p := range profiles {
		rows[i] = []any{p.CustomerID, orNull(p.ShopID), p.CreatedOn, p.CreatedOn, p.FirstOrderOn, p.LastOrderOn, p.OrderCount,
			p.PurchaseDayCount, p.Units, p.PaidFen, p.RefundCount, p.RefundedFen, tx.Now.UnixMilli()}
	}
	_, err := db.InsertRows(ctx, tx, "profiles", `customer_id, shop_id, created_on, stage_since_on, first_order_on, last_order_on, order_count,
		purchase_day_count, units, paid_fen, refund_count, refunded_fen, updated_at`, rows,
		`on conflict (customer_id) do update set shop_id = excluded.shop_id, created_on = excluded.created_on,
			first_order_on = excluded.first_order_on, last_order_on = excluded.last_order_on, order_count = excluded.order_count,
			purchase_day_count = excluded.purchase_day_count, units = excluded.units, paid_fen = excluded.paid_fen,
			refund_count = excluded.refund_count, refunded_fen = excluded.refunded_fen, updated_at = excluded.updated_at`)
	return err
}

// deleteOf deletes the rows of the customers from one of this package's tables.
func deleteOf(ctx context.Context, tx *db.Tx, table string, customers []int64) error {
	err := db.InChunks(customers, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		_, err := tx.Exec(ctx, "delete from "+table+" where customer_id in "+in, args...)
		return err
	})
	return wrap("delete from "+table, err)
}

// setStandings writes where customers stand, and that they are counted so.
func setStandings(ctx context.Context, tx *db.Tx, profiles []profileRow) error {
	rows := make([][]any, len(profiles))
	for i, p := range profiles {
		rows[i] = []any{p.CustomerID, p.CreatedOn, db.Millis(p.UpdatedAt), p.WindowDayCount, string(p.Stage), p.StageSinceOn,
			p.Scores.R, p.Scores.F, p.Scores.M, string(p.RFMGroup), string(p.ValueGroup), string(p.Quadrant), string(p.CustomerType), p.countedFen}
	}
	_, err := db.InsertRows(ctx, tx, "profiles", `customer_id, created_on, updated_at, window_day_count, stage, stage_since_on, r, f, m,
		rfm_group, value_group, quadrant, customer_type, counted_fen`, rows,
		`on conflict (customer_id) do update set window_day_count = excluded.window_day_count, stage = excluded.stage,
			stage_since_on = excluded.stage_since_on, r = excluded.r, f = excluded.f, m = excluded.m, rfm_group = excluded.rfm_group,
			value_group = excluded.value_group, quadrant = excluded.quadrant, customer_type = excluded.customer_type,
			counted_fen = excluded.counted_fen`)
	return err
}

// listDays returns the purchase days of the customers, in order.
func listDays(ctx context.Context, tx *db.Tx, customers []int64) (map[int64][]cal.Day, error) {
	days := make(map[int64][]cal.Day, len(customers))
	err := db.InChunks(customers, func(chunk []int64) error {
		in, args := db.In(0, chunk)
		return each(ctx, tx, func(scan db.Scan) error {
			var customer int64
			var on cal.Day
			err := scan(&customer, &on)
			days[customer] = append(days[customer], on)
			return err
		}, "select customer_id, on_day from purchase_days where customer_id in "+in+" order by customer_id, on_day", args...)
	})
	return days, wrap("list purchase days", err)
}

// countDays returns the purchase days of the customers from a day on.
func countDays(ctx context.Context, tx *db.Tx, customers []int64, from cal.Day) (map[int64]int64, error) {
	counts := make(map[int64]int64, len(customers))
	err := db.InChunks(customers, func(chunk []int64) error {
		in, args := db.In(1, chunk)
		return each(ctx, tx, func(scan db.Scan) error {
			var customer, n int64
			err := scan(&customer, &n)
			counts[customer] = n
			return err
		}, "select customer_id, count(*) from purchase_days where on_day >= $1 and customer_id in "+in+" group by customer_id", append([]any{from}, args...)...)
	})
	return counts, wrap("count purchase days", err)
}

// each runs a query and calls row for each of its rows.
func each(ctx context.Context, tx *db.Tx, row func(db.Scan) error, query string, args ...any) error {
	_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) { return struct{}{}, row(scan) }, query, args...)
	return err
}

func idsOf(numbers []int64) []customer.ID {
	ids := make([]customer.ID, len(numbers))
	for i, n := range numbers {
		ids[i] = customerID(n)
	}
	return ids
}
