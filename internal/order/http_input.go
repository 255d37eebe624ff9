package order

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

// input is an order as the API takes it. Limits stand in Draft, which reports all faults together.
type input struct {
	Source           string              `json:"source" doc:"The till or shop system that gave the number."`
	OrderNo          string              `json:"order_no" doc:"Unique within its source, for ever: the same order again has no effect."`
	Version          *int64              `json:"version,omitempty" doc:"1 if absent. A higher one than is known edits the order: its content replaces the one before, refunds stay. Time, clerk, adviser and customer that it does not name stay; it cannot give the order to another customer. A lower one comes too late and has no effect."`
	PaidAt           time.Time           `json:"paid_at,omitzero" doc:"Now, if absent. More than 7 days ago or 10 minutes ahead it is put right."`
	ShopID           staff.ShopID        `json:"shop_id,omitzero"`
	ShopCode         string              `json:"shop_code,omitempty" doc:"Names the shop if shop_id does not."`
	Channel          string              `json:"channel,omitempty" doc:"store if absent; online, mini_program and so on."`
	ClerkID          staff.ID            `json:"clerk_id,omitzero"`
	AdviserID        staff.ID            `json:"adviser_id,omitzero"`
	CustomerID       customer.ID         `json:"customer_id,omitzero" doc:"Whose it is, if not told by identities."`
	Identities       []customer.Identity `json:"identities,omitempty" doc:"Find the customer, or make her known; none leave the order anonymous."`
	CustomerName     string              `json:"customer_name,omitempty"`
	Lines            []lineInput         `json:"lines"`
	PaidFen          *int64              `json:"paid_fen,omitempty" doc:"Must be the sum of the lines; derived if absent."`
	OrderDiscountFen int64               `json:"order_discount_fen,omitempty" doc:"A discount on the whole order, spread over the lines."`
	ExchangeOf       string              `json:"exchange_of,omitempty" doc:"The refund_no that this sale replaces, of the same source."`
}

// lineInput is a line of an input: paid_fen is quantity times unit_price_fen less discount_fen, and
// what is absent of these is derived.
type lineInput struct {
	SKU          string `json:"sku" doc:"A code; one that is not known yet becomes a stub."`
	Name         string `json:"name,omitempty"`
	Quantity     int64  `json:"quantity"`
	UnitPriceFen int64  `json:"unit_price_fen,omitempty"`
	DiscountFen  *int64 `json:"discount_fen,omitempty"`
	PaidFen      *int64 `json:"paid_fen,omitempty"`
}

func (in *input) draft() Draft {
	d := Draft{
		Source: in.Source, OrderNo: in.OrderNo, PaidAt: in.PaidAt, ShopID: in.ShopID, ShopCode: in.ShopCode, Channel: in.Channel,
		Clerk: in.ClerkID, Adviser: in.AdviserID, CustomerID: in.CustomerID, Identities: in.Identities, CustomerName: in.CustomerName,
		OrderDiscountFen: in.OrderDiscountFen, ExchangeOf: in.ExchangeOf, Lines: make([]DraftLine, len(in.Lines)),
	}
	d.PaidFen, d.paidGiven = given(in.PaidFen)
	d.Version, d.versionGiven = given(in.Version)
	for i, l := range in.Lines {
		line := DraftLine{SKU: l.SKU, Name: l.Name, Quantity: l.Quantity, UnitPriceFen: l.UnitPriceFen}
		line.PaidFen, line.paidGiven = given(l.PaidFen)
		line.DiscountFen, line.discountGiven = given(l.DiscountFen)
		d.Lines[i] = line
	}
	return d
}

func given(n *int64) (int64, bool) {
	if n == nil {
		return 0, false
	}
	return *n, true
}

// refundInput is a refund as the API takes it.
type refundInput struct {
	Source      string              `json:"source"`
	RefundNo    string              `json:"refund_no" doc:"Unique within its source, for ever: the same refund again has no effect."`
	OrderSource string              `json:"order_source,omitempty" doc:"The source of the order, if not that of the refund."`
	OrderNo     string              `json:"order_no,omitempty" doc:"The order; if it has not come yet, the refund waits for it."`
	RefundedAt  time.Time           `json:"refunded_at,omitzero" doc:"Now, if absent."`
	ShopID      staff.ShopID        `json:"shop_id,omitzero" doc:"That of the order, if absent."`
	ShopCode    string              `json:"shop_code,omitempty"`
	Channel     string              `json:"channel,omitempty" doc:"That of the order, if absent."`
	ClerkID     staff.ID            `json:"clerk_id,omitzero"`
	Lines       []refundLineInput   `json:"lines,omitempty" doc:"Without lines and amount it is all that is left of the order."`
	AmountFen   int64               `json:"amount_fen,omitempty" doc:"What was given back in all; by lines or spread over them."`
	ReasonCode  string              `json:"reason_code,omitempty" doc:"One of the refund reasons."`
	CustomerID  customer.ID         `json:"customer_id,omitzero" doc:"Whose it is, if there is no order."`
	Identities  []customer.Identity `json:"identities,omitempty" doc:"Whose it is, if there is no order."`
}

type refundLineInput struct {
	LineNo     int64  `json:"line_no,omitempty" doc:"The line of the order, from 1; without it the lines with the SKU are taken in turn."`
	SKU        string `json:"sku,omitempty"`
	Name       string `json:"name,omitempty"`
	Quantity   int64  `json:"quantity,omitempty" doc:"How many pieces came back; 0 if only money did."`
	AmountFen  int64  `json:"amount_fen,omitempty" doc:"What was given back; without it, what the pieces were paid with."`
	ReasonCode string `json:"reason_code,omitempty" doc:"Why, if not for the reason of the refund."`
}

func (in *refundInput) draft() RefundDraft {
	d := RefundDraft{
		Source: in.Source, RefundNo: in.RefundNo, OrderSource: in.OrderSource, OrderNo: in.OrderNo, At: in.RefundedAt, ShopID: in.ShopID,
		ShopCode: in.ShopCode, Channel: in.Channel, Clerk: in.ClerkID, AmountFen: in.AmountFen, ReasonCode: in.ReasonCode,
		CustomerID: in.CustomerID, Identities: in.Identities, Lines: make([]RefundLine, len(in.Lines)),
	}
	for i, l := range in.Lines {
		d.Lines[i] = RefundLine{LineNo: l.LineNo, SKU: l.SKU, Name: l.Name, Quantity: l.Quantity, AmountFen: l.AmountFen, ReasonCode: l.ReasonCode}
	}
	return d
}

// rawOrder is an order of a batch, decoded by itself so that one that cannot be read stops no other.
type rawOrder []byte

// UnmarshalJSON keeps the text.
func (r *rawOrder) UnmarshalJSON(text []byte) error {
	*r = bytes.Clone(text)
	return nil
}

// Schema implements huma.SchemaProvider.
func (rawOrder) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "An order as createOrder takes it. What is wrong with it is told in its result."}
}

// decode reads the order, with the faults that createOrder would tell of its form.
func (r rawOrder) decode() (Draft, error) {
	var in input
	d := json.NewDecoder(bytes.NewReader(r))
	d.DisallowUnknownFields()
	err := d.Decode(&in)
	if err == nil && r.exact() {
		return in.draft(), nil
	}
	field := errs.Field{Code: "format", Message: "has the wrong form"}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field = errs.Field{Path: e.Field, Code: "type", Message: "is of the wrong type"}
	} else if err == nil || strings.HasPrefix(err.Error(), "json: unknown field") {
		field = errs.Field{Code: "unknown", Message: "there is a field that orders do not have"}
	}
	return Draft{}, errs.InvalidFields("order.invalid", []errs.Field{field})
}

// exact reports whether all names are written as orders write them. The decoder takes them in capital letters, too,
// so that an order could say paid_fen and PAID_FEN, which createOrder refuses.
func (r rawOrder) exact() bool {
	start, inString := 0, false
	for i := 0; i < len(r); i++ {
		switch {
		case inString && r[i] == '\\':
			i++
		case r[i] == '"':
			isName := inString && bytes.HasPrefix(bytes.TrimLeft(r[i+1:], " \t\r\n"), []byte(":"))
			if isName && len(bytes.Trim(r[start:i], "abcdefghijklmnopqrstuvwxyz_")) > 0 {
				return false
			}
			inString, start = !inString, i+1
		}
	}
	return true
}
