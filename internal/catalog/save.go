package catalog

import (
	"context"
	"slices"

	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

// batch holds the products that drafts name, as they are and as they become.
type batch struct {
	drafts []Draft
	items  map[string]*item // items holds products by style code.
	order  []*item          // order is the order in which they came.
	skus   map[string]place // skus tells whose each SKU code is.
	stubs  []ID             // stubs gave a SKU away and may be empty now.
}

// item is a product of a batch.
type item struct {
	product  Product
	importID int64
	created  bool
	changed  bool
	touched  []int // touched are the places of the SKUs to write.
}

// place is where a SKU stands.
type place struct {
	id        SKUID
	style     string
	ofStub    bool
	productID ID
}

// newBatch loads what the drafts name.
func newBatch(ctx context.Context, tx *db.Tx, drafts []Draft) (*batch, error) {
	b := &batch{drafts: make([]Draft, len(drafts)), items: map[string]*item{}}
	var styles, codes []string
	for i, d := range drafts {
		b.drafts[i] = d.trim()
		styles = append(styles, b.drafts[i].StyleCode)
		for _, k := range b.drafts[i].SKUs {
			codes = append(codes, k.Code)
		}
	}
	known, err := findStyles(ctx, tx, styles)
	if err != nil {
		return nil, err
	}
	for _, p := range known {
		b.items[p.StyleCode] = &item{product: p}
		b.order = append(b.order, b.items[p.StyleCode])
	}
	b.skus, err = findPlaces(ctx, tx, codes)
	return b, err
}

// put lays a draft over its product, or makes a new one.
func (b *batch) put(tx *db.Tx, d Draft) Saved {
	if err := d.Validate(); err != nil {
		return Saved{Err: err}
	}
	if err := b.checkSKUs(d); err != nil {
		return Saved{Err: err}
	}
	it := b.items[d.StyleCode]
	if it == nil {
		it = &item{created: true, changed: true, importID: d.ImportID, product: Product{
			ID: id.Of[productKind](tx.NewID()), StyleCode: d.StyleCode, State: Active, Version: 1, CreatedAt: tx.Now,
		}}
		b.items[d.StyleCode] = it
		b.order = append(b.order, it)
	}
	before := len(it.touched)
	changed := it.lay(d)
	for _, k := range d.SKUs {
		b.putSKU(tx, it, k)
	}
	changed = changed || len(it.touched) > before
	it.changed = it.changed || changed
	return Saved{ID: it.product.ID, Created: it.created, Unchanged: !it.created && !changed}
}

// checkSKUs refuses a SKU that another product has; a stub gives its SKU away.
func (b *batch) checkSKUs(d Draft) error {
	var f faults
	for i, k := range d.SKUs {
		at, known := b.skus[k.Code]
		f.check(skuPath(i), !known || at.ofStub || at.style == d.StyleCode, "taken", "belongs to another product")
	}
	if len(f.fields) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Conflict, Code: "sku.taken", Message: "a SKU belongs to another product", Fields: f.fields}
}

// lay puts what the draft says over the product and reports whether that changed anything.
func (it *item) lay(d Draft) bool {
	p, changed := &it.product, false
	for _, f := range []struct {
		to  *string
		new string
	}{{&p.Name, d.Name}, {&p.Brand, d.Brand}, {&p.Category, d.Category}, {&p.Scene, d.Scene}} {
		if f.new != "" && *f.to != f.new {
			*f.to, changed = f.new, true
		}
	}
	if !d.LaunchOn.IsZero() && p.LaunchOn != d.LaunchOn {
		p.LaunchOn, changed = d.LaunchOn, true
	}
	if len(d.Styles) > 0 {
		styles := slices.Sorted(slices.Values(d.Styles))
		if !slices.Equal(styles, p.Styles) {
			p.Styles, changed = styles, true
		}
	}
	if p.State == Stub {
		p.State, changed = Active, true
	}
	return changed
}

func (b *batch) putSKU(tx *db.Tx, it *item, d SKUDraft) {
	p := &it.product
	at := slices.IndexFunc(p.SKUs, func(k SKU) bool { return k.Code == d.Code })
	if at < 0 {
		owner, known := b.skus[d.Code]
		if !known {
			owner.id = id.Of[skuKind](tx.NewID())
		} else {
			b.stubs = append(b.stubs, owner.productID)
		}
		p.SKUs = append(p.SKUs, SKU{ID: owner.id, Code: d.Code, Colour: d.Colour, Size: d.Size, PriceFen: d.PriceFen, CostFen: d.CostFen, Retired: d.Retired})
		b.skus[d.Code] = place{id: owner.id, style: p.StyleCode, productID: p.ID}
		it.touched = append(it.touched, len(p.SKUs)-1)
		return
	}
	old := p.SKUs[at]
	k := &p.SKUs[at]
	if d.Colour != "" {
		k.Colour = d.Colour
	}
	if d.Size != "" {
		k.Size = d.Size
	}
	if d.PriceFen != 0 {
		k.PriceFen = d.PriceFen
	}
	if d.CostFen != nil && (old.CostFen == nil || *old.CostFen != *d.CostFen) {
		k.CostFen = d.CostFen
	}
	k.Retired = d.Retired
	if *k != old {
		it.touched = append(it.touched, at)
	}
}

// lay puts what the edit says over the product, and reports what is then wrong with it.
func (e Edit) lay(it *item) error {
	p := &it.product
	set(&p.Name, e.Name)
	set(&p.Brand, e.Brand)
	set(&p.Scene, e.Scene)
	set(&p.LaunchOn, e.LaunchOn)
	set(&p.State, e.State)
	if e.Category != nil {
		p.Category = cleanPath(*e.Category)
	}
	if e.Styles != nil {
		p.Styles = slices.Sorted(slices.Values(distinct(*e.Styles)))
	}
	it.changed = true
	after := Draft{StyleCode: p.StyleCode, Name: p.Name, Brand: p.Brand, Category: p.Category, Scene: p.Scene, Styles: p.Styles, SKUs: e.SKUs}
	return after.Validate()
}

func set[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}

func (b *batch) created() []*item {
	return slices.DeleteFunc(slices.Clone(b.order), func(it *item) bool { return !it.created })
}

// write stores what changed.
func (b *batch) write(ctx context.Context, tx *db.Tx) error {
	changed := slices.DeleteFunc(slices.Clone(b.order), func(it *item) bool { return !it.changed })
	if len(changed) == 0 {
		return nil
	}
	if err := saveProducts(ctx, tx, changed); err != nil {
		return err
	}
	if err := saveSKUs(ctx, tx, changed); err != nil {
		return err
	}
	return deleteEmptyStubs(ctx, tx, b.stubs)
}
