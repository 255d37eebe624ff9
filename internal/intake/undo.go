package intake

import (
	"context"
	"fmt"
	"slices"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/job"
	"github.com/shuke-crm/shuke/internal/staff"
)

// An undo takes back orders and refunds of the import, then the customers, products, shops and clerks that it
// made known and that nothing else knows by now. It works in small transactions, each of which leaves less to do, so
// one that was broken off goes on.
const (
	undoOrders    = 200
	undoCustomers = 100
	undoProducts  = 200
)

// Removed says what an undo has taken back, and what it left because others use it.
type Removed struct {
	Orders        int64 `json:"orders" doc:"Orders and refunds."`
	Customers     int64 `json:"customers"`
	Products      int64 `json:"products"`
	Shops         int64 `json:"shops"`
	Staff         int64 `json:"staff"`
	KeptCustomers int64 `json:"kept_customers"`
	KeptProducts  int64 `json:"kept_products"`
}

func (s *Service) undoJob(ctx context.Context, j job.Job) error {
	var args jobArgs
	if err := j.Args(&args); err != nil {
		return err
	}
	_, err := s.takeBack(ctx, args.ID, func(r Removed) error { return j.Progress(ctx, r) })
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	return err
}

// takeBack undoes an import that is in the state undoing.
func (s *Service) takeBack(ctx context.Context, id ID, tell func(Removed) error) (Removed, error) {
	u := undo{Service: s, tell: tell}
	ctx = access.With(ctx, access.Program("import"))
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		u.imp, err = findImport(ctx, tx, id)
		return err
	})
	if err != nil || u.imp.State != Undoing {
		return u.removed, err
	}
	for _, step := range []func(context.Context, *db.Tx) (bool, error){u.orders, u.customers, u.products, u.places} {
		for more := true; more; {
			if ctx.Err() != nil {
				return u.removed, context.Cause(ctx)
			}
			var now Removed
			after := u.after
			err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				u.now, u.after = Removed{}, after
				more, err = step(ctx, tx)
				now = u.now
				return err
			})
			if err != nil {
				return u.removed, err
			}
			u.removed.add(now)
			if err := tell(u.removed); err != nil {
				return u.removed, err
			}
		}
	}
	return u.removed, s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return finish(ctx, tx, u.imp, Undone, "") })
}

func (r *Removed) add(o Removed) {
	r.Orders += o.Orders
	r.Customers += o.Customers
	r.Products += o.Products
	r.Shops += o.Shops
	r.Staff += o.Staff
	r.KeptCustomers += o.KeptCustomers
	r.KeptProducts += o.KeptProducts
}

// undo is one at work. Now is what the transaction at hand takes back, after is where it stands.
type undo struct {
	*Service
	imp     Import
	tell    func(Removed) error
	removed Removed
	now     Removed
	after   struct {
		customer customer.ID
		product  catalog.ID
	}
}

func (u *undo) orders(ctx context.Context, tx *db.Tx) (more bool, err error) {
	n, err := u.Orders.RemoveImport(ctx, tx, u.imp.ID.Int64(), undoOrders)
	if err != nil {
		return false, fmt.Errorf("remove orders of import: %w", err)
	}
	u.now.Orders = int64(n)
	return n > 0, nil
}

func (u *undo) customers(ctx context.Context, tx *db.Tx) (more bool, err error) {
	made, err := listCustomers(ctx, tx, u.imp.ID, u.after.customer, undoCustomers)
	if err != nil || len(made) == 0 {
		return false, err
	}
	u.after.customer = made[len(made)-1]
	used, err := u.Orders.HaveOrders(ctx, tx, made)
	if err != nil {
		return false, fmt.Errorf("look for orders of customers: %w", err)
	}
	if err := touchedByOthers(ctx, tx, made, used); err != nil {
		return false, err
	}
	free := made[:0:0]
	for _, c := range made {
		if !used[c] {
			free = append(free, c)
		}
	}
	gone, err := u.removeCustomers(ctx, tx, free)
	if err != nil {
		return false, err
	}
	u.now.Customers, u.now.KeptCustomers = int64(len(gone)), int64(len(made)-len(gone))
	return true, deleteCustomers(ctx, tx, u.imp.ID, gone)
}

// removeCustomers removes customers; those that were merged with others since stay.
func (u *undo) removeCustomers(ctx context.Context, tx *db.Tx, free []customer.ID) ([]customer.ID, error) {
	if len(free) == 0 {
		return nil, nil
	}
	err := u.Customers.RemoveMany(ctx, tx, free)
	if err == nil {
		return free, nil
	}
	if errs.CodeOf(err) != "customer.merged" {
		return nil, fmt.Errorf("remove customers of import: %w", err)
	}
	if len(free) == 1 {
		return nil, nil
	}
	var gone []customer.ID
	for _, half := range [][]customer.ID{free[:len(free)/2], free[len(free)/2:]} {
		removed, err := u.removeCustomers(ctx, tx, half)
		if err != nil {
			return nil, err
		}
		gone = append(gone, removed...)
	}
	return gone, nil
}

// doings are the facts that show that somebody has dealt with a customer since she was imported.
var doings = []event.Kind{
	"customer.updated", "customer.identity_added", "customer.identity_ended", "customer.merged", "customer.unmerged", "customer.tagged",
	"customer.untagged", "customer.attribute_set", "customer.noted", "customer.life_date_set", "consent.given", "consent.withdrawn",
	"touch.product_viewed", "touch.searched", "touch.cart_added", "touch.cart_removed", "touch.checkout_started", "touch.checked_in", "touch.live_viewed",
	"touch.session_identified",
}

// touchedByOthers marks the customers of whom something other than imports has told.
func touchedByOthers(ctx context.Context, tx *db.Tx, customers []customer.ID, used map[customer.ID]bool) error {
	const page = 1_000
	numbers := make([]int64, len(customers))
	byNumber := map[int64]customer.ID{}
	for i, c := range customers {
		numbers[i] = c.Int64()
		byNumber[c.Int64()] = c
	}
	var before event.Cursor
	for {
		facts, err := event.ListByCustomer(ctx, tx, numbers, before, page, doings...)
		if err != nil {
			return fmt.Errorf("look for facts of customers: %w", err)
		}
		for _, f := range facts {
			if f.Touchpoint != "import" {
				used[byNumber[f.CustomerID]] = true
			}
		}
		if len(facts) < page {
			return nil
		}
		before = event.Cursor{HappenedAt: facts[page-1].HappenedAt, Pos: facts[page-1].Pos}
	}
}

func (u *undo) products(ctx context.Context, tx *db.Tx) (more bool, err error) {
	made, err := u.Catalog.ListImport(ctx, tx, u.imp.ID.Int64(), undoProducts, u.after.product)
	if err != nil || len(made) == 0 {
		return false, err
	}
	u.after.product = made[len(made)-1]
	sold, err := u.Orders.SoldProducts(ctx, tx, made)
	if err != nil {
		return false, fmt.Errorf("look for sales of products: %w", err)
	}
	free := made[:0:0]
	for _, p := range made {
		if !sold[p] {
			free = append(free, p)
		}
	}
	u.now.Products, u.now.KeptProducts = int64(len(free)), int64(len(made)-len(free))
	return true, u.Catalog.RemoveMany(ctx, tx, free)
}

// places removes shops and clerks. What stays is used, so there is no more to do after the first time.
func (u *undo) places(ctx context.Context, tx *db.Tx) (more bool, err error) {
	shops, people, err := u.Staff.ListImported(ctx, tx, u.imp.ID.Int64())
	if err != nil {
		return false, err
	}
	for _, inUse := range []func(context.Context, *db.Tx, []staff.ShopID) (map[staff.ShopID]bool, error){
		u.Orders.ShopsInUse, u.Customers.ShopsInUse, u.Catalog.ShopsInUse,
	} {
		used, err := inUse(ctx, tx, shops)
		if err != nil {
			return false, err
		}
		shops = slices.DeleteFunc(shops, func(shop staff.ShopID) bool { return used[shop] })
	}
	used, err := u.Orders.StaffInUse(ctx, tx, people)
	if err != nil {
		return false, err
	}
	people = slices.DeleteFunc(people, func(person staff.ID) bool { return used[person] })
	u.now.Shops, u.now.Staff = int64(len(shops)), int64(len(people))
	return false, u.Staff.RemoveImported(ctx, tx, shops, people)
}
