package order

import (
	"context"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/staff"
)

// FilterInput is what orders and refunds are listed by.
type FilterInput struct {
	web.Page
	ShopID     staff.ShopID `query:"shop_id"`
	Channel    string       `query:"channel" maxLength:"64"`
	From       cal.Day      `query:"from" doc:"The first business day."`
	To         cal.Day      `query:"to" doc:"The last business day."`
	CustomerID customer.ID  `query:"customer_id"`
	Source     string       `query:"source" maxLength:"64"`
	LeastFen   int64        `query:"least_fen" minimum:"0" doc:"At least this amount."`
	MostFen    int64        `query:"most_fen" minimum:"0" doc:"At most this amount."`
}

// filter returns the filter, for one row more than the page has.
func (in *FilterInput) filter(ctx context.Context, tx *db.Tx, customers *customer.Service) (Filter, error) {
	after, err := web.DecodeCursor(in.Cursor, 2)
	if err != nil {
		return Filter{}, err
	}
	f := Filter{
		ShopID: in.ShopID, Channel: in.Channel, From: in.From, To: in.To, CustomerID: in.CustomerID, Source: in.Source,
		LeastFen: in.LeastFen, MostFen: in.MostFen, After: after, Limit: in.Limit + 1,
	}
	if !in.CustomerID.IsZero() { // The orders of a merged customer are the survivor's.
		survivor, err := customers.FindMerged(ctx, tx, in.CustomerID)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return Filter{}, err
		}
		if err == nil {
			f.CustomerID = survivor
		}
	}
	return f, nil
}

// page cuts the row that is too many, and returns the cursor of the next page.
func page[T any](rows []T, limit int, place func(T) (cal.Day, int64)) ([]T, string) {
	if len(rows) <= limit {
		return rows, ""
	}
	day, id := place(rows[limit-1])
	return rows[:limit], web.EncodeCursor(int64(day.Number()), id)
}

type getOrdersInput struct {
	FilterInput
	Anonymous bool   `query:"anonymous" doc:"Only orders without a customer."`
	OrderNo   string `query:"order_no" maxLength:"128" doc:"A whole order number."`
}

// listed is an order of a list.
type listed struct {
	Order
	Customer *customer.Summary `json:"customer,omitempty" doc:"Absent for an anonymous order, and if the customer is out of your sight."`
}

type getOrdersOutput struct{ Body web.List[listed] }

func (s *Service) getOrders(ctx context.Context, tx *db.Tx, in *getOrdersInput) (*getOrdersOutput, error) {
	f, err := in.filter(ctx, tx, s.Customers)
	if err != nil {
		return nil, err
	}
	f.Anonymous, f.Number = in.Anonymous, in.OrderNo
	found, err := s.List(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	out := &getOrdersOutput{}
	found, out.Body.NextCursor = page(found, in.Limit, func(o Order) (cal.Day, int64) { return o.On, o.ID.Int64() })
	seen, err := s.customersOf(ctx, tx, found)
	if err != nil {
		return nil, err
	}
	out.Body.Items = make([]listed, len(found))
	for i, o := range found {
		out.Body.Items[i].Order = o
		if who, ok := seen[o.CustomerID]; ok {
			out.Body.Items[i].Customer = &who
		}
	}
	return out, nil
}
