package catalog

import (
	"context"
	"errors"
	"fmt"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/staff"
)

// Service is the way to the goods. Its methods work in the caller's transaction.
type Service struct {
	Log   *event.Log
	Staff *staff.Service

	known known
}

// Saved is what became of one draft of SaveMany.
type Saved struct {
	ID        ID
	Created   bool
	Unchanged bool
	Err       error // Err is what kept this draft out: product.invalid, or sku.taken.
}

// Create enters a product. A style code in use is product.exists, unless the product is a stub, which
// is completed; a SKU code of another product is sku.taken.
func (s *Service) Create(ctx context.Context, tx *db.Tx, d Draft) (Product, error) {
	known, err := findStyles(ctx, tx, []string{d.trim().StyleCode})
	if err != nil {
		return Product{}, err
	}
	for _, p := range known {
		if p.State != Stub {
			return Product{}, errs.New(errs.Conflict, "product.exists", "there is a product with this style code")
		}
	}
	saved, err := s.SaveMany(ctx, tx, []Draft{d})
	if err != nil {
		return Product{}, err
	}
	if saved[0].Err != nil {
		return Product{}, saved[0].Err
	}
	return s.Find(ctx, tx, saved[0].ID)
}

// SaveMany enters products or completes those that are there, by style code; a SKU by its code. What a
// draft leaves empty stays as it is. Drafts of the same style add up, so a file may have a row per SKU.
// The error is a fault of the database; what is wrong with a draft stands in its Saved.
func (s *Service) SaveMany(ctx context.Context, tx *db.Tx, drafts []Draft) ([]Saved, error) {
	b, err := newBatch(ctx, tx, drafts)
	if err != nil {
		return nil, err
	}
	saved := make([]Saved, len(drafts))
	for i, d := range b.drafts {
		if err := requireCost(ctx, d.SKUs); err != nil {
			saved[i].Err = err
			continue
		}
		saved[i] = b.put(tx, d)
	}
	s.known.forget()
	if err := b.write(ctx, tx); err != nil {
		return nil, err
	}
	return saved, s.announce(ctx, tx, b.created())
}

// Edit changes a product; what is nil stays. SKUs are added or changed by code and never taken away:
// retire them.
type Edit struct {
	Name     *string    `json:"name,omitempty"`
	Brand    *string    `json:"brand,omitempty"`
	Category *string    `json:"category,omitempty"`
	Scene    *string    `json:"scene,omitempty"`
	Styles   *[]string  `json:"styles,omitempty"`
	LaunchOn *cal.Day   `json:"launch_on,omitempty"`
	State    *State     `json:"state,omitempty" enum:"active,retired"`
	SKUs     []SKUDraft `json:"skus,omitempty"`
}

// Update changes a product if check agrees to its version. Unknown products are product.not_found,
// wrong fields product.invalid, a SKU code of another product sku.taken.
func (s *Service) Update(ctx context.Context, tx *db.Tx, product ID, check func(version int64) error, e Edit) (Product, error) {
	p, err := s.find(ctx, tx, product)
	if err != nil {
		return Product{}, err
	}
	if err := errors.Join(check(p.Version), requireCost(ctx, e.SKUs)); err != nil {
		return Product{}, err
	}
	d := Draft{StyleCode: p.StyleCode, SKUs: e.SKUs}
	b, err := newBatch(ctx, tx, []Draft{d})
	if err != nil {
		return Product{}, err
	}
	d = b.drafts[0]
	e.SKUs = d.SKUs
	it := b.items[p.StyleCode]
	if err := errors.Join(e.lay(it), b.checkSKUs(d)); err != nil {
		return Product{}, err
	}
	for _, k := range d.SKUs {
		b.putSKU(tx, it, k)
	}
	s.known.forget()
	if err := b.write(ctx, tx); err != nil {
		return Product{}, err
	}
	return s.Find(ctx, tx, product)
}

// Find returns a product, or product.not_found. Costs are blank without the right to see them.
func (s *Service) Find(ctx context.Context, tx *db.Tx, product ID) (Product, error) {
	p, err := s.find(ctx, tx, product)
	if err != nil {
		return Product{}, err
	}
	hideCosts(ctx, []Product{p})
	return p, nil
}

func (s *Service) find(ctx context.Context, tx *db.Tx, product ID) (Product, error) {
	found, err := loadProducts(ctx, tx, "id = $1", "", product)
	if err != nil {
		return Product{}, err
	}
	if len(found) == 0 {
		return Product{}, errs.New(errs.NotFound, "product.not_found", "there is no such product")
	}
	return found[0], nil
}

// List returns the products that match, newest first.
func (s *Service) List(ctx context.Context, tx *db.Tx, f Filter) ([]Product, error) {
	where, args := f.where()
	found, err := loadProducts(ctx, tx, where, fmt.Sprintf("order by id desc limit %d", f.Limit), args...)
	if err != nil {
		return nil, err
	}
	hideCosts(ctx, found)
	return found, nil
}

// announce records that products were entered; imported ones start nothing.
func (s *Service) announce(ctx context.Context, tx *db.Tx, created []*item) error {
	entries := make([]event.Entry, len(created))
	for i, it := range created {
		p := it.product
		entries[i] = event.Entry{
			Fact:    ProductCreated{p.ID, p.StyleCode, p.Name, p.Category, p.LaunchOn},
			Subject: p.ID.String(), History: it.importID != 0,
		}
	}
	if err := s.Log.Append(ctx, tx, entries...); err != nil {
		return fmt.Errorf("record products: %w", err)
	}
	return nil
}

// requireCost refuses a cost price from someone who may not even see it.
func requireCost(ctx context.Context, skus []SKUDraft) error {
	for _, k := range skus {
		if k.CostFen != nil {
			return access.Require(ctx, access.CostRead)
		}
	}
	return nil
}

func hideCosts(ctx context.Context, products []Product) {
	if access.From(ctx).Can(access.CostRead) {
		return
	}
	for _, p := range products {
		for i := range p.SKUs {
			p.SKUs[i].CostFen = nil
		}
	}
}
