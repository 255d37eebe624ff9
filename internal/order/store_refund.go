package order

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
)

// findKnownRefunds looks the numbers of the items up.
func findKnownRefunds(ctx context.Context, tx *db.Tx, items []*refundItem) (map[key]knownRefund, error) {
	bySource := map[string][]string{}
	for _, it := range items {
		bySource[it.refund.Source] = append(bySource[it.refund.Source], it.refund.RefundNo)
	}
	known := map[key]knownRefund{}
	for source, numbers := range bySource {
		for part := range slices.Chunk(numbers, chunk) {
			list, args := values(1, part)
			_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
				k := key{source: source}
				var row knownRefund
				err := scan(&k.number, &row.ID)
				if !row.ID.IsZero() {
					known[k] = row
				}
				return struct{}{}, err
			}, "select n.column1, (select id from refunds where source = $1 and refund_no = n.column1) from "+list+" as n", append([]any{source}, args...)...)
			if err != nil {
				return nil, fmt.Errorf("look refunds up: %w", err)
			}
		}
	}
	return known, loadKnownRefunds(ctx, tx, known)
}

// loadKnownRefunds reads what stands under the numbers that are taken.
func loadKnownRefunds(ctx context.Context, tx *db.Tx, known map[key]knownRefund) error {
	ids := make([]RefundID, 0, len(known))
	for _, row := range known {
		ids = append(ids, row.ID)
	}
	for part := range slices.Chunk(ids, chunk) {
		in, args := db.In(0, part)
		_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
			var k key
			var row knownRefund
			err := scan(&k.source, &k.number, &row.ID, &row.hash, &row.OrderID, &row.CustomerID, &row.Waiting, &row.AmountFen, &row.ExcessFen)
			known[k] = row
			return struct{}{}, err
		}, `select source, refund_no, id, content_hash, order_id, customer_id, state = 'waiting', amount_fen, excess_fen
			from refunds where id in `+in, args...)
		if err != nil {
			return fmt.Errorf("read refunds: %w", err)
		}
	}
	return nil
}

// findOrderIDs returns the orders of a source by number.
func findOrderIDs(ctx context.Context, tx *db.Tx, source string, numbers []string) (map[string]ID, error) {
	ids := make(map[string]ID, len(numbers))
	list, args := values(1, numbers)
	_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
		var number string
		var order ID
		err := scan(&number, &order)
		ids[number] = order
		return struct{}{}, err
	}, "select n.column1, (select id from orders where source = $1 and order_no = n.column1) from "+list+" as n", append([]any{source}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("find orders: %w", err)
	}
	return ids, nil
}

func insertRefunds(ctx context.Context, tx *db.Tx, items []*refundItem) (int64, error) {
	rows := make([][]any, len(items))
	for i, it := range items {
		r := it.refund
		rows[i] = []any{
			r.ID, r.Source, r.RefundNo, r.OrderSource, r.OrderNo, r.CustomerID, r.ShopID.Int64(), r.Channel, r.ClerkID,
			db.Millis(r.RefundedAt), db.Millis(r.OccurredAt), db.Millis(r.ReceivedAt), r.On, r.AmountFen, r.ExcessFen, r.Units, r.askedFen,
			string(r.State), r.ReasonCode, r.History, orNull(it.draft.ImportID), it.hash,
		}
	}
	return db.InsertRows(ctx, tx, "refunds", "id, source, refund_no, order_source, order_no, customer_id, shop_id, channel, clerk_id, refunded_at, "+
		"occurred_at, received_at, on_day, amount_fen, excess_fen, units, asked_fen, state, reason_code, history, import_id, content_hash",
		rows, "on conflict (source, refund_no) do nothing")
}

func insertRefundLines(ctx context.Context, tx *db.Tx, refunds []*Refund) error {
	var rows [][]any
	for _, r := range refunds {
		for i, l := range r.Lines {
			rows = append(rows, []any{r.ID, int64(i + 1), l.OrderLineID, l.LineNo, l.SKU, l.Name, l.Quantity, l.AmountFen,
				l.ReasonCode, l.askedQuantity, l.askedFen})
		}
	}
	_, err := db.InsertRows(ctx, tx, "refund_lines",
		"refund_id, id, order_line_id, line_no, sku, name, quantity, amount_fen, reason_code, asked_quantity, asked_fen", rows, "")
	return err
}

// refundColumns are the columns that scanRefund reads; of the order of state 'applied' or 'waiting'.
const refundColumns = `r.id, r.source, r.refund_no, r.order_source, r.order_no, r.order_id, r.customer_id, r.shop_id, r.channel, r.clerk_id,
	r.refunded_at, r.occurred_at, r.received_at, r.on_day, r.amount_fen, r.excess_fen, r.units, r.asked_fen, r.state, r.reason_code, r.history`

func (r *Refund) targets() []any {
	return []any{&r.ID, &r.Source, &r.RefundNo, &r.OrderSource, &r.OrderNo, &r.OrderID, &r.CustomerID, &r.ShopID, &r.Channel, &r.ClerkID,
		db.ScanTime(&r.RefundedAt), db.ScanTime(&r.OccurredAt), db.ScanTime(&r.ReceivedAt), &r.On, &r.AmountFen, &r.ExcessFen, &r.Units,
		&r.askedFen, &r.State, &r.ReasonCode, &r.History}
}

func scanRefund(scan db.Scan) (*Refund, error) {
	r := &Refund{}
	return r, scan(r.targets()...)
}

// listRefunds returns refunds with their lines.
func listRefunds(ctx context.Context, tx *db.Tx, tail string, args ...any) ([]*Refund, error) {
	refunds, err := db.All(ctx, tx, scanRefund, "select "+refundColumns+" from refunds r "+tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read refunds: %w", err)
	}
	return refunds, loadRefundLines(ctx, tx, refunds)
}

func loadRefundLines(ctx context.Context, tx *db.Tx, refunds []*Refund) error {
	at := make(map[RefundID]*Refund, len(refunds))
	ids := make([]RefundID, len(refunds))
	for i, r := range refunds {
		at[r.ID], ids[i] = r, r.ID
	}
	for part := range slices.Chunk(ids, chunk) {
		in, args := db.In(0, part)
		_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
			var of RefundID
			var l RefundLine
			err := scan(&of, &l.OrderLineID, &l.LineNo, &l.SKU, &l.Name, &l.Quantity, &l.AmountFen, &l.ReasonCode, &l.askedQuantity, &l.askedFen)
			if err == nil {
				at[of].Lines = append(at[of].Lines, l)
			}
			return struct{}{}, err
		}, `select refund_id, order_line_id, line_no, sku, name, quantity, amount_fen, reason_code, asked_quantity, asked_fen from refund_lines
			where refund_id in `+in+` order by refund_id, id`, args...)
		if err != nil {
			return fmt.Errorf("read refund lines: %w", err)
		}
	}
	return nil
}

// listWaiting returns the refunds that wait for orders, with the ids of these.
func listWaiting(ctx context.Context, tx *db.Tx, awaited map[key]ID) ([]*Refund, error) {
	bySource := map[string][]string{}
	for k := range awaited {
		bySource[k.source] = append(bySource[k.source], k.number)
	}
	var all []*Refund
	for source, numbers := range bySource {
		for part := range slices.Chunk(numbers, chunk) {
			in, args := db.In(1, part)
			found, err := listRefunds(ctx, tx, "where r.state = 'waiting' and r.order_source = $1 and r.order_no in "+in, append([]any{source}, args...)...)
			if err != nil {
				return nil, err
			}
			for _, r := range found {
				r.OrderID = awaited[key{source, r.OrderNo}]
			}
			all = append(all, found...)
		}
	}
	return all, nil
}

// listRefundsOf returns the refunds that stand with orders.
func listRefundsOf(ctx context.Context, tx *db.Tx, orders []ID) ([]*Refund, error) {
	var all []*Refund
	for part := range slices.Chunk(orders, chunk) {
		in, args := db.In(0, part)
		found, err := listRefunds(ctx, tx, "where r.state = 'applied' and r.order_id in "+in, args...)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// listMatched returns refunds that wait although their orders are here, with the ids of these.
func listMatched(ctx context.Context, tx *db.Tx, limit int) ([]*Refund, error) {
	refunds, err := db.All(ctx, tx, func(scan db.Scan) (*Refund, error) {
		r := &Refund{}
		var order ID
		err := scan(append(r.targets(), &order)...)
		r.OrderID = order
		return r, err
	}, "select "+refundColumns+`, o.id from refunds r join orders o on o.source = r.order_source and o.order_no = r.order_no
		where r.state = 'waiting' order by r.id limit $1`, int64(limit))
	if err != nil {
		return nil, fmt.Errorf("match refunds: %w", err)
	}
	return refunds, loadRefundLines(ctx, tx, refunds)
}

// listOverdue returns refunds that have waited since before an instant and were not told of yet, and
// marks them as told. Those of imported history are left: their orders may be older than the history.
func listOverdue(ctx context.Context, tx *db.Tx, before time.Time, limit int) ([]*Refund, error) {
	refunds, err := listRefunds(ctx, tx, "where r.state = 'waiting' and not r.overdue and not r.history and r.received_at < $1 order by r.id limit $2",
		db.Millis(before), int64(limit))
	if err != nil || len(refunds) == 0 {
		return nil, err
	}
	ids := make([]RefundID, len(refunds))
	for i, r := range refunds {
		ids[i] = r.ID
	}
	in, args := db.In(0, ids)
	if _, err := tx.Exec(ctx, "update refunds set overdue = true where id in "+in, args...); err != nil {
		return nil, fmt.Errorf("mark overdue refunds: %w", err)
	}
	return refunds, nil
}

// lockSales returns orders with their lines, held against other refunds until the transaction ends.
func (s *Service) lockSales(ctx context.Context, tx *db.Tx, ids []ID) (map[ID]*sale, error) {
	sales := make(map[ID]*sale, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		in, args := db.In(0, part)
		if _, err := tx.Exec(ctx, "update orders set refunded_fen = refunded_fen where id in "+in, args...); err != nil {
			return nil, fmt.Errorf("lock orders: %w", err)
		}
		orders, err := listOrders(ctx, tx, "where id in "+in, args...)
		if err != nil {
			return nil, err
		}
		for _, o := range orders {
			sales[o.ID] = &sale{order: o}
		}
	}
	lines, err := s.linesOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	for order, of := range lines {
		sales[order].lines = of
	}
	if len(sales) != len(ids) {
		return nil, fmt.Errorf("lock orders: %d of %d are there", len(sales), len(ids))
	}
	return sales, nil
}

// saveRefunds writes what refunds came to, with their lines.
func saveRefunds(ctx context.Context, tx *db.Tx, refunds []*Refund) error {
	ids := make([]RefundID, len(refunds))
	for i, r := range refunds {
		ids[i] = r.ID
		_, err := tx.Exec(ctx, `update refunds set order_id = $1, customer_id = $2, shop_id = $3, channel = $4, on_day = $5, amount_fen = $6,
			excess_fen = $7, units = $8, state = 'applied' where id = $9`,
			r.OrderID, r.CustomerID, r.ShopID, r.Channel, r.On, r.AmountFen, r.ExcessFen, r.Units, r.ID)
		if err != nil {
			return fmt.Errorf("apply refund: %w", err)
		}
	}
	if err := deleteIn(ctx, tx, "refund_lines where refund_id", ids); err != nil {
		return err
	}
	return insertRefundLines(ctx, tx, refunds)
}

// saveSales writes what has gone back of orders and of their lines.
func saveSales(ctx context.Context, tx *db.Tx, sales map[ID]*sale) error {
	var rows [][]any
	for _, s := range sales {
		_, err := tx.Exec(ctx, "update orders set refunded_fen = $1, refunded_units = $2 where id = $3", s.order.RefundedFen, s.order.RefundedUnits, s.order.ID)
		if err != nil {
			return fmt.Errorf("save order: %w", err)
		}
		for _, l := range s.lines {
			rows = append(rows, []any{s.order.ID, l.ID, l.SKUID, l.Name, l.Quantity, l.UnitPriceFen, l.DiscountFen, l.PaidFen, l.RefundedQuantity, l.RefundedFen})
		}
	}
	_, err := db.InsertRows(ctx, tx, "order_lines",
		"order_id, id, sku_id, name, quantity, unit_price_fen, discount_fen, paid_fen, refunded_quantity, refunded_fen", rows,
		"on conflict (order_id, id) do update set refunded_quantity = excluded.refunded_quantity, refunded_fen = excluded.refunded_fen")
	return err
}

// deleteIn deletes the rows of "table where column" in the list.
func deleteIn[T any](ctx context.Context, tx *db.Tx, place string, list []T) error {
	for part := range slices.Chunk(list, chunk) {
		in, args := db.In(0, part)
		if _, err := tx.Exec(ctx, "delete from "+place+" in "+in, args...); err != nil {
			return fmt.Errorf("delete from %s: %w", place, err)
		}
	}
	return nil
}

// HaveOrders tells which of the customers have an order or a refund. There may be at most 1,000.
func (s *Service) HaveOrders(ctx context.Context, tx *db.Tx, ids []customer.ID) (map[customer.ID]bool, error) {
	have := map[customer.ID]bool{}
	in, args := db.In(0, ids)
	_, err := db.All(ctx, tx, func(scan db.Scan) (struct{}, error) {
		var c customer.ID
		err := scan(&c)
		have[c] = true
		return struct{}{}, err
	}, "select customer_id from orders where customer_id in "+in+" union select customer_id from refunds where customer_id in "+in, args...)
	if err != nil {
		return nil, fmt.Errorf("find customers with orders: %w", err)
	}
	return have, nil
}
