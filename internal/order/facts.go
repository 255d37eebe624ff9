package order

import (
	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Kinds of facts of this package.
const (
	PaidKind          event.Kind = "order.paid"
	RefundedKind      event.Kind = "order.refunded"
	EditedKind        event.Kind = "order.edited"
	ClaimedKind       event.Kind = "order.claimed"
	RemovedKind       event.Kind = "order.removed"
	RefundRemovedKind event.Kind = "refund.removed"
	ParkedKind        event.Kind = "refund.parked"
	OverdueKind       event.Kind = "refund.overdue"
	ExceededKind      event.Kind = "refund.exceeded"
)

type (
	// Paid says that something was sold. An order of 0 fen is kept but is no purchase.
	Paid struct {
		OrderID    ID      `json:"order_id"`
		Source     string  `json:"source"`
		OrderNo    string  `json:"order_no"`
		Channel    string  `json:"channel"`
		On         cal.Day `json:"on"`
		PaidFen    int64   `json:"paid_fen"`
		Units      int64   `json:"units"`
		LineCount  int64   `json:"line_count"`
		ExchangeOf string  `json:"exchange_of,omitempty"`
	}
	// Edited says that a later version of an order replaces the one before, with the figures that hold now and
	// those that no longer do. What follows from their difference is an entry of its own: nothing is rewritten.
	Edited struct {
		OrderID   ID      `json:"order_id"`
		Source    string  `json:"source"`
		OrderNo   string  `json:"order_no"`
		Version   int64   `json:"version"`
		Channel   string  `json:"channel"`
		On        cal.Day `json:"on"`
		PaidFen   int64   `json:"paid_fen"`
		Units     int64   `json:"units"`
		LineCount int64   `json:"line_count"`
		Was       Was     `json:"was"`
	}
	// Was is what an order said before it was edited.
	Was struct {
		Version int64        `json:"version"`
		ShopID  staff.ShopID `json:"shop_id"`
		Channel string       `json:"channel"`
		On      cal.Day      `json:"on"`
		PaidFen int64        `json:"paid_fen"`
		Units   int64        `json:"units"`
		Lines   []WasLine    `json:"lines"`
	}
	// WasLine is a line that an order had.
	WasLine struct {
		SKUID    catalog.SKUID `json:"sku_id"`
		Quantity int64         `json:"quantity"`
		PaidFen  int64         `json:"paid_fen"`
	}
	// Refunded says that money or goods went back. Without an order it was told of no order.
	Refunded struct {
		RefundID RefundID `json:"refund_id"`
		OrderID  ID       `json:"order_id,omitzero"`
		On       cal.Day  `json:"on"`
		OrderOn  cal.Day  `json:"order_on,omitzero"`
		// AmountFen is what counts against the sale; more than the sale never does.
		AmountFen  int64  `json:"amount_fen"`
		Units      int64  `json:"units"`
		ReasonCode string `json:"reason_code,omitempty"`
		Channel    string `json:"channel"`
	}
	// Exceeded says that more was given back than the order has left: a discrepancy to look into.
	Exceeded struct {
		RefundID    RefundID `json:"refund_id"`
		OrderID     ID       `json:"order_id"`
		ExcessFen   int64    `json:"excess_fen"`
		ExcessUnits int64    `json:"excess_units"`
	}
	// Parked says that a refund waits for its order, and has no effect until then.
	Parked struct {
		RefundID RefundID `json:"refund_id"`
		Source   string   `json:"source"`
		OrderNo  string   `json:"order_no"`
	}
	// Overdue says that a refund has waited for its order for a day: the order may have been lost.
	Overdue struct {
		RefundID RefundID `json:"refund_id"`
		Source   string   `json:"source"`
		OrderNo  string   `json:"order_no"`
	}
	// Claimed says that an anonymous order, with its refunds, found its customer.
	Claimed struct {
		OrderID       ID      `json:"order_id"`
		On            cal.Day `json:"on"`
		PaidFen       int64   `json:"paid_fen"`
		Units         int64   `json:"units"`
		RefundedFen   int64   `json:"refunded_fen"`
		RefundedUnits int64   `json:"refunded_units"`
		Channel       string  `json:"channel"`
	}
	// Removed says that an order is gone with the import that brought it. Its refunds went before it.
	Removed struct {
		OrderID   ID      `json:"order_id"`
		On        cal.Day `json:"on"`
		PaidFen   int64   `json:"paid_fen"`
		Units     int64   `json:"units"`
		LineCount int64   `json:"line_count"`
		Channel   string  `json:"channel"`
	}
	// RefundRemoved says that a refund has no longer the effect it had: it is gone with the import that
	// brought it, its order is and it waits again, or it is told anew because an earlier one came late.
	RefundRemoved struct {
		RefundID  RefundID `json:"refund_id"`
		OrderID   ID       `json:"order_id,omitzero"`
		On        cal.Day  `json:"on"`
		OrderOn   cal.Day  `json:"order_on,omitzero"`
		AmountFen int64    `json:"amount_fen"`
		Units     int64    `json:"units"`
		Channel   string   `json:"channel"`
	}
)

// FactKind implements event.Fact.
func (Paid) FactKind() event.Kind { return PaidKind }

// FactKind implements event.Fact.
func (Edited) FactKind() event.Kind { return EditedKind }

// FactKind implements event.Fact.
func (Refunded) FactKind() event.Kind { return RefundedKind }

// FactKind implements event.Fact.
func (Exceeded) FactKind() event.Kind { return ExceededKind }

// FactKind implements event.Fact.
func (Parked) FactKind() event.Kind { return ParkedKind }

// FactKind implements event.Fact.
func (Overdue) FactKind() event.Kind { return OverdueKind }

// FactKind implements event.Fact.
func (Claimed) FactKind() event.Kind { return ClaimedKind }

// FactKind implements event.Fact.
func (Removed) FactKind() event.Kind { return RemovedKind }

// FactKind implements event.Fact.
func (RefundRemoved) FactKind() event.Kind { return RefundRemovedKind }

// Register declares the facts of this package and has orders follow their customers through merges.
func (s *Service) Register(l *event.Log) {
	l.Declare(
		event.Doc{Fact: Paid{}, Text: "Something was sold."},
		event.Doc{Fact: Edited{}, Text: "A later version of an order replaced the one before, whose figures it tells, too."},
		event.Doc{Fact: Refunded{}, Text: "Money or goods went back."},
		event.Doc{Fact: Exceeded{}, Text: "More was given back than the order has left."},
		event.Doc{Fact: Parked{}, Text: "A refund waits for its order."},
		event.Doc{Fact: Overdue{}, Text: "A refund has waited for its order for a day."},
		event.Doc{Fact: Claimed{}, Text: "An anonymous order found its customer."},
		event.Doc{Fact: Removed{}, Text: "An order is gone with the import that brought it."},
		event.Doc{Fact: RefundRemoved{}, Text: "A refund has no longer the effect it had."},
	)
	l.Apply("order", s.moveOrders, "customer.merged", "customer.unmerged")
}
