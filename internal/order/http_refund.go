package order

import (
	"context"
	"net/http"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/web"
)

func (s *Service) refundRoutes(w *web.Server) {
	const tag = "Refunds"
	web.Write(w, web.Op{Method: http.MethodPost, Path: "/v1/refunds", ID: "createRefund", Summary: "Record a refund",
		Tag: tag, Permission: access.OrdersWrite, KeyRequired: true}, s.postRefund)
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/refunds", ID: "listRefunds", Summary: "List refunds",
		Tag: tag, Permission: access.OrdersRead}, s.getRefunds)
	web.Read(w, web.Op{Method: http.MethodGet, Path: "/v1/refund_reasons", ID: "listRefundReasons", Summary: "List why goods come back",
		Tag: tag, Permission: access.OrdersRead, NoShopScope: true}, s.getReasons)
	web.Write(w, web.Op{Method: http.MethodPut, Path: "/v1/refund_reasons/{code}", ID: "saveRefundReason", Summary: "Add or change a reason",
		Tag: tag, Permission: access.SettingsManage, NoShopScope: true}, s.putReason)
}

type postRefundInput struct{ Body refundInput }

type refundOutput struct {
	Body struct {
		Refund     Refund       `json:"refund"`
		CustomerID customer.ID  `json:"customer_id,omitzero"`
		Unchanged  bool         `json:"unchanged" doc:"The same refund was here already; nothing was done."`
		Facts      []event.View `json:"facts" doc:"What the write caused."`
	}
}

func (s *Service) postRefund(ctx context.Context, tx *db.Tx, in *postRefundInput) (*refundOutput, error) {
	all, err := s.RefundMany(ctx, tx, []RefundDraft{in.Body.draft()}, false)
	if err != nil {
		return nil, err
	}
	r := all[0]
	if r.Err != nil {
		return nil, r.Err
	}
	out := &refundOutput{}
	out.Body.CustomerID, out.Body.Unchanged, out.Body.Facts = r.CustomerID, r.Unchanged, event.Caused(tx)
	refunds, err := listRefunds(ctx, tx, "where r.id = $1", r.ID)
	if err != nil {
		return nil, err
	}
	out.Body.Refund = *refunds[0]
	return out, nil
}

type getRefundsInput struct {
	FilterInput
	OrderID  ID          `query:"order_id"`
	RefundNo string      `query:"refund_no" maxLength:"128" doc:"A whole refund number."`
	State    RefundState `query:"state" enum:"applied,waiting" doc:"waiting: their orders have not come."`
}

type getRefundsOutput struct{ Body web.List[*Refund] }

func (s *Service) getRefunds(ctx context.Context, tx *db.Tx, in *getRefundsInput) (*getRefundsOutput, error) {
	f, err := in.filter(ctx, tx, s.Customers)
	if err != nil {
		return nil, err
	}
	f.OrderID, f.Number, f.State = in.OrderID, in.RefundNo, in.State
	found, err := s.ListRefunds(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	out := &getRefundsOutput{}
	out.Body.Items, out.Body.NextCursor = page(found, in.Limit, func(r *Refund) (cal.Day, int64) { return r.On, r.ID.Int64() })
	return out, nil
}

type getReasonsOutput struct{ Body web.List[Reason] }

func (s *Service) getReasons(ctx context.Context, tx *db.Tx, _ *struct{}) (*getReasonsOutput, error) {
	all, err := s.ListReasons(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := &getReasonsOutput{}
	out.Body.Items = all
	return out, nil
}

type putReasonInput struct {
	Code    string `path:"code" maxLength:"64"`
	IfMatch string `header:"If-Match"`
	Body    struct {
		Parent   string `json:"parent,omitempty"`
		Name     string `json:"name"`
		Position int64  `json:"position,omitempty"`
		Retired  bool   `json:"retired,omitempty"`
	}
}

type reasonOutput struct {
	ETag string `header:"ETag"`
	Body Reason
}

func (s *Service) putReason(ctx context.Context, tx *db.Tx, in *putReasonInput) (*reasonOutput, error) {
	r, err := s.SaveReason(ctx, tx, Reason{Code: in.Code, Parent: in.Body.Parent, Name: in.Body.Name, Position: in.Body.Position, Retired: in.Body.Retired},
		func(version int64) error { return web.CheckIfMatch(in.IfMatch, version) })
	if err != nil {
		return nil, err
	}
	return &reasonOutput{web.ETag(r.Version), r}, nil
}
