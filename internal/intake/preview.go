package intake

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/privacy"
)

// previewRows is how many rows of a file are shown before it is run.
const previewRows = 20

// Preview shows the first rows of a file as they stand, and as they will be understood.
type Preview struct {
	Rows  []PreviewRow  `json:"rows" doc:"The rows as they stand in the file."`
	Items []PreviewItem `json:"items" doc:"What they come to, with what is wrong with them."`
}

// PreviewRow is a row of the file.
type PreviewRow struct {
	Line  int      `json:"line"`
	Cells []string `json:"cells" doc:"Long cells are cut."`
}

// PreviewItem is an order, a refund, a customer or a product as it will be understood. People are masked.
type PreviewItem struct {
	Kind      string        `json:"kind" enum:"order,refund,customer,product,skipped,fault"`
	Line      int           `json:"line"`
	Number    string        `json:"number,omitempty" doc:"Order number or style code."`
	At        time.Time     `json:"at,omitzero"`
	Shop      string        `json:"shop,omitempty"`
	Channel   string        `json:"channel,omitempty"`
	Clerk     string        `json:"clerk,omitempty"`
	Name      string        `json:"name,omitempty" doc:"Of a customer, masked, or of a product."`
	Persons   []string      `json:"persons,omitempty" doc:"By what the customer is found, masked."`
	Gender    string        `json:"gender,omitempty"`
	Birthday  string        `json:"birthday,omitempty"`
	Tags      []string      `json:"tags,omitempty"`
	Category  string        `json:"category,omitempty"`
	Brand     string        `json:"brand,omitempty"`
	AmountFen int64         `json:"amount_fen,omitempty"`
	Lines     []PreviewLine `json:"lines,omitempty"`
	Faults    []Fault       `json:"faults,omitempty"`
}

// PreviewLine is a line of an order or refund, or a SKU of a product.
type PreviewLine struct {
	SKU          string `json:"sku"`
	Name         string `json:"name,omitempty"`
	Quantity     int64  `json:"quantity,omitempty"`
	UnitPriceFen int64  `json:"unit_price_fen,omitempty"`
	PaidFen      int64  `json:"paid_fen,omitempty"`
}

// Preview shows how an import will be understood. Errors: import.not_found, import.file_gone, and those
// of the file.
func (s *Service) Preview(ctx context.Context, tx *db.Tx, id ID) (Preview, error) {
	i, err := findImport(ctx, tx, id)
	if err != nil {
		return Preview{}, err
	}
	path, err := s.pathOf(i)
	if err != nil {
		return Preview{}, err
	}
	o, err := s.Staff.Organisation(ctx, tx)
	if err != nil {
		return Preview{}, err
	}
	rd, err := newReader(i, o.Zone)
	if err != nil {
		return Preview{}, err
	}
	rows, err := i.Layout.open(path)
	if err != nil {
		return Preview{}, err
	}
	p, err := rd.preview(rows)
	return p, errors.Join(err, rows.Close())
}

// preview reads the first rows, and goes on to the end of the order that the last of them is of.
func (r *reader) preview(rows rowReader) (Preview, error) {
	var p Preview
	var groups []group
	key := r.key()
	last := ""
	for n := 0; n < 10*previewRows; n++ {
		row, err := rows.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return p, err
		}
		raw := PreviewRow{Line: row.Line, Cells: make([]string, len(row.Cells))}
		for i, cell := range row.Cells {
			raw.Cells[i] = strings.ToValidUTF8(shorten(strings.ReplaceAll(cell, "\x00", "␀"), 100), "�")
		}
		k := key.of(&row, last)
		row.Cells = slices.Clone(row.Cells)
		same := k != "" && k == last
		if n >= previewRows && !same {
			break
		}
		if n < previewRows {
			p.Rows = append(p.Rows, raw)
		}
		if !same {
			groups = append(groups, group{key: k})
		}
		at := &groups[len(groups)-1]
		at.rows, last = append(at.rows, row), k
	}
	for _, g := range groups {
		p.Items = append(p.Items, r.items(g)...)
	}
	return p, nil
}

// items shows what a group comes to.
func (r *reader) items(g group) []PreviewItem {
	var b batch
	r.take(&b, g)
	switch r.kind {
	case Customers:
		return []PreviewItem{b.people[0].preview()}
	case Products:
		return []PreviewItem{b.goods[0].preview()}
	}
	return b.sales[0].preview()
}

func (s *sale) preview() []PreviewItem {
	base := PreviewItem{Line: s.line, Shop: s.shopName, Clerk: s.clerk, Faults: s.faults}
	if base.Shop == "" {
		base.Shop = s.shopCode
	}
	switch {
	case s.skipped:
		base.Kind = "skipped"
		return []PreviewItem{base}
	case len(s.faults) > 0:
		base.Kind = "fault"
		return []PreviewItem{base}
	}
	var items []PreviewItem
	if d := s.order; d != nil {
		item := base
		item.Kind, item.Number, item.At, item.Channel, item.Name = "order", d.OrderNo, d.PaidAt.UTC(), d.Channel, privacy.MaskName(d.CustomerName)
		item.Persons, item.Faults = maskPersons(d.Identities, s.line)
		for _, l := range d.Lines {
			if l.PaidFen == 0 && l.DiscountFen == 0 {
				l.PaidFen = max(l.Quantity*l.UnitPriceFen, 0)
			}
			item.Lines = append(item.Lines, PreviewLine{l.SKU, l.Name, l.Quantity, l.UnitPriceFen, l.PaidFen})
			item.AmountFen += l.PaidFen
		}
		item.AmountFen -= d.OrderDiscountFen
		items = append(items, item)
	}
	if d := s.refund; d != nil {
		item := base
		item.Kind, item.Number, item.At, item.Channel, item.AmountFen = "refund", d.RefundNo, d.At.UTC(), d.Channel, d.AmountFen
		item.Persons, item.Faults = maskPersons(d.Identities, s.line)
		for _, l := range d.Lines {
			item.Lines = append(item.Lines, PreviewLine{SKU: l.SKU, Name: l.Name, Quantity: l.Quantity, PaidFen: l.AmountFen})
		}
		items = append(items, item)
	}
	return items
}

func (p *personRow) preview() PreviewItem {
	d := p.draft
	item := PreviewItem{
		Kind: "customer", Line: p.line, At: d.CreatedAt.UTC(), Shop: p.place.shopName, Name: privacy.MaskName(d.Name), Gender: string(d.Gender),
		Birthday: maskBirthday(d.Birthday), Tags: d.Tags,
	}
	var faults []Fault
	item.Persons, faults = maskPersons(d.Identities, p.line)
	item.Faults = append(slices.Clone(p.faults), faults...)
	if item.Shop == "" {
		item.Shop = p.place.shopCode
	}
	if len(item.Faults) > 0 {
		item.Kind = "fault"
	}
	return item
}

func maskBirthday(d customer.DraftDate) string {
	if d.Month == 0 {
		return ""
	}
	two := func(n int) string { return string([]byte{'0' + byte(n/10%10), '0' + byte(n%10)}) }
	text := two(d.Month) + "-" + two(d.Day)
	if d.Calendar == customer.Lunar {
		text = "农历 " + text
	}
	return text
}

func (g *goods) preview() PreviewItem {
	item := PreviewItem{
		Kind: "product", Line: g.line, Number: g.draft.StyleCode, Name: g.draft.Name, Tags: g.draft.Styles, Category: g.draft.Category,
		Brand: g.draft.Brand, Faults: slices.Clone(g.faults),
	}
	if len(item.Faults) == 0 {
		if err := g.draft.Validate(); err != nil {
			item.Faults = goodsFaults(err, g)
		}
	}
	for _, k := range g.draft.SKUs {
		line := PreviewLine{SKU: k.Code, Name: strings.TrimSpace(k.Colour + " " + k.Size), UnitPriceFen: k.PriceFen}
		for _, stock := range g.stocks {
			if stock.sku == k.Code {
				line.Quantity += stock.quantity
			}
		}
		item.Lines = append(item.Lines, line)
	}
	if len(item.Faults) > 0 {
		item.Kind = "fault"
	}
	return item
}

// maskPersons shows by what a customer is found, and what is wrong with it.
func maskPersons(identities []customer.Identity, line int) (masked []string, faults []Fault) {
	for _, i := range identities {
		normal, err := i.Normalize()
		if err != nil {
			f := Fault{Line: line, Field: string(fieldOfIdentity[i.Kind]), Code: errs.CodeOf(err)}
			if e, ok := errors.AsType[*errs.Error](err); ok {
				f.Message = e.Message
			}
			faults = append(faults, f)
			continue
		}
		switch i.Kind {
		case customer.Phone:
			masked = append(masked, privacy.MaskPhone(normal.Value))
		case customer.Email:
			masked = append(masked, privacy.MaskEmail(normal.Value))
		case customer.ShopRef:
			masked = append(masked, normal.Value)
		default:
			masked = append(masked, privacy.MaskTail(normal.Value, 4))
		}
	}
	return masked, faults
}
