package intake

import (
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/order"
)

// sale is what the rows of one order number come to: an order, a refund, or both where goods were taken
// back at the till with a sale. Who and where are still as the file names them.
type sale struct {
	rows    int
	line    int // line is the first of its lines.
	order   *order.Draft
	refund  *order.RefundDraft
	lines   []int // lines are the lines of the file of the lines of the order, in turn.
	skipped bool  // skipped says that it was never paid.
	faults  []Fault
	place

	customer customer.ID // customer is whose it was found to be.
}

// place is where and by whom a sale was made.
type place struct{ shopCode, shopName, clerk string }

// saleReader makes sales of rows.
type saleReader struct {
	columns columns
	options Options
	when    moments
}

// columns tells in which column a field is, from 1; 0 if in none.
type columns map[Field]int

func columnsOf(m Mapping) columns {
	c := columns{}
	for i, column := range m.Columns {
		if column.Field != Ignored {
			c[column.Field] = i + 1
		}
	}
	return c
}

// raw returns the cell of a field as it stands in the file.
func (c columns) raw(row Row, f Field) string {
	if at := c[f]; at > 0 && at <= len(row.Cells) {
		return row.Cells[at-1]
	}
	return ""
}

// saleLine is a row of a sale.
type saleLine struct {
	line              int
	at                time.Time
	sku, name         string
	quantity          decimal
	price             decimal
	discount, paid    decimal
	hasPrice, hasPaid bool
	orderPaid         decimal
	orderDiscount     decimal
	hasOrderPaid      bool
}

var (
	errRequired = &problem{"required", "this must not be empty"}
	errReused   = &problem{"order_no.reused", "rows with this number are of different shops or days: choose a column that is unique for each sale"}
	errPeople   = &problem{"order_no.people", "rows with this number name different customers"}
	errAmounts  = &problem{"order_paid.differs", "rows of one order name different totals: if the column is the amount of a line, map it as such"}
	errTooMany  = &problem{"order_no.too_many_rows", "an order has at most 5000 lines"}
)

// read makes a sale of a group of rows. With a fault in any of them nothing of it is taken: half an order
// would be a wrong one.
func (s *saleReader) read(g group) sale {
	out := sale{rows: len(g.rows) + g.over, line: g.rows[0].Line}
	if len(g.rows) > order.MaxLines {
		out.faults = append(out.faults, errTooMany.at(out.line, OrderNo))
		return out
	}
	lines := make([]saleLine, 0, len(g.rows))
	head := heading{saleReader: s, out: &out}
	for _, row := range g.rows {
		if row.Fault != nil {
			out.faults = append(out.faults, *row.Fault)
			continue
		}
		head.read(row)
		lines = append(lines, head.lineOf(row))
	}
	if head.closed {
		return sale{rows: out.rows, line: out.line, skipped: true}
	}
	if len(out.faults) == 0 {
		head.settle(lines)
	}
	return out
}

// heading collects what the rows of a sale have in common.
type heading struct {
	*saleReader
	out  *sale
	seen bool

	number, original, channel, reason string
	identities                        []customer.Identity
	name                              string
	rawPerson                         [5]string // rawPerson are the cells that name the customer.
	rawPlace                          [3]string
	returned, refunded, closed        bool
}

func (h *heading) fault(p *problem, line int, f Field) {
	h.out.faults = append(h.out.faults, p.at(line, f))
}

// text returns the clean cell of a field, and notes what is wrong with it.
func (h *heading) text(row Row, f Field) string {
	raw := h.columns.raw(row, f)
	if raw == "" {
		return ""
	}
	text, p := cleanCell(raw)
	if p != nil {
		h.fault(p, row.Line, f)
	}
	return text
}

// word is text for what stands on one line, and is nothing if it is a stopgap such as "-".
func (h *heading) word(row Row, f Field, limit int) string {
	text := h.text(row, f)
	if stopgaps[strings.ToLower(text)] {
		return ""
	}
	return shorten(oneLine(text), limit)
}

// stopgaps stand in cells where nothing is known.
var stopgaps = map[string]bool{
	"-": true, "--": true, "/": true, "无": true, "未知": true, "暂无": true, "空": true, "null": true, "nan": true, "none": true, "n/a": true, "na": true,
	"散客": true, "匿名": true, "匿名用户": true, "非会员": true, "undefined": true, "unknown": true, "anonymous": true,
}

// number reads an identifier.
func (h *heading) identifier(row Row, f Field) string {
	text, p := identifier(h.word(row, f, 1000))
	if p != nil {
		h.fault(p, row.Line, f)
	}
	return text
}

var personFields = [5]Field{Phone, CustomerRef, Card, Email, CustomerName}
var placeFields = [3]Field{ShopCode, ShopName, Clerk}

// read takes what a row says of the whole sale. What it leaves empty, other rows may say.
func (h *heading) read(row Row) {
	first := !h.seen
	h.seen = true
	if first {
		h.number = h.identifier(row, OrderNo)
		if h.number == "" && len(h.out.faults) == 0 {
			h.fault(errRequired, row.Line, OrderNo)
		}
	}
	h.readPerson(row)
	h.readPlace(row)
	if h.original == "" {
		h.original = h.identifier(row, OriginalOrderNo)
	}
	if h.channel == "" {
		h.channel = h.word(row, Channel, 64)
	}
	if h.reason == "" {
		h.reason = h.word(row, RefundReason, 64)
	}
	h.returned = h.returned || holdsAny(strings.ToLower(h.text(row, DocumentType)), returnWords)
	switch status := strings.ToLower(h.text(row, OrderStatus)); {
	case status == "":
	case status == "refunded" || holdsAny(status, refundedWords):
		h.refunded = true
	case holdsAny(status, closedWords):
		h.closed = true
	}
}

var (
	closedWords   = []string{"关闭", "取消", "待付款", "未付款", "待支付", "未支付", "作废", "挂单", "closed", "cancelled", "canceled", "unpaid", "pending payment", "voided", "expired"}
	refundedWords = []string{"已退款", "全额退款", "退款成功", "退款完成"}
	returnWords   = []string{"退", "return", "refund", "credit note", "cancellation"}
)

func holdsAny(text string, words []string) bool {
	for _, w := range words {
		if text != "" && strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// readPerson takes the customer. Rows that name her in other cells than before must not differ.
func (h *heading) readPerson(row Row) {
	for i, f := range personFields {
		raw := h.columns.raw(row, f)
		if raw == "" || raw == h.rawPerson[i] {
			continue
		}
		if h.rawPerson[i] != "" {
			if f != CustomerName && !h.samePerson(row, f) {
				h.fault(errPeople, row.Line, f)
			}
			continue
		}
		h.rawPerson[i] = strings.Clone(raw)
		if f == CustomerName {
			h.name = h.word(row, f, 100)
			continue
		}
		if identity, ok := h.identity(row, f); ok {
			h.identities = append(h.identities, identity)
		}
	}
}

func (h *heading) samePerson(row Row, f Field) bool {
	identity, ok := h.identity(row, f)
	if !ok {
		return true
	}
	for _, known := range h.identities {
		if known.Kind == identity.Kind {
			return known == identity
		}
	}
	h.identities = append(h.identities, identity)
	return true
}

// identity reads a cell by which a customer is found. A phone number whose digits the source has hidden
// finds nobody, and is passed over; the sale is taken all the same.
func (h *heading) identity(row Row, f Field) (customer.Identity, bool) {
	text := h.identifier(row, f)
	if text == "" || text == "0" || f == Phone && masked(text) {
		return customer.Identity{}, false
	}
	switch f {
	case Phone:
		return customer.Identity{Kind: customer.Phone, Value: text}, true
	case Card:
		return customer.Identity{Kind: customer.Card, Value: text}, true
	case Email:
		return customer.Identity{Kind: customer.Email, Value: text}, !masked(text)
	default:
		return customer.Identity{Kind: customer.ShopRef, Space: h.options.Source, Value: text}, true
	}
}

func masked(text string) bool {
	return strings.Contains(text, "**") || strings.Contains(text, "••")
}

// readPlace takes shop and clerk; one number in two shops is two sales.
func (h *heading) readPlace(row Row) {
	for i, f := range placeFields {
		raw := h.columns.raw(row, f)
		if raw == "" || raw == h.rawPlace[i] {
			continue
		}
		if h.rawPlace[i] != "" {
			if f != Clerk {
				h.fault(errReused, row.Line, f)
			}
			continue
		}
		h.rawPlace[i] = strings.Clone(raw)
		switch f {
		case ShopCode:
			h.out.shopCode, _ = identifier(h.word(row, f, 64))
		case ShopName:
			h.out.shopName = h.word(row, f, 64)
		case Clerk:
			h.out.clerk = h.word(row, f, 80)
		}
	}
}
