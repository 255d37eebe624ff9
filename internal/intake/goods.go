package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
)

// goods is what the rows of one style come to: a product with its SKUs, and what the shops have of them.
type goods struct {
	rows   int
	line   int
	draft  catalog.Draft
	lines  []int // lines are the lines of the SKUs.
	stocks []stockRow
	faults []Fault
}

// stockRow is what a shop has of a SKU.
type stockRow struct {
	line     int
	sku      string
	quantity int64
	place    place
}

var (
	errStock    = &problem{"stock.out_of_range", "the stock is a whole number from 0 to 1000000"}
	errNegative = &problem{"number.negative", "this must not be less than 0"}
)

// goods makes a product of the rows of a style.
func (r *reader) goods(g group) goods {
	out := goods{rows: len(g.rows) + g.over, line: g.rows[0].Line}
	if len(g.rows) > order.MaxLines {
		out.faults = []Fault{errTooMany.at(out.line, StyleCode)}
		return out
	}
	for _, row := range g.rows {
		if row.Fault != nil {
			out.faults = append(out.faults, *row.Fault)
			continue
		}
		s := sale{}
		h := heading{saleReader: &r.sales, out: &s}
		h.readPlace(row)
		h.style(row, &out.draft)
		sku := h.sku(row, &out)
		if n, given := h.amount(row, Stock); given {
			if !n.whole() || n < 0 || n/one > catalog.MaxQuantity {
				h.fault(errStock, row.Line, Stock)
			}
			out.stocks = append(out.stocks, stockRow{row.Line, sku, int64(n / one), s.place})
		}
		out.faults = append(out.faults, s.faults...)
	}
	return out
}

// style takes what a row says of the whole style. What it leaves empty, other rows may say.
func (h *heading) style(row Row, d *catalog.Draft) {
	take := func(to *string, text string) {
		if *to == "" {
			*to = text
		}
	}
	take(&d.StyleCode, h.identifier(row, StyleCode))
	take(&d.Name, h.word(row, ProductName, 200))
	take(&d.Brand, h.word(row, Brand, 200))
	take(&d.Category, h.category(row))
	take(&d.Scene, h.word(row, Scene, 64))
	if len(d.Styles) == 0 {
		d.Styles = tagsOf(h.text(row, Styles))
	}
	if text := h.word(row, LaunchOn, 64); text != "" && d.LaunchOn.IsZero() {
		on, p := h.when.on(text)
		if p != nil {
			h.fault(p, row.Line, LaunchOn)
		}
		d.LaunchOn = on
	}
}

// sku takes the SKU of a row and returns its code. Rows that name it again, for other shops, add nothing.
func (h *heading) sku(row Row, out *goods) string {
	k := catalog.SKUDraft{
		Code: h.identifier(row, SKUCode), Colour: h.word(row, Colour, 64), Size: h.identifier(row, Size), PriceFen: h.fen(row, Price),
	}
	if h.columns.raw(row, Cost) != "" {
		k.CostFen = new(h.fen(row, Cost))
	}
	d := &out.draft
	if d.StyleCode == "" {
		d.StyleCode = k.Code
	}
	if d.StyleCode == "" {
		h.fault(errRequired, row.Line, StyleCode)
	}
	if k.Code == "" {
		k.Code = skuOfStyle(d.StyleCode, k.Colour, k.Size)
	}
	if !slices.ContainsFunc(d.SKUs, func(o catalog.SKUDraft) bool { return o.Code == k.Code }) {
		d.SKUs, out.lines = append(d.SKUs, k), append(out.lines, row.Line)
	}
	return k.Code
}

// skuOfStyle gives the SKU of a file that has none a code: the style, with colour and size if it has them.
func skuOfStyle(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return shorten(strings.Join(kept, "-"), 64)
}

func (h *heading) fen(row Row, f Field) int64 {
	d, _ := h.amount(row, f)
	if d < 0 {
		h.fault(errNegative, row.Line, f)
	}
	return d.fen()
}

// category puts the levels together; each may stand in a column of its own, or all in one with > or /.
func (h *heading) category(row Row) string {
	var parts []string
	for _, f := range []Field{Category, Category2, Category3} {
		for _, part := range strings.FieldsFunc(h.word(row, f, 200), func(r rune) bool { return strings.ContainsRune(">＞/\\|》", r) }) {
			if part = trim(part); part != "" {
				parts = append(parts, part)
			}
		}
	}
	return strings.Join(parts, "/")
}

// writeGoods saves the products of a batch, and what the shops have of them.
func (r *run) writeGoods(ctx context.Context, tx *db.Tx, all []goods) (result, error) {
	var res result
	var drafts []catalog.Draft
	var of []*goods
	for i := range all {
		g := &all[i]
		res.counts.Rows += int64(g.rows)
		res.faults = append(res.faults, g.faults...)
		if len(g.faults) == 0 {
			g.draft.ImportID = r.imp.ID.Int64()
			drafts, of = append(drafts, g.draft), append(of, g)
		}
	}
	saved, err := r.Catalog.SaveMany(ctx, tx, drafts)
	if err != nil {
		return res, fmt.Errorf("save products: %w", err)
	}
	var stocks []catalog.StockDraft
	for i, s := range saved {
		switch {
		case s.Err != nil:
			res.faults = append(res.faults, goodsFaults(s.Err, of[i])...)
			continue
		case s.Created:
			res.counts.Products++
		case s.Unchanged:
			res.counts.Unchanged++
		default:
			res.counts.Updated++
		}
		for _, k := range of[i].stocks {
			shop, p, err := r.shop(ctx, tx, k.place)
			if err != nil {
				return res, err
			}
			if p != nil {
				res.faults = append(res.faults, p.at(k.line, ShopCode))
				continue
			}
			stocks = append(stocks, catalog.StockDraft{ShopID: shop, SKU: k.sku, Quantity: k.quantity})
		}
	}
	if len(stocks) > 0 {
		if err := r.Catalog.SetStocks(ctx, tx, stocks); err != nil {
			return res, fmt.Errorf("set stocks: %w", err)
		}
	}
	res.counts.Errors = int64(len(res.faults))
	return res, nil
}

// goodsFields are the names of fields in the faults of package catalog.
var goodsFields = map[string]Field{"name": ProductName, "code": SKUCode, "price_fen": Price, "cost_fen": Cost}

func goodsFaults(err error, g *goods) []Fault {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || len(e.Fields) == 0 {
		return []Fault{{Line: g.line, Code: errs.CodeOf(err), Message: "this could not be recorded"}}
	}
	faults := make([]Fault, len(e.Fields))
	for i, f := range e.Fields {
		line, field := g.line, f.Path
		if index, rest, ok := indexed(f.Path, "skus["); ok && index < len(g.lines) {
			line, field = g.lines[index], strings.TrimPrefix(rest, ".")
		}
		if name, ok := goodsFields[field]; ok {
			field = string(name)
		}
		faults[i] = Fault{Line: line, Field: field, Code: f.Code, Message: f.Message}
	}
	return faults
}
