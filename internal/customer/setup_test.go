package customer_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/staff"
)

// house is a service with its surroundings, on a database of its own.
type house struct {
	*customer.Service
	t   testing.TB
	ctx context.Context // of the program; see as
}

func setup(t testing.TB, d *db.DB) *house {
	t.Helper()
	keys, err := privacy.NewKeys()
	if err != nil {
		t.Fatalf("make keys: %v", err)
	}
	log := event.New(d)
	s := &customer.Service{DB: d, Log: log, Keys: keys, Consents: &privacy.Consents{Log: log}, Staff: &staff.Service{DB: d, Log: log, Keys: keys}}
	s.Consents.Register(log)
	s.Staff.Register(log)
	s.Register(log)
	return &house{s, t, access.With(context.Background(), access.Program("test"))}
}

// as returns the house as seen by another caller.
func (h *house) as(c access.Caller) *house {
	other := *h
	other.ctx = access.With(context.Background(), c)
	return &other
}

// clerk returns the house as seen by a clerk of the shops.
func (h *house) clerk(shops ...staff.ShopID) *house {
	c := access.Caller{StaffID: 77, Name: "Lin", Role: "clerk", Touchpoint: "console", Permissions: map[access.Permission]bool{
		access.CustomersRead: true, access.CustomersWrite: true, access.ConsentWrite: true,
	}}
	for _, shop := range shops {
		c.Scope.Shops = append(c.Scope.Shops, shop.Int64())
	}
	return h.as(c)
}

// manager returns the house as seen by a manager of the shops, or with none of all.
func (h *house) manager(shops ...staff.ShopID) *house {
	m := h.clerk(shops...)
	c := access.From(m.ctx)
	c.StaffID, c.Name, c.Role, c.Scope.All = 78, "Fang", "manager", len(shops) == 0
	for _, p := range []access.Permission{access.CustomersReveal, access.CustomersMerge, access.TagsManage, access.EventsWrite, access.SettingsManage} {
		c.Permissions[p] = true
	}
	return h.as(c)
}

// try runs fn in a transaction and returns its error.
func (h *house) try(fn func(ctx context.Context, tx *db.Tx) error) error {
	h.t.Helper()
	return h.DB.Update(h.ctx, fn)
}

// do runs fn in a transaction, which must succeed.
func (h *house) do(fn func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	if err := h.try(fn); err != nil {
		h.t.Fatal(err)
	}
}

// view runs fn in a transaction that reads.
func (h *house) view(fn func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	if err := h.DB.View(h.ctx, fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) shop(code string) (shop staff.ShopID) {
	h.t.Helper()
	h.do(func(ctx context.Context, tx *db.Tx) (err error) {
		shop, err = h.Staff.EnsureShop(ctx, tx, code, code)
		return err
	})
	return shop
}

// met resolves a request.
func (h *house) met(r customer.Resolve) (found customer.ID) {
	h.t.Helper()
	h.do(func(ctx context.Context, tx *db.Tx) (err error) {
		found, err = h.Resolve(ctx, tx, r)
		return err
	})
	return found
}

// person makes a customer with a typed phone ending in n, at home in the shop.
func (h *house) person(name string, n int, shop staff.ShopID) customer.ID {
	h.t.Helper()
	return h.met(customer.Resolve{Identities: []customer.Identity{phone(n)}, Name: name, ShopID: shop.Int64(), Source: "test"})
}

func (h *house) profile(c customer.ID) (p customer.Profile) {
	h.t.Helper()
	h.view(func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = h.FindProfile(ctx, tx, c)
		return err
	})
	return p
}

// count returns the number that a query finds.
func (h *house) count(query string, args ...any) (n int) {
	h.t.Helper()
	h.view(func(ctx context.Context, tx *db.Tx) error { return tx.QueryRow(ctx, query, args...).Scan(&n) })
	return n
}

// kinds returns how many facts of each kind the log holds.
func (h *house) kinds() map[string]int {
	h.t.Helper()
	kinds := map[string]int{}
	h.view(func(ctx context.Context, tx *db.Tx) error {
		all, err := db.All(ctx, tx, func(scan db.Scan) (kind string, err error) {
			var n int
			err = scan(&kind, &n)
			kinds[kind] = n
			return kind, err
		}, "select kind, count(*) from events group by kind")
		_ = all
		return err
	})
	return kinds
}

// catchUp brings the log up to date; on PostgreSQL facts get their place only then.
func (h *house) catchUp() {
	h.t.Helper()
	if err := h.Log.CatchUp(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

// later moves the clock of the shop.
func (h *house) later(days int) {
	h.t.Helper()
	if err := h.DB.MoveClock(h.ctx, time.Duration(days)*24*time.Hour); err != nil {
		h.t.Fatal(err)
	}
}

func phone(n int) customer.Identity {
	return customer.Identity{Kind: customer.Phone, Value: fmt.Sprintf("138%08d", n)}
}

func openid(n int) customer.Identity {
	return customer.Identity{Kind: customer.OpenID, Space: "wx1", Value: fmt.Sprintf("o%06d", n)}
}

func unionid(n int) customer.Identity {
	return customer.Identity{Kind: customer.UnionID, Value: fmt.Sprintf("u%06d", n)}
}

func card(n int) customer.Identity {
	return customer.Identity{Kind: customer.Card, Value: fmt.Sprintf("VIP%05d", n)}
}

func proven(i customer.Identity) customer.Identity {
	i.Verified = true
	return i
}

func codeOf(err error) string { return errs.CodeOf(err) }
