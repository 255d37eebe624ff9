package intake

import (
	"hash/crc32"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/order"
)

// unlisted is the SKU of what a file sells without saying what it is.
const unlisted = "unlisted"

// lineOf takes what a row says of its line.
func (h *heading) lineOf(row Row) saleLine {
	l := saleLine{line: row.Line, quantity: one}
	l.at = h.timeOf(row)
	l.sku, l.name = h.identifier(row, SKUCode), h.word(row, ProductName, 200)
	if l.sku == "" {
		l.sku = codeOfName(l.name)
	}
	if h.columns[Quantity] > 0 {
		var given bool
		if l.quantity, given = h.amount(row, Quantity); !given {
			l.quantity = one
			if h.columns.raw(row, Quantity) == "" && h.columns[LinePaid]+h.columns[UnitPrice] > 0 {
				h.fault(errRequired, row.Line, Quantity)
			}
		}
	}
	faults := len(h.out.faults)
	l.price, l.hasPrice = h.amount(row, UnitPrice)
	l.paid, l.hasPaid = h.amount(row, LinePaid)
	unreadable := len(h.out.faults) > faults
	l.discount, _ = h.amount(row, LineDiscount)
	l.orderDiscount, _ = h.amount(row, OrderDiscount)
	l.orderPaid, l.hasOrderPaid = h.amount(row, OrderPaid)
	if !l.hasPrice && !l.hasPaid && !unreadable && h.columns[LinePaid]+h.columns[UnitPrice] > 0 {
		h.fault(errRequired, row.Line, h.amountField())
	}
	return l
}

func (h *heading) amountField() Field {
	if h.columns[LinePaid] > 0 {
		return LinePaid
	}
	return UnitPrice
}

// amount reads a number; an empty cell is none.
func (h *heading) amount(row Row, f Field) (decimal, bool) {
	text := h.text(row, f)
	if text == "" || text == "-" || text == "--" {
		return 0, false
	}
	d, p := parseDecimal(text)
	if p != nil {
		h.fault(p, row.Line, f)
	}
	return d, p == nil
}

// timeOf reads when a row was sold, from one column or from two.
func (h *heading) timeOf(row Row) time.Time {
	f := PaidAt
	text := h.text(row, PaidAt)
	if text == "" && h.columns[PaidOn] > 0 {
		f, text = PaidOn, h.text(row, PaidOn)
		if clock := h.text(row, PaidTime); clock != "" && text != "" {
			text += " " + clock
		}
	}
	if text == "" {
		h.fault(errRequired, row.Line, f)
		return time.Time{}
	}
	at, p := h.when.at(text)
	if p != nil {
		h.fault(p, row.Line, f)
	}
	return at
}

// codeOfName gives goods that have a name and no code a code: the name, or its start and a checksum.
func codeOfName(name string) string {
	const limit = 64
	switch short := shorten(name, limit-9); {
	case name == "":
		return unlisted
	case short == name || shorten(name, limit) == name:
		return name
	default:
		return short + "-" + strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(name))), 16)
	}
}

// settle makes the order and the refund of the lines.
func (h *heading) settle(lines []saleLine) {
	at := lines[0].at
	last := at
	for _, l := range lines {
		if l.at.Before(at) {
			at = l.at // The till writes the minute of each line; the sale began with the first.
		}
		if l.at.After(last) {
			last = l.at
		}
	}
	if last.Sub(at) > 24*time.Hour {
		h.fault(errReused, lines[0].line, OrderNo)
		return
	}
	prefix := h.options.RefundPrefix
	returned := h.returned || prefix != "" && strings.HasPrefix(h.number, prefix)
	sold := make([]saleLine, 0, len(lines))
	var back []saleLine
	for _, l := range lines {
		negative := l.quantity < 0 || l.hasPaid && l.paid < 0 || !l.hasPaid && l.hasPrice && l.price < 0
		switch {
		case returned || negative && !h.options.KeepUnsold:
			back = append(back, l)
		default:
			sold = append(sold, l)
		}
	}
	if len(back) > 0 {
		h.out.refund = h.refund(at, back)
	}
	if len(sold) > 0 {
		h.out.order = h.order(at, sold)
	}
	if h.refunded && h.out.order != nil && h.out.refund == nil {
		h.out.refund = &order.RefundDraft{
			Source: h.options.Source, RefundNo: h.number, OrderNo: h.number, At: at, Channel: h.channelName(), Identities: h.identities,
		}
	}
}

// channels are the names that files give to the channels that Shuke names itself.
var channels = map[string]string{
	"门店": "store", "线下": "store", "线下门店": "store", "实体店": "store", "pos": "store", "小程序": "mini_program", "微信小程序": "mini_program",
	"网店": "online", "线上": "online", "官网": "online", "商城": "online", "微商城": "online", "web": "online",
}

func (h *heading) channelName() string {
	name := h.channel
	if known, ok := channels[strings.ToLower(name)]; ok {
		name = known
	}
	switch {
	case name != "":
		return name
	case h.options.Channel != "":
		return h.options.Channel
	}
	return "store"
}

func (h *heading) order(at time.Time, lines []saleLine) *order.Draft {
	d := &order.Draft{
		Source: h.options.Source, OrderNo: h.number, PaidAt: at, Channel: h.channelName(), Identities: h.identities, CustomerName: h.name,
		Lines: make([]order.DraftLine, len(lines)),
	}
	h.out.lines = make([]int, len(lines))
	amountless := true
	var sum int64
	for i, l := range lines {
		d.Lines[i], h.out.lines[i] = h.draftLine(l), l.line
		sum += d.Lines[i].PaidFen
		if d.Lines[i].PaidFen == 0 {
			sum += d.Lines[i].Quantity*d.Lines[i].UnitPriceFen - d.Lines[i].DiscountFen
		}
		amountless = amountless && !l.hasPrice && !l.hasPaid
	}
	total, given := h.orderTotal(lines)
	switch {
	case given && amountless:
		spread(d.Lines, total)
	case given && total < sum:
		d.OrderDiscountFen = sum - total // More than the goods, such as freight, is not of the goods.
	case !given:
		if off := orderDiscount(lines); off > 0 && off <= sum {
			d.OrderDiscountFen = off
		}
	}
	return d
}

// draftLine works out the amounts of a line, each rounded once, half up.
func (h *heading) draftLine(l saleLine) order.DraftLine {
	d := order.DraftLine{SKU: l.sku, Name: l.name, Quantity: int64(l.quantity / one), UnitPriceFen: l.price.fen()}
	gross, inRange := l.quantity.timesFen(l.price)
	if !inRange {
		h.fault(errTooBig, l.line, Quantity)
		return d
	}
	if h.options.KeepUnsold && (l.quantity <= 0 || l.hasPrice && l.price <= 0) {
		d.UnitPriceFen = 0
		return d
	}
	if !l.quantity.whole() { // What is weighed is one piece.
		d.Quantity, d.UnitPriceFen = 1, gross
	}
	switch {
	case l.hasPaid:
		d.PaidFen = l.paid.fen()
		over := d.PaidFen - d.Quantity*d.UnitPriceFen
		if over >= d.Quantity {
			d.UnitPriceFen = 0 // The price of the file is not that of the sale.
		}
		if d.PaidFen == 0 {
			d.DiscountFen = d.Quantity * d.UnitPriceFen
		}
	case l.discount != 0:
		d.PaidFen = gross - l.discount.magnitudeFen()
		if d.PaidFen < 0 {
			h.fault(errDiscount, l.line, LineDiscount)
		}
		if d.PaidFen == 0 {
			d.DiscountFen = d.Quantity * d.UnitPriceFen
		}
	default:
		d.PaidFen = gross
	}
	return d
}

var errDiscount = &problem{"line_discount.exceeds", "the discount is more than the price"}

// magnitudeFen is the amount without its sign: some tills write discounts as what is taken off.
func (d decimal) magnitudeFen() int64 {
	if d < 0 {
		d = -d
	}
	return d.fen()
}

// orderTotal returns what was paid for the whole order, if the file says so.
func (h *heading) orderTotal(lines []saleLine) (fen int64, given bool) {
	for _, l := range lines {
		switch {
		case !l.hasOrderPaid:
		case given && l.orderPaid.fen() != fen:
			h.fault(errAmounts, l.line, OrderPaid)
			return 0, false
		default:
			fen, given = l.orderPaid.fen(), true
		}
	}
	return fen, given && fen >= 0
}

// orderDiscount is the discount on the whole order, which rows repeat.
func orderDiscount(lines []saleLine) int64 {
	for _, l := range lines {
		if l.orderDiscount != 0 {
			return l.orderDiscount.magnitudeFen()
		}
	}
	return 0
}

// spread gives lines that have no amounts their shares of the total by their pieces, the rest to the first.
func spread(lines []order.DraftLine, total int64) {
	var pieces int64
	for _, l := range lines {
		pieces += max(l.Quantity, 1)
	}
	left := total
	for i := range slices.Backward(lines) {
		share := total / pieces * max(lines[i].Quantity, 1)
		if i == 0 {
			share = left
		}
		lines[i].PaidFen, left = share, left-share
	}
}

func (h *heading) refund(at time.Time, lines []saleLine) *order.RefundDraft {
	d := &order.RefundDraft{
		Source: h.options.Source, RefundNo: h.number, OrderNo: h.original, At: at, Channel: h.channelName(), Identities: h.identities,
		Lines: make([]order.RefundLine, 0, len(lines)),
	}
	for _, l := range lines {
		fen, inRange := l.quantity.timesFen(l.price)
		if l.hasPaid {
			fen = l.paid.fen()
		}
		if !inRange {
			h.fault(errTooBig, l.line, Quantity)
		}
		quantity := magnitude(l.quantity) / uint64(one)
		if !l.quantity.whole() {
			quantity = 1
		}
		if fen = max(fen, -fen); fen == 0 && quantity == 0 {
			continue
		}
		d.Lines = append(d.Lines, order.RefundLine{SKU: l.sku, Name: l.name, Quantity: int64(quantity), AmountFen: fen})
		d.AmountFen += fen
	}
	if total, given := h.orderTotal(lines); given && d.AmountFen == 0 {
		d.AmountFen = total
	}
	return d
}

// anonymous reports whether the sale names no customer.
func (s *sale) anonymous() bool { return s.order != nil && len(s.order.Identities) == 0 }

// personKey returns the first identity, by which a dry run tells customers apart.
func personKey(identities []customer.Identity) string {
	if len(identities) == 0 {
		return ""
	}
	i := identities[0]
	return string(i.Kind) + "\x00" + i.Space + "\x00" + i.Value
}
