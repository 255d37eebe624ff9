package order

import (
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/staff"
)

// RefundState says whether a refund has had its effect.
type RefundState string

// States of a refund.
const (
	RefundApplied RefundState = "applied"
	RefundWaiting RefundState = "waiting" // Its order has not come yet.
)

// Refund is money or goods that went back.
type Refund struct {
	ID          RefundID     `json:"id"`
	Source      string       `json:"source"`
	RefundNo    string       `json:"refund_no"`
	OrderID     ID           `json:"order_id,omitzero" doc:"Absent while the order has not come, or if the source named none."`
	OrderSource string       `json:"order_source,omitempty"`
	OrderNo     string       `json:"order_no,omitempty"`
	CustomerID  customer.ID  `json:"customer_id,omitzero"`
	ShopID      staff.ShopID `json:"shop_id,omitzero"`
	Channel     string       `json:"channel"`
	ClerkID     staff.ID     `json:"clerk_id,omitzero"`
	RefundedAt  time.Time    `json:"refunded_at"`
	OccurredAt  time.Time    `json:"occurred_at,omitzero" doc:"What the device said, when its clock was out of bounds; refunded_at is put right."`
	ReceivedAt  time.Time    `json:"received_at"`
	On          cal.Day      `json:"on" doc:"The business day of the shop."`
	AmountFen   int64        `json:"amount_fen" doc:"What counts against the sale; never more than was paid."`
	ExcessFen   int64        `json:"excess_fen" doc:"What was given back beyond the sale."`
	Units       int64        `json:"units"`
	State       RefundState  `json:"state" enum:"applied,waiting"`
	ReasonCode  string       `json:"reason_code,omitempty"`
	History     bool         `json:"history"`
	Lines       []RefundLine `json:"lines,omitempty"`

	askedFen int64 // askedFen is the amount that the source gave; 0 leaves it to the rule.
}

// RefundLine is a line of a refund: of which line of the order, how much.
type RefundLine struct {
	OrderLineID LineID `json:"order_line_id,omitzero" readOnly:"true"`
	LineNo      int64  `json:"line_no,omitempty" doc:"The line of the order, from 1; without it the lines with the SKU are taken in turn."`
	SKU         string `json:"sku,omitempty"`
	Name        string `json:"name,omitempty"`
	Quantity    int64  `json:"quantity" doc:"How many pieces came back; 0 if only money did."`
	AmountFen   int64  `json:"amount_fen,omitempty" doc:"What was given back; without it, what the pieces were paid with."`
	ReasonCode  string `json:"reason_code,omitempty" doc:"Why, if not for the reason of the refund."`

	askedQuantity, askedFen int64 // What the source asked for; 0 and 0 if the line follows from another, or from the whole.
}

// RefundDraft is a refund as its source tells it. Without lines and amount it is all that is left of
// the order.
type RefundDraft struct {
	Source      string
	RefundNo    string // RefundNo is unique within its source, for ever.
	OrderSource string // OrderSource defaults to Source.
	OrderNo     string // OrderNo is empty if the source does not say of which order.
	At          time.Time
	ShopID      staff.ShopID // ShopID defaults to the shop of the order.
	ShopCode    string
	Channel     string // Channel defaults to that of the order.
	Clerk       staff.ID
	Lines       []RefundLine
	AmountFen   int64 // AmountFen is what was given back in all.
	ReasonCode  string
	CustomerID  customer.ID // CustomerID and Identities say whose it is if there is no order.
	Identities  []customer.Identity
	ImportID    int64
}

// settle checks a draft; the faults are reported all together (refund.invalid). In history a refund of
// nothing is let through: files have such rows.
func (d RefundDraft) settle(t terms) (RefundDraft, error) {
	for _, text := range []*string{&d.Source, &d.RefundNo, &d.OrderSource, &d.OrderNo, &d.Channel, &d.ShopCode, &d.ReasonCode} {
		*text = strings.TrimSpace(*text)
	}
	if d.OrderSource == "" && d.OrderNo != "" {
		d.OrderSource = d.Source
	}
	if d.Channel == "" && d.OrderNo == "" {
		d.Channel = "store"
	}
	f := faults{terms: t}
	f.text("source", d.Source, 1, maxSource)
	f.text("refund_no", d.RefundNo, 1, maxNumber)
	f.text("order_source", d.OrderSource, 0, maxSource)
	f.text("order_no", d.OrderNo, 0, maxNumber)
	f.text("channel", d.Channel, 0, maxCode)
	f.text("shop_code", d.ShopCode, 0, maxCode)
	f.time("refunded_at", d.At)
	f.money("amount_fen", d.AmountFen)
	f.reason("reason_code", d.ReasonCode)
	d.Identities = f.person(d.Identities, d.CustomerID)
	f.check("lines", len(d.Lines) <= MaxLines, "too_many", "a refund has at most 5000 lines")
	if len(d.Lines) <= MaxLines {
		f.refundLines(&d)
	}
	if d.OrderNo == "" && d.AmountFen == 0 && !t.history {
		f.check("amount_fen", false, "required", "without an order the amount must be given")
	}
	return d, errs.InvalidFields("refund.invalid", f.fields)
}

// refundLines checks the lines, and that their amounts add up to that of the refund: either all have
// one, or the amount of the refund is spread over them.
func (f *faults) refundLines(d *RefundDraft) {
	lines := make([]RefundLine, len(d.Lines))
	var sum int64
	given := 0
	for i, l := range d.Lines {
		f.line = i + 1
		l.SKU, l.Name, l.ReasonCode, l.OrderLineID = strings.TrimSpace(l.SKU), strings.TrimSpace(l.Name), strings.TrimSpace(l.ReasonCode), LineID{}
		f.text("sku", l.SKU, 0, maxCode)
		f.text("name", l.Name, 0, maxName)
		f.check("sku", l.SKU != "" || l.LineNo > 0 && d.OrderNo != "", "required", "name the SKU or the line")
		f.check("line_no", l.LineNo >= 0 && l.LineNo <= MaxLines, "out_of_range", "must be a line of the order, from 1")
		f.check("quantity", l.Quantity >= 0 && l.Quantity <= MaxQuantity, "out_of_range", "must be between 0 and 1000000")
		f.check("quantity", l.Quantity != 0 || l.AmountFen != 0, "required", "must not be 0 if there is no amount either")
		f.money("amount_fen", l.AmountFen)
		f.reason("reason_code", l.ReasonCode)
		if l.AmountFen > 0 {
			given++
			sum += l.AmountFen
		}
		lines[i] = l
	}
	d.Lines, f.line = lines, 0
	if len(f.fields) > 0 || given == 0 {
		return
	}
	f.check("amount_fen", sum <= MaxFen, "out_of_range", "the lines add up to too much")
	f.check("amount_fen", d.AmountFen == 0 || d.AmountFen == sum, "sum", "is not the sum of the lines")
	if given == len(lines) || d.OrderNo == "" {
		d.AmountFen = sum
	}
}

func (f *faults) reason(path, code string) {
	f.check(path, code == "" || f.reasons[code], "unknown", "there is no such reason")
}

// hash returns the hash of what a settled draft says, in the buffer of the digest.
func (d *RefundDraft) hash(keys *privacy.Keys, into *digest) int64 {
	into.bytes = into.bytes[:0]
	into.time(d.At)
	into.text(d.OrderSource, d.OrderNo, d.Channel, d.ReasonCode)
	into.number(d.ShopID.Int64(), d.Clerk.Int64(), d.AmountFen)
	into.person(d.CustomerID, d.Identities)
	into.lines(len(d.Lines), func(i int) {
		l := &d.Lines[i]
		into.text(l.SKU, l.Name, l.ReasonCode)
		into.number(l.LineNo, l.Quantity, l.AmountFen)
	})
	return into.hash(keys, "refund_content")
}
