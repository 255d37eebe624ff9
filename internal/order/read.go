package order

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Filter narrows a list of orders or refunds; zero fields do not.
type Filter struct {
	ShopID     staff.ShopID
	Channel    string
	From, To   cal.Day // From and To are the first and last business day.
	CustomerID customer.ID
	Anonymous  bool
	Source     string
	Number     string // Number is a whole order or refund number.
	LeastFen   int64
	MostFen    int64
	OrderID    ID          // OrderID is for refunds.
	State      RefundState // State is for refunds.
	After      []int64     // After is the day and id of the last row of the page before.
	Limit      int
}

// where returns the conditions of the filter within the caller's scope, on columns of the table.
func (f Filter) where(ctx context.Context, number, amount string) (string, []any) {
	conditions := []string{access.From(ctx).Scope.SQL("shop_id")}
	var args []any
	add := func(wanted bool, condition string, values ...any) {
		if !wanted {
			return
		}
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		conditions = append(conditions, condition)
	}
	add(!f.ShopID.IsZero(), "shop_id = ?", f.ShopID)
	add(f.Channel != "", "channel = ?", f.Channel)
	add(!f.From.IsZero(), "on_day >= ?", f.From)
	add(!f.To.IsZero(), "on_day <= ?", f.To)
	add(!f.CustomerID.IsZero(), "customer_id = ?", f.CustomerID)
	add(f.Anonymous, "customer_id is null")
	add(f.Source != "", "source = ?", f.Source)
	add(f.Number != "", number+" = ?", f.Number)
	add(f.LeastFen > 0, amount+" >= ?", f.LeastFen)
	add(f.MostFen > 0, amount+" <= ?", f.MostFen)
	add(!f.OrderID.IsZero(), "order_id = ?", f.OrderID)
	add(f.State != "", "state = ?", string(f.State))
	if len(f.After) == 2 {
		add(true, "on_day <= ?", f.After[0])
		add(true, "(on_day < ? or id < ?)", f.After[0], f.After[1])
	}
	return strings.Join(conditions, " and "), args
}

// Known returns which of the numbers of a source are orders that have come, whatever the caller's shops.
func (s *Service) Known(ctx context.Context, tx *db.Tx, source string, numbers []string) (map[string]bool, error) {
	ids, err := findOrderIDs(ctx, tx, source, numbers)
	known := make(map[string]bool, len(ids))
	for number, order := range ids {
		known[number] = !order.IsZero()
	}
	return known, err
}

// List returns the orders that match within the caller's scope, latest business day first, without lines.
func (s *Service) List(ctx context.Context, tx *db.Tx, f Filter) ([]Order, error) {
	where, args := f.where(ctx, "order_no", "paid_fen")
	return listOrders(ctx, tx, "where "+where+" order by on_day desc, id desc limit "+strconv.Itoa(f.Limit), args...)
}

// ListRefunds returns the refunds that match within the caller's scope, latest business day first.
func (s *Service) ListRefunds(ctx context.Context, tx *db.Tx, f Filter) ([]*Refund, error) {
	where, args := f.where(ctx, "refund_no", "amount_fen")
	return listRefunds(ctx, tx, "where "+where+" order by on_day desc, id desc limit "+strconv.Itoa(f.Limit), args...)
}

// Find returns an order with its lines; out of the caller's scope it is order.not_found.
func (s *Service) Find(ctx context.Context, tx *db.Tx, order ID) (Order, error) {
	found, err := listOrders(ctx, tx, "where id = $1 and "+access.From(ctx).Scope.SQL("shop_id"), order)
	if err != nil {
		return Order{}, err
	}
	if len(found) == 0 {
		return Order{}, errs.New(errs.NotFound, "order.not_found", "there is no such order")
	}
	o := found[0]
	lines, err := s.linesOf(ctx, tx, []ID{order})
	o.Lines = lines[order]
	return o, err
}

// RefundsOf returns the refunds of an order that is in the caller's scope, earliest first.
func (s *Service) RefundsOf(ctx context.Context, tx *db.Tx, order ID) ([]*Refund, error) {
	return listRefunds(ctx, tx, "where r.order_id = $1 order by r.refunded_at, r.id limit 1000", order)
}

// linesOf returns the lines of orders with the codes of their SKUs.
func (s *Service) linesOf(ctx context.Context, tx *db.Tx, orders []ID) (map[ID][]Line, error) {
	lines, err := listLines(ctx, tx, orders)
	if err != nil {
		return nil, err
	}
	seen := map[catalog.SKUID]bool{}
	var skus []catalog.SKUID
	for _, of := range lines {
		for _, l := range of {
			if !seen[l.SKUID] {
				seen[l.SKUID] = true
				skus = append(skus, l.SKUID)
			}
		}
	}
	codes, err := s.Catalog.SKUCodes(ctx, tx, skus)
	if err != nil {
		return nil, fmt.Errorf("read SKU codes: %w", err)
	}
	for _, of := range lines {
		for i := range of {
			of[i].SKU = codes[of[i].SKUID]
		}
	}
	return lines, nil
}

// customersOf returns what the caller may see of the customers of orders: those out of her scope are
// left out.
func (s *Service) customersOf(ctx context.Context, tx *db.Tx, orders []Order) (map[customer.ID]customer.Summary, error) {
	ids := make([]ID, 0, len(orders))
	for _, o := range orders {
		if !o.CustomerID.IsZero() {
			ids = append(ids, o.ID)
		}
	}
	seen, err := listCustomers(ctx, tx, ids, s.Customers.ScopeSQL(ctx, tx, "orders.customer_id"))
	if err != nil || len(seen) == 0 {
		return nil, err
	}
	return s.Customers.Summaries(ctx, tx, seen)
}
