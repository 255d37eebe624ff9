// Package order keeps what was sold and what came back: orders with their lines from every source,
// each once whatever is sent again, later versions that edit them, anonymous ones that can be claimed
// later, refunds and exchanges by line with a reason, also when they arrive before their order.
//
// What has happened outside is never refused for not fitting: a refund beyond the sale is kept with
// its excess told. What orders say of a customer (frequency, stages, tiers) is derived by others from
// the facts of this package.
package order

import (
	"time"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// ID names an order.
type ID = id.ID[orderKind]

// LineID names a line of an order; it is unique together with the order.
type LineID = id.ID[lineKind]

// RefundID names a refund.
type RefundID = id.ID[refundKind]

type (
	orderKind  struct{}
	lineKind   struct{}
	refundKind struct{}
)

func (orderKind) Prefix() string  { return "ord" }
func (lineKind) Prefix() string   { return "orl" }
func (refundKind) Prefix() string { return "rfd" }

// Limits of one order, refund or call.
const (
	MaxLines    = 5_000             // MaxLines bounds the lines of one order or refund.
	MaxQuantity = 1_000_000         // MaxQuantity bounds the pieces of one line.
	MaxFen      = 1_000_000_000_000 // MaxFen bounds an amount: ten thousand million yuan.
	MaxBatch    = 1_000             // MaxBatch bounds the orders of one call of the API.
	MaxVersion  = 1<<53 - 1         // MaxVersion bounds a version: a time in milliseconds will do, and JavaScript counts so far.

	maxSource, maxNumber, maxCode, maxName = 64, 128, 64, 200
)

// Skew that the clock of a device may have; what is beyond is put right and the order says so.
const (
	maxBehind = 7 * 24 * time.Hour
	maxAhead  = 10 * time.Minute
)

// Service is the way to orders and refunds. Its methods work in the caller's transaction.
type Service struct {
	Log       *event.Log
	Customers *customer.Service
	Catalog   *catalog.Service
	Staff     *staff.Service
}

// State of an order. Orders are recorded once they are paid.
type State string

// States of an order.
const (
	StatePaid           State = "paid"
	StatePartlyRefunded State = "partly_refunded"
	StateRefunded       State = "refunded"
)

// Order is a sale.
type Order struct {
	ID            ID           `json:"id"`
	Source        string       `json:"source"`
	OrderNo       string       `json:"order_no"`
	Version       int64        `json:"version" doc:"Rises when the source edits the order."`
	CustomerID    customer.ID  `json:"customer_id,omitzero" doc:"Absent while the order is anonymous."`
	ShopID        staff.ShopID `json:"shop_id"`
	Channel       string       `json:"channel"`
	ClerkID       staff.ID     `json:"clerk_id,omitzero"`
	AdviserID     staff.ID     `json:"adviser_id,omitzero"`
	PaidAt        time.Time    `json:"paid_at"`
	OccurredAt    time.Time    `json:"occurred_at,omitzero" doc:"What the device said, when its clock was out of bounds; paid_at is put right."`
	ReceivedAt    time.Time    `json:"received_at"`
	On            cal.Day      `json:"on" doc:"The business day of the shop."`
	PaidFen       int64        `json:"paid_fen"`
	DiscountFen   int64        `json:"discount_fen"`
	Units         int64        `json:"units" doc:"Pieces that were paid for."`
	LineCount     int64        `json:"line_count"`
	RefundedFen   int64        `json:"refunded_fen"`
	RefundedUnits int64        `json:"refunded_units"`
	State         State        `json:"state" enum:"paid,partly_refunded,refunded"`
	ExchangeOf    string       `json:"exchange_of,omitempty" doc:"The refund_no that this sale replaces."`
	History       bool         `json:"history" doc:"Was imported as history, and started nothing."`
	Lines         []Line       `json:"lines,omitempty"`

	hash int64 // hash is of what its source said.
}

// Line is a line of an order.
type Line struct {
	ID               LineID        `json:"id"`
	SKUID            catalog.SKUID `json:"sku_id"`
	SKU              string        `json:"sku"`
	Name             string        `json:"name"`
	Quantity         int64         `json:"quantity"`
	UnitPriceFen     int64         `json:"unit_price_fen"`
	DiscountFen      int64         `json:"discount_fen"`
	PaidFen          int64         `json:"paid_fen"`
	RefundedQuantity int64         `json:"refunded_quantity"`
	RefundedFen      int64         `json:"refunded_fen"`
}

// setState derives the state from the amounts.
func (o *Order) setState() {
	all := o.RefundedFen >= o.PaidFen
	switch {
	case o.RefundedFen == 0 && o.RefundedUnits == 0:
		o.State = StatePaid
	case all && (o.PaidFen > 0 || o.RefundedUnits >= o.Units):
		o.State = StateRefunded
	default:
		o.State = StatePartlyRefunded
	}
}
