package order

import (
	"context"
	"net/http"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

// batchBytes bounds the body of a batch.
const batchBytes = 16 << 20

// Routes registers the routes of orders, refunds and their reasons.
func (s *Service) Routes(w *web.Server) {
	const tag = "Orders"
	web.Write(w, web.Op{Method: http.MethodPost, Path: "/v1/orders", ID: "createOrder", Summary: "Record an order",
		Tag: tag, Permission: access.OrdersWrite}, s.postOrder)
	web.Write(w, web.Op{Method: http.MethodPost, Path: "/v1/orders/batch", ID: "createOrders", Summary: "Record up to 1,000 orders, each by itself",
		Tag: tag, Permission: access.OrdersWrite, MaxBody: batchBytes}, s.postOrders)
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/orders", ID: "listOrders", Summary: "List orders",
		Tag: tag, Permission: access.OrdersRead}, s.getOrders)
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/orders/{id}", ID: "getOrder", Summary: "Show an order with its refunds",
		Tag: tag, Permission: access.OrdersRead}, s.getOrder)
	web.Write(w, web.Op{Method: http.MethodPost, Path: "/v1/orders/{id}/claim", ID: "claimOrder", Summary: "Give an anonymous order its customer",
		Tag: tag, Permission: access.OrdersWrite}, s.postClaim)
	s.refundRoutes(w)
}

type postOrderInput struct{ Body input }

type recordedOutput struct {
	Body struct {
		Order      Order        `json:"order"`
		CustomerID customer.ID  `json:"customer_id,omitzero" doc:"Absent if the order is anonymous."`
		Unchanged  bool         `json:"unchanged" doc:"The same order was here already, or a later version of it; nothing was done."`
		Facts      []event.View `json:"facts" doc:"What the write caused."`
	}
}

func (s *Service) postOrder(ctx context.Context, tx *db.Tx, in *postOrderInput) (*recordedOutput, error) {
	r, err := s.Record(ctx, tx, in.Body.draft())
	if err != nil {
		return nil, err
	}
	out := &recordedOutput{}
	out.Body.CustomerID, out.Body.Unchanged, out.Body.Facts = r.CustomerID, r.Unchanged, event.Caused(tx)
	if r.order != nil {
		out.Body.Order = *r.order
		return out, nil
	}
	out.Body.Order, err = s.Find(ctx, tx, r.ID)
	return out, err
}

type postOrdersInput struct {
	Body struct {
		Orders  []rawOrder `json:"orders" minItems:"1" maxItems:"1000"`
		History bool       `json:"history,omitempty" doc:"Sales of the past: of any age, and starting nothing. Needs the permission imports.run."`
	}
}

// batchResult is what became of one order of a batch.
type batchResult struct {
	Index      int          `json:"index"`
	Status     int          `json:"status" doc:"The HTTP status that the order would have had by itself."`
	ID         ID           `json:"id,omitzero"`
	CustomerID customer.ID  `json:"customer_id,omitzero"`
	Unchanged  bool         `json:"unchanged"`
	Code       string       `json:"code,omitempty" doc:"The code of the error, such as order.exists_differs."`
	Detail     string       `json:"detail,omitempty"`
	Errors     []errs.Field `json:"errors,omitempty"`
}

type postOrdersOutput struct {
	Body struct {
		Results   []batchResult `json:"results"`
		Recorded  int           `json:"recorded"`
		Unchanged int           `json:"unchanged"`
		Failed    int           `json:"failed"`
		Facts     []event.View  `json:"facts" doc:"What the write caused; subject and customer_id tell of which order."`
	}
}

// postOrders records a batch in one transaction.
func (s *Service) postOrders(ctx context.Context, tx *db.Tx, in *postOrdersInput) (*postOrdersOutput, error) {
	if in.Body.History {
		if err := access.Require(ctx, access.ImportsRun); err != nil {
			return nil, err
		}
	}
	out := &postOrdersOutput{}
	results := make([]batchResult, len(in.Body.Orders))
	var drafts []Draft
	var places []int
	for i, raw := range in.Body.Orders {
		results[i].Index = i
		d, err := raw.decode()
		if err != nil {
			results[i].fail(err)
			continue
		}
		drafts = append(drafts, d)
		places = append(places, i)
	}
	recorded, err := s.RecordMany(ctx, tx, drafts, in.Body.History)
	if err != nil {
		return nil, err
	}
	for i, r := range recorded {
		result := &results[places[i]]
		if r.Err != nil {
			result.fail(r.Err)
			continue
		}
		result.Status, result.ID, result.CustomerID, result.Unchanged = http.StatusOK, r.ID, r.CustomerID, r.Unchanged
	}
	for _, r := range results {
		switch {
		case r.Code != "":
			out.Body.Failed++
		case r.Unchanged:
			out.Body.Unchanged++
		default:
			out.Body.Recorded++
		}
	}
	out.Body.Results, out.Body.Facts = results, event.Caused(tx)
	return out, nil
}

func (r *batchResult) fail(err error) {
	r.Status, r.Code, r.Detail = http.StatusBadRequest, "order.invalid", "the order is not valid"
	if errs.KindOf(err) == errs.Conflict {
		r.Status = http.StatusConflict
	}
	if e, ok := err.(*errs.Error); ok { //nolint:errorlint // Recorded.Err is never wrapped.
		r.Code, r.Detail, r.Errors = e.Code, e.Message, e.Fields
	}
}

type OrderPath struct {
	ID ID `path:"id"`
}

type getOrderOutput struct {
	Body struct {
		Order
		Refunds  []*Refund         `json:"refunds"`
		Edits    []Edit            `json:"edits" doc:"Later versions that came, latest first."`
		Customer *customer.Summary `json:"customer,omitempty" doc:"Absent for an anonymous order, and if the customer is out of your sight."`
	}
}

func (s *Service) getOrder(ctx context.Context, tx *db.Tx, in *OrderPath) (*getOrderOutput, error) {
	o, err := s.Find(ctx, tx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &getOrderOutput{}
	out.Body.Order = o
	if out.Body.Refunds, err = s.RefundsOf(ctx, tx, in.ID); err != nil {
		return nil, err
	}
	if out.Body.Edits, err = listEdits(ctx, tx, in.ID); err != nil {
		return nil, err
	}
	seen, err := s.customersOf(ctx, tx, []Order{o})
	if who, ok := seen[o.CustomerID]; ok {
		out.Body.Customer = &who
	}
	return out, err
}

type claimInput struct {
	OrderPath
	Body struct {
		CustomerID customer.ID         `json:"customer_id,omitzero"`
		Identities []customer.Identity `json:"identities,omitempty" doc:"Find the customer, or make her known."`
		Name       string              `json:"name,omitempty" doc:"The name of who is made known."`
	}
}

func (s *Service) postClaim(ctx context.Context, tx *db.Tx, in *claimInput) (*recordedOutput, error) {
	o, unchanged, err := s.Claim(ctx, tx, in.ID, Claimer{in.Body.CustomerID, in.Body.Identities, in.Body.Name})
	if err != nil {
		return nil, err
	}
	out := &recordedOutput{}
	out.Body.Order, out.Body.CustomerID, out.Body.Unchanged, out.Body.Facts = o, o.CustomerID, unchanged, event.Caused(tx)
	return out, nil
}
