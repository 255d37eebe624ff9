package order

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Draft is an order as its source tells it. Amounts of 0 are derived from the others.
type Draft struct {
	Source   string    // Source is the till or shop system that gave the number.
	OrderNo  string    // OrderNo is unique within its source, for ever.
	Version  int64     // Version rises when the source edits the order; it defaults to 1.
	PaidAt   time.Time // PaidAt defaults to the time of the transaction.
	ShopID   staff.ShopID
	ShopCode string // ShopCode names the shop if ShopID does not; without both it is the caller's only shop.
	Channel  string // Channel defaults to "store".
	Clerk    staff.ID
	Adviser  staff.ID

	CustomerID   customer.ID         // CustomerID names the customer, if no identities do.
	Identities   []customer.Identity // Identities find the customer or make her known.
	CustomerName string              // CustomerName is the name of who is made known.

	Lines            []DraftLine
	PaidFen          int64 // PaidFen is what was paid in all; it is checked against the lines.
	OrderDiscountFen int64 // OrderDiscountFen is a discount on the whole order, spread over the lines.

	ExchangeOf string // ExchangeOf is the refund_no that this sale replaces, of the same source.
	ImportID   int64  // ImportID marks what an import brought, for its undo.

	paidGiven    bool // paidGiven says that PaidFen counts although it is 0.
	versionGiven bool // versionGiven says that a Version of 0 is meant, which is wrong.
}

// DraftLine is a line of a Draft. PaidFen is Quantity * UnitPriceFen - DiscountFen; what is 0 of these
// is derived.
type DraftLine struct {
	SKU          string
	Name         string // Name defaults to that of the product.
	Quantity     int64
	UnitPriceFen int64
	DiscountFen  int64
	PaidFen      int64

	paidGiven, discountGiven bool
	spread                   int64 // spread is the share of the discount on the whole order.
}

// terms are what a draft is held to.
type terms struct {
	history  bool            // history lets through what files of the past have: lines that corrected a stock.
	mayProve bool            // mayProve says that the caller can know an identity to be verified.
	reasons  map[string]bool // reasons are the codes of refund reasons.
}

// termsFor returns the terms for a caller. A person cannot declare a phone or login verified, only a
// program that has checked a code can: verified identities join records.
func termsFor(ctx context.Context, history bool) terms {
	caller := access.From(ctx)
	return terms{history: history, mayProve: caller.Program || caller.KeyID != 0}
}

// settle checks a draft and works out its amounts; the faults are reported all together (order.invalid).
func (d Draft) settle(t terms) (Draft, error) {
	d.clean()
	f := faults{terms: t}
	f.text("source", d.Source, 1, maxSource)
	f.text("order_no", d.OrderNo, 1, maxNumber)
	f.text("channel", d.Channel, 1, maxCode)
	f.text("shop_code", d.ShopCode, 0, maxCode)
	f.text("customer_name", d.CustomerName, 0, maxName)
	f.text("exchange_of", d.ExchangeOf, 0, maxNumber)
	f.check("version", d.Version >= 1 && d.Version <= MaxVersion, "out_of_range", "must be a whole number from 1")
	f.time("paid_at", d.PaidAt)
	d.Identities = f.person(d.Identities, d.CustomerID)
	f.money("paid_fen", d.PaidFen)
	f.money("order_discount_fen", d.OrderDiscountFen)
	f.check("lines", len(d.Lines) > 0, "required", "an order has at least one line")
	f.check("lines", len(d.Lines) <= MaxLines, "too_many", "an order has at most 5000 lines")
	if len(d.Lines) <= MaxLines {
		lines := make([]DraftLine, len(d.Lines))
		for i, l := range d.Lines {
			lines[i] = f.settleLine(i, l)
		}
		d.Lines = lines
	}
	if len(f.fields) == 0 {
		f.total(&d)
	}
	return d, errs.InvalidFields("order.invalid", f.fields)
}

// clean trims the texts and fills in channel and version.
func (d *Draft) clean() {
	for _, text := range []*string{&d.Source, &d.OrderNo, &d.Channel, &d.ShopCode, &d.CustomerName, &d.ExchangeOf} {
		*text = strings.TrimSpace(*text)
	}
	if d.Channel == "" {
		d.Channel = "store"
	}
	if d.Version == 0 && !d.versionGiven {
		d.Version = 1
	}
}

// settleLine checks a line and works out its amounts.
func (f *faults) settleLine(i int, l DraftLine) DraftLine {
	f.line = i + 1
	defer func() { f.line = 0 }()
	before := len(f.fields)
	l.SKU, l.Name = strings.TrimSpace(l.SKU), strings.TrimSpace(l.Name)
	f.text("sku", l.SKU, 1, maxCode)
	f.text("name", l.Name, 0, maxName)
	f.money("unit_price_fen", l.UnitPriceFen)
	f.money("discount_fen", l.DiscountFen)
	f.money("paid_fen", l.PaidFen)
	correction := f.history && l.Quantity <= 0 && l.Quantity >= -MaxQuantity && l.UnitPriceFen == 0 && l.DiscountFen == 0 && l.PaidFen == 0
	f.check("quantity", correction || l.Quantity >= 1 && l.Quantity <= MaxQuantity, "out_of_range", "must be between 1 and 1000000")
	if len(f.fields) > before || correction {
		return l
	}
	gross := l.Quantity * l.UnitPriceFen // Within 10^18.
	f.check("unit_price_fen", gross <= MaxFen, "out_of_range", "times the quantity is too much")
	discounted := l.discountGiven || l.DiscountFen != 0
	switch {
	case l.PaidFen == 0 && !l.paidGiven:
		f.check("discount_fen", l.DiscountFen <= gross, "exceeds", "is more than the price")
		l.PaidFen = gross - l.DiscountFen
	case l.UnitPriceFen == 0 && l.PaidFen > 0:
		l.UnitPriceFen = (l.PaidFen + l.DiscountFen + l.Quantity - 1) / l.Quantity
		l.DiscountFen = l.Quantity*l.UnitPriceFen - l.PaidFen
	case !discounted && l.PaidFen > gross && l.PaidFen-gross < l.Quantity: // The price had been rounded down.
		l.UnitPriceFen++
		l.DiscountFen = l.Quantity*l.UnitPriceFen - l.PaidFen
	case !discounted && l.PaidFen <= gross:
		l.DiscountFen = gross - l.PaidFen
	default:
		f.check("paid_fen", l.PaidFen == gross-l.DiscountFen, "sum", "is not price times quantity less discount")
	}
	return l
}

// total spreads the discount on the whole order and checks what was paid in all.
func (f *faults) total(d *Draft) {
	var sum int64
	paid := make([]int64, len(d.Lines))
	for i, l := range d.Lines {
		paid[i] = l.PaidFen
		sum += l.PaidFen
	}
	f.check("paid_fen", sum <= MaxFen, "out_of_range", "the lines add up to too much")
	f.check("order_discount_fen", d.OrderDiscountFen <= sum, "exceeds", "is more than the lines")
	if len(f.fields) > 0 {
		return
	}
	if d.OrderDiscountFen > 0 {
		for i, share := range allot(d.OrderDiscountFen, paid) {
			l := &d.Lines[i]
			l.PaidFen, l.DiscountFen, l.spread = l.PaidFen-share, l.DiscountFen+share, share
		}
		sum -= d.OrderDiscountFen
	}
	f.check("paid_fen", d.PaidFen == sum || d.PaidFen == 0 && !d.paidGiven, "sum", "is not the sum of the lines")
	d.PaidFen = sum
}

// faults collects what is wrong with an input.
type faults struct {
	terms
	fields []errs.Field
	line   int // line is the number of the line that is looked at, 0 for none.
}

func (f *faults) check(path string, ok bool, code, message string) {
	if ok {
		return
	}
	if f.line > 0 {
		path = "lines[" + strconv.Itoa(f.line-1) + "]." + path
	}
	f.fields = append(f.fields, errs.Field{Path: path, Code: code, Message: message})
}

// text checks a text of one line: its length in characters, and that it has nothing unprintable.
func (f *faults) text(path, text string, least, most int) {
	if len(text) >= least && len(text) <= most && plain(text) {
		return
	}
	switch n := utf8.RuneCountInString(text); {
	case n < least:
		f.check(path, false, "required", "must not be empty")
	case n > most:
		f.check(path, false, "too_long", "has more than "+strconv.Itoa(most)+" characters")
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		f.check(path, false, "characters", "has characters that cannot be printed")
	}
}

// plain reports whether a text is nothing but printable ASCII, as most are.
func plain(text string) bool {
	for i := range len(text) {
		if text[i] < 0x20 || text[i] > 0x7e {
			return false
		}
	}
	return true
}

func (f *faults) money(path string, fen int64) {
	f.check(path, fen >= 0 && fen <= MaxFen, "out_of_range", "must be between 0 and 1000000000000")
}

func (f *faults) time(path string, at time.Time) {
	f.check(path, at.IsZero() || at.Year() >= 1970 && at.Year() < 10000, "out_of_range", "must be a year from 1970 on")
}

// maxIdentities is how many identities package customer takes for one person.
const maxIdentities = 10

// person checks who an order or refund names, and returns the identities in their normal form.
func (f *faults) person(identities []customer.Identity, known customer.ID) []customer.Identity {
	f.check("identities", len(identities) <= maxIdentities, "too_many", "a customer is found by at most 10 identities")
	f.check("customer_id", known.IsZero() || len(identities) == 0, "ambiguous", "give either customer_id or identities")
	normal := make([]customer.Identity, min(len(identities), maxIdentities))
	for i := range normal {
		var err error
		if normal[i], err = identities[i].Normalize(); err != nil {
			code, message := "invalid", "is not valid"
			if e, ok := errors.AsType[*errs.Error](err); ok {
				code, message = e.Code, e.Message
			}
			f.check("identities["+strconv.Itoa(i)+"]", false, code, message)
		}
		f.check("identities["+strconv.Itoa(i)+"].verified", !normal[i].Verified || f.mayProve || normal[i].Kind == customer.Card,
			"identity.unproven", "a person cannot declare this kind of identity verified")
	}
	return normal
}
