// Package catalog knows the goods: styles with their category, brand, scene and style tags, the SKUs
// by which they are sold, and the stock of each shop.
//
// Goods are set by people, by imports, or by sales: a SKU that nobody has entered yet becomes a stub,
// so that no sale is refused for want of it. What was sold of them is told by package order.
package catalog

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
	"github.com/shuke-crm/shuke/internal/staff"
)

// ID names a product.
type ID = id.ID[productKind]

type productKind struct{}

func (productKind) Prefix() string { return "prd" }

// SKUID names a SKU.
type SKUID = id.ID[skuKind]

type skuKind struct{}

func (skuKind) Prefix() string { return "sku" }

// State says how far a product is known and whether it is still sold.
type State string

// States of a product.
const (
	Stub    State = "stub"    // Known from a sale only; someone should complete it.
	Active  State = "active"  // On sale, or about to be.
	Retired State = "retired" // No longer sold. Products are never deleted by hand: receipts name them.
)

// Limits.
const (
	MaxSKUs     = 500       // MaxSKUs bounds the SKUs of one product.
	MaxStyles   = 20        // MaxStyles bounds the style tags of one product.
	MaxPriceFen = 1e11      // MaxPriceFen bounds a price: a thousand million yuan.
	MaxQuantity = 1_000_000 // MaxQuantity bounds a stock.

	maxCode, maxName, maxPath = 64, 200, 200
)

// Product is a style with its SKUs.
type Product struct {
	ID        ID        `json:"id"`
	StyleCode string    `json:"style_code" doc:"The shop's own code of the style."`
	Name      string    `json:"name"`
	Brand     string    `json:"brand"`
	Category  string    `json:"category" doc:"A path, such as 女装/连衣裙."`
	Scene     string    `json:"scene" doc:"Where it is worn, such as office, leisure or social."`
	Styles    []string  `json:"styles" doc:"Style tags, such as minimal, retro or street."`
	LaunchOn  cal.Day   `json:"launch_on,omitzero"`
	State     State     `json:"state" enum:"stub,active,retired"`
	SKUs      []SKU     `json:"skus"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// SKU is what is sold of a product: one colour in one size.
type SKU struct {
	ID       SKUID  `json:"id"`
	Code     string `json:"code"`
	Colour   string `json:"colour"`
	Size     string `json:"size"`
	PriceFen int64  `json:"price_fen"`
	CostFen  *int64 `json:"cost_fen,omitempty" doc:"Shown with the permission cost.read only."`
	Retired  bool   `json:"retired"`
}

// Stock is what a shop has of a SKU, and what it asks for it there.
type Stock struct {
	ShopID    staff.ShopID `json:"shop_id"`
	Quantity  int64        `json:"quantity"`
	PriceFen  int64        `json:"price_fen" doc:"The price in this shop: its own, else that of the SKU."`
	CostFen   *int64       `json:"cost_fen,omitempty" doc:"The cost in this shop; shown with the permission cost.read only."`
	OwnPrice  bool         `json:"own_price" doc:"Whether the shop has a price of its own."`
	Version   int64        `json:"version"`
	UpdatedAt time.Time    `json:"updated_at"`
}

// Draft is a product as someone wants it to be.
type Draft struct {
	StyleCode string     `json:"style_code" doc:"The shop's own code of the style, unique."`
	Name      string     `json:"name"`
	Brand     string     `json:"brand,omitempty"`
	Category  string     `json:"category,omitempty" doc:"A path, such as 女装/连衣裙."`
	Scene     string     `json:"scene,omitempty"`
	Styles    []string   `json:"styles,omitempty"`
	LaunchOn  cal.Day    `json:"launch_on,omitzero"`
	SKUs      []SKUDraft `json:"skus,omitempty"`
	ImportID  int64      `json:"-"` // ImportID marks what an import makes, for its undo.
}

// SKUDraft is a SKU as someone wants it to be.
type SKUDraft struct {
	Code     string `json:"code" doc:"The shop's own code, unique."`
	Colour   string `json:"colour,omitempty"`
	Size     string `json:"size,omitempty"`
	PriceFen int64  `json:"price_fen,omitempty"`
	CostFen  *int64 `json:"cost_fen,omitempty" doc:"Needs the permission cost.read."`
	Retired  bool   `json:"retired,omitempty"`
}

// Validate reports all wrong fields together (product.invalid).
func (d Draft) Validate() error {
	var f faults
	f.text("style_code", d.StyleCode, 1, maxCode)
	f.text("name", d.Name, 1, maxName)
	f.text("brand", d.Brand, 0, maxName)
	f.text("scene", d.Scene, 0, maxCode)
	f.category("category", d.Category)
	f.check("styles", len(d.Styles) <= MaxStyles, "too_many", "a product has at most 20 style tags")
	for i, style := range d.Styles {
		f.text("styles["+strconv.Itoa(i)+"]", style, 1, maxCode)
	}
	f.skus(d.SKUs)
	return errs.InvalidFields("product.invalid", f.fields)
}

// trim takes the white space off the ends of every text, and the blanks out of the path.
func (d Draft) trim() Draft {
	for _, text := range []*string{&d.StyleCode, &d.Name, &d.Brand, &d.Scene} {
		*text = strings.TrimSpace(*text)
	}
	d.Category = cleanPath(d.Category)
	skus := make([]SKUDraft, len(d.SKUs))
	for i, k := range d.SKUs {
		k.Code, k.Colour, k.Size = strings.TrimSpace(k.Code), strings.TrimSpace(k.Colour), strings.TrimSpace(k.Size)
		skus[i] = k
	}
	d.SKUs, d.Styles = skus, distinct(d.Styles)
	return d
}

func cleanPath(path string) string {
	if path == "" {
		return ""
	}
	parts := strings.Split(path, "/")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return strings.Join(parts, "/")
}

// distinct returns the texts trimmed, each once, in the order they came.
func distinct(texts []string) []string {
	seen := make(map[string]bool, len(texts))
	var kept []string
	for _, text := range texts {
		if text = strings.TrimSpace(text); !seen[text] {
			seen[text] = true
			kept = append(kept, text)
		}
	}
	return kept
}

// faults collects what is wrong with an input.
type faults struct{ fields []errs.Field }

func (f *faults) check(path string, ok bool, code, message string) {
	if !ok {
		f.fields = append(f.fields, errs.Field{Path: path, Code: code, Message: message})
	}
}

// text checks a text of one line: its length in characters, and that it has nothing unprintable.
func (f *faults) text(path, text string, least, most int) {
	switch n := utf8.RuneCountInString(text); {
	case n < least:
		f.check(path, false, "required", "must not be empty")
	case n > most:
		f.check(path, false, "too_long", "has more than "+strconv.Itoa(most)+" characters")
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		f.check(path, false, "characters", "has characters that cannot be printed")
	}
}

func (f *faults) category(path, category string) {
	f.text(path, category, 0, maxPath)
	if category == "" {
		return
	}
	for _, part := range strings.Split(category, "/") {
		if part == "" {
			f.check(path, false, "path", "has an empty part between slashes")
			return
		}
	}
}

func (f *faults) skus(skus []SKUDraft) {
	f.check("skus", len(skus) <= MaxSKUs, "too_many", "a product has at most 500 SKUs")
	seen := make(map[string]bool, len(skus))
	for i, k := range skus {
		at := "skus[" + strconv.Itoa(i) + "]."
		f.text(at+"code", k.Code, 1, maxCode)
		f.text(at+"colour", k.Colour, 0, maxCode)
		f.text(at+"size", k.Size, 0, maxCode)
		f.money(at+"price_fen", k.PriceFen)
		if k.CostFen != nil {
			f.money(at+"cost_fen", *k.CostFen)
		}
		f.check(at+"code", !seen[k.Code], "duplicate", "comes twice")
		seen[k.Code] = true
	}
}

func (f *faults) money(path string, fen int64) {
	f.check(path, fen >= 0 && fen <= MaxPriceFen, "out_of_range", "must be between 0 and 100000000000")
}

func skuPath(i int) string { return "skus[" + strconv.Itoa(i) + "].code" }

func productID(number int64) ID { return id.Of[productKind](number) }
