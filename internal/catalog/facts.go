package catalog

import (
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// Kinds of facts of this package.
const (
	ProductCreatedKind event.Kind = "product.created"
	StockArrivedKind   event.Kind = "stock.arrived"
)

// ProductCreated says that a product was entered. Stubs made by sales are not told.
type ProductCreated struct {
	ProductID ID      `json:"product_id"`
	StyleCode string  `json:"style_code"`
	Name      string  `json:"name"`
	Category  string  `json:"category"`
	LaunchOn  cal.Day `json:"launch_on,omitzero"`
}

// FactKind implements event.Fact.
func (ProductCreated) FactKind() event.Kind { return ProductCreatedKind }

// StockArrived says that a shop has a SKU again of which it had none.
type StockArrived struct {
	ProductID ID     `json:"product_id"`
	SKUID     SKUID  `json:"sku_id"`
	SKU       string `json:"sku"`
	Quantity  int64  `json:"quantity"`
}

// FactKind implements event.Fact.
func (StockArrived) FactKind() event.Kind { return StockArrivedKind }

// Register declares the facts of this package. It follows none.
func (s *Service) Register(l *event.Log) {
	l.Declare(
		event.Doc{Fact: ProductCreated{}, Text: "A product was entered."},
		event.Doc{Fact: StockArrived{}, Text: "A shop has a SKU again of which it had none."},
	)
}
