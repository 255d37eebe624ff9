package intake

import (
	"fmt"
	"slices"
	"time"
)

// reader makes what is taken of the groups of a file of its kind.
type reader struct {
	kind    Kind
	columns columns
	options Options
	sales   saleReader
}

func newReader(i Import, shop *time.Location) (reader, error) {
	r := reader{kind: i.Kind, columns: columnsOf(i.Mapping), options: i.Mapping.Options}
	zone, err := r.options.zone(shop)
	if err != nil {
		return r, fmt.Errorf("load zone of import: %w", err)
	}
	r.sales = saleReader{columns: r.columns, options: r.options, when: moments{zone: zone, order: r.options.DateOrder, date1904: i.Layout.Date1904}}
	return r, nil
}

// key returns how rows belong together: those of one order number, and those of one style.
func (r *reader) key() keyer {
	f := OrderNo
	switch {
	case r.kind == Customers:
		return nil
	case r.kind == Products && r.columns[StyleCode] > 0:
		f = StyleCode
	case r.kind == Products:
		f = SKUCode
	}
	var above []string
	down := r.headColumns()
	return func(row *Row) string {
		if r.options.FillDown && r.kind == Orders && row.Fault == nil {
			above = fillDown(row, above, r.columns[OrderNo]-1, down)
		}
		text, p := cleanCell(r.columns.raw(*row, f))
		if p == nil {
			text, p = identifier(text)
		}
		if p != nil {
			return ""
		}
		return text
	}
}

// headFields are those that an order has once, and that files with merged cells give in its first row.
var headFields = []Field{
	OrderNo, OriginalOrderNo, DocumentType, OrderStatus, PaidAt, PaidOn, PaidTime, OrderDiscount, OrderPaid, ShopCode, ShopName, Channel, Clerk,
	CustomerName, Phone, CustomerRef, Card, Email,
}

func (r *reader) headColumns() []int {
	var at []int
	for _, f := range headFields {
		if r.columns[f] > 0 {
			at = append(at, r.columns[f]-1)
		}
	}
	return at
}

// fillDown completes a row without an order number from the one above, and returns what is above the next.
func fillDown(row *Row, above []string, number int, down []int) []string {
	if number < len(row.Cells) && trim(row.Cells[number]) != "" || above == nil {
		return append(above[:0], row.Cells...)
	}
	cells := slices.Clone(row.Cells)
	for len(cells) < len(above) {
		cells = append(cells, "")
	}
	for _, at := range down {
		if at < len(above) && trim(cells[at]) == "" {
			cells[at] = above[at]
		}
	}
	row.Cells = cells
	return above
}

// take adds a group to the batch.
func (r *reader) take(b *batch, g group) {
	switch r.kind {
	case Customers:
		b.people = append(b.people, r.person(g.rows[0]))
	case Products:
		b.goods = append(b.goods, r.goods(g))
	default:
		b.sales = append(b.sales, r.sales.read(g))
	}
}
