package order

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// chunk bounds the list of one "in (…)".
const chunk = 500

// knownOrder is what stands under an order number: an order, or refunds that wait for one.
type knownOrder struct {
	id       ID
	customer customer.ID
	hash     int64
	waiting  bool
}

// askKnown asks what stands under the numbers of the items, in one statement for each source and 500 numbers.
func askKnown(ctx context.Context, tx *db.Tx, items []*item) (map[key]knownOrder, error) {
	bySource := map[string][]string{}
	for _, it := range items {
		bySource[it.order.Source] = append(bySource[it.order.Source], it.order.OrderNo)
	}
	known := map[key]knownOrder{}
	for source, numbers := range bySource {
		for part := range slices.Chunk(numbers, chunk) {
			if err := askKnownOf(ctx, tx, source, part, known); err != nil {
				return nil, err
			}
		}
	}
	return known, nil
}

// askKnownOf looks each number up by itself: a list of 500 tempts PostgreSQL to a plan that reads the
// whole table, and to keep to it while the table grows.
func askKnownOf(ctx context.Context, tx *db.Tx, source string, numbers []string, known map[key]knownOrder) error {
	list, args := values(1, numbers)
	return tx.Ask(ctx, "look orders up", func(scan db.Scan) error {
		k := key{source: source}
		var row knownOrder
		var hash *int64
		err := scan(&k.number, &row.id, &hash, &row.customer, &row.waiting)
		if hash != nil {
			row.hash = *hash
		}
		if hash != nil || row.waiting {
			known[k] = row
		}
		return err
	}, `select n.column1, (select id from orders where source = $1 and order_no = n.column1),
			(select content_hash from orders where source = $1 and order_no = n.column1),
			(select customer_id from orders where source = $1 and order_no = n.column1),
			exists (select 1 from refunds where state = 'waiting' and order_source = $1 and order_no = n.column1)
		from `+list+` as n`, append([]any{source}, args...)...)
}

// values returns "(values ($2),($3),…)" with the parameters numbered from first+1, and the arguments for
// it. Both engines name its column column1.
func values(first int, list []string) (string, []any) {
	var b strings.Builder
	args := make([]any, len(list))
	b.WriteString("(values ")
	for i, v := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("($" + strconv.Itoa(first+i+1) + ")")
		args[i] = v
	}
	b.WriteByte(')')
	return b.String(), args
}

// insertOrders writes orders. If another transaction brought one since we looked, ours is run again and finds it.
func insertOrders(ctx context.Context, tx *db.Tx, items []*item) error {
	rows := make([][]any, len(items))
	for i, it := range items {
		o := &it.order
		rows[i] = []any{
			o.ID, o.Source, o.OrderNo, o.CustomerID, o.ShopID, o.Channel, o.ClerkID, o.AdviserID, db.Millis(o.PaidAt),
			db.Millis(o.OccurredAt), db.Millis(o.ReceivedAt), o.On, o.PaidFen, o.DiscountFen, o.Units, o.LineCount,
			o.ExchangeOf, o.History, orNull(it.draft.ImportID), o.hash, o.Version,
		}
	}
	return db.InsertLater(ctx, tx, "orders", "id, source, order_no, customer_id, shop_id, channel, clerk_id, adviser_id, paid_at, "+
		"occurred_at, received_at, on_day, paid_fen, discount_fen, units, line_count, exchange_of, history, import_id, content_hash, version",
		rows, "")
}

func insertLines(ctx context.Context, tx *db.Tx, items []*item) error {
	n := 0
	for _, it := range items {
		n += len(it.order.Lines)
	}
	rows := make([][]any, 0, n)
	for _, it := range items {
		var order any = it.order.ID.Int64()
		for i := range it.order.Lines {
			l := &it.order.Lines[i]
			rows = append(rows, []any{order, l.ID.Int64(), l.SKUID.Int64(), l.Name, l.Quantity, l.UnitPriceFen, l.DiscountFen, l.PaidFen})
		}
	}
	return db.InsertLater(ctx, tx, "order_lines", "order_id, id, sku_id, name, quantity, unit_price_fen, discount_fen, paid_fen", rows, "")
}

func orNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// isTrue evaluates a condition that names no column.
func isTrue(ctx context.Context, tx *db.Tx, condition string) (bool, error) {
	return db.Exists(ctx, tx, "select 1 where "+condition)
}

// orderColumns are the columns that scanOrder reads.
const orderColumns = `id, source, order_no, customer_id, shop_id, channel, clerk_id, adviser_id, paid_at, occurred_at, received_at,
	on_day, paid_fen, discount_fen, units, line_count, refunded_fen, refunded_units, exchange_of, history, content_hash, version`

func scanOrder(scan db.Scan) (o Order, err error) {
	err = scan(&o.ID, &o.Source, &o.OrderNo, &o.CustomerID, &o.ShopID, &o.Channel, &o.ClerkID, &o.AdviserID, db.ScanTime(&o.PaidAt),
		db.ScanTime(&o.OccurredAt), db.ScanTime(&o.ReceivedAt), &o.On, &o.PaidFen, &o.DiscountFen, &o.Units, &o.LineCount,
		&o.RefundedFen, &o.RefundedUnits, &o.ExchangeOf, &o.History, &o.hash, &o.Version)
	o.setState()
	return o, err
}

func listOrders(ctx context.Context, tx *db.Tx, tail string, args ...any) ([]Order, error) {
	orders, err := db.All(ctx, tx, scanOrder, "select "+orderColumns+" from orders "+tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read orders: %w", err)
	}
	return orders, nil
}

// listLines returns the lines of orders, in the order of their numbers.
func listLines(ctx context.Context, tx *db.Tx, orders []ID) (map[ID][]Line, error) {
	lines := map[ID][]Line{}
	for part := range slices.Chunk(orders, chunk) {
		in, args := db.In(0, part)
		_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
			var of ID
			var l Line
			err := scan(&of, &l.ID, &l.SKUID, &l.Name, &l.Quantity, &l.UnitPriceFen, &l.DiscountFen, &l.PaidFen, &l.RefundedQuantity, &l.RefundedFen)
			lines[of] = append(lines[of], l)
			return struct{}{}, err
		}, `select order_id, id, sku_id, name, quantity, unit_price_fen, discount_fen, paid_fen, refunded_quantity, refunded_fen
			from order_lines where order_id in `+in+` order by order_id, id`, args...)
		if err != nil {
			return nil, fmt.Errorf("read order lines: %w", err)
		}
	}
	return lines, nil
}

// listCustomers returns the customers of orders that a condition lets through.
func listCustomers(ctx context.Context, tx *db.Tx, orders []ID, condition string) ([]customer.ID, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	in, args := db.In(0, orders)
	all, err := db.All(ctx, tx, func(scan db.Scan) (c customer.ID, err error) {
		return c, scan(&c)
	}, "select distinct customer_id from orders where id in "+in+" and "+condition, args...)
	if err != nil {
		return nil, fmt.Errorf("read customers of orders: %w", err)
	}
	return all, nil
}

// claimOrder gives an anonymous order its customer, and reports whether it was anonymous.
func claimOrder(ctx context.Context, tx *db.Tx, order ID, to customer.ID) (bool, error) {
	n, err := tx.Exec(ctx, "update orders set customer_id = $1 where id = $2 and customer_id is null", to, order)
	if err != nil || n == 0 {
		return false, err
	}
	_, err = tx.Exec(ctx, "update refunds set customer_id = $1 where order_id = $2", to, order)
	return true, err
}

// PurchaseDay is what a customer bought on a day.
type PurchaseDay struct {
	CustomerID             customer.ID
	On                     cal.Day
	Orders, Units, PaidFen int64
}

// PurchaseDays returns the days on which the customers bought: orders of more than 0 fen that are
// theirs now, whatever merges moved. There may be at most 1,000 customers.
func (s *Service) PurchaseDays(ctx context.Context, tx *db.Tx, ids []customer.ID) ([]PurchaseDay, error) {
	in, args := db.In(0, ids)
	days, err := db.All(ctx, tx, func(scan db.Scan) (d PurchaseDay, err error) {
		return d, scan(&d.CustomerID, &d.On, &d.Orders, &d.Units, &d.PaidFen)
	}, `select customer_id, on_day, count(*), cast(sum(units) as bigint), cast(sum(paid_fen) as bigint) from orders
		where customer_id in `+in+` and paid_fen > 0 group by customer_id, on_day order by customer_id, on_day`, args...)
	if err != nil {
		return nil, fmt.Errorf("read purchase days: %w", err)
	}
	return days, nil
}

// RefundTotal is what went back to a customer.
type RefundTotal struct {
	CustomerID       customer.ID
	Count, AmountFen int64
}

// RefundTotals returns what went back to the customers: the refunds that had their effect. There may be
// at most 1,000 customers; those without a refund are left out.
func (s *Service) RefundTotals(ctx context.Context, tx *db.Tx, ids []customer.ID) ([]RefundTotal, error) {
	in, args := db.In(0, ids)
	totals, err := db.All(ctx, tx, func(scan db.Scan) (r RefundTotal, err error) {
		return r, scan(&r.CustomerID, &r.Count, &r.AmountFen)
	}, `select customer_id, count(*), cast(sum(amount_fen) as bigint) from refunds
		where customer_id in `+in+` and state = 'applied' group by customer_id order by customer_id`, args...)
	if err != nil {
		return nil, fmt.Errorf("read refund totals: %w", err)
	}
	return totals, nil
}
