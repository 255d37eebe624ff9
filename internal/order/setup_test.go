package order_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/staff"
)

// house is the order service with its surroundings, on a database of its own.
type house struct {
	*order.Service
	t     testing.TB
	db    *db.DB
	shops []staff.ShopID // S1 and S2
}

func setup(t testing.TB, d *db.DB) *house {
	t.Helper()
	keys, err := privacy.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	log := event.New(d)
	people := &staff.Service{DB: d, Log: log, Keys: keys}
	consents := &privacy.Consents{Log: log}
	customers := &customer.Service{DB: d, Log: log, Keys: keys, Consents: consents, Staff: people}
	goods := &catalog.Service{Log: log, Staff: people}
	h := &house{Service: &order.Service{Log: log, Customers: customers, Catalog: goods, Staff: people}, t: t, db: d}
	consents.Register(log)
	people.Register(log)
	customers.Register(log)
	goods.Register(log)
	h.Register(log)
	h.do(func(ctx context.Context, tx *db.Tx) error {
		shops, err := people.EnsureShops(ctx, tx, []staff.ShopRef{{Code: "S1", Name: "One"}, {Code: "S2", Name: "Two"}})
		h.shops = []staff.ShopID{shops["S1"], shops["S2"]}
		return err
	})
	return h
}

// program is a context in which everything is allowed.
func program() context.Context { return access.With(context.Background(), access.Program("test")) }

// clerk is a context of somebody who sells in the shops.
func clerk(shops ...staff.ShopID) context.Context {
	c := access.Caller{StaffID: 7, Role: "clerk", Touchpoint: "till", Permissions: map[access.Permission]bool{
		access.OrdersRead: true, access.OrdersWrite: true, access.CustomersRead: true,
	}}
	for _, shop := range shops {
		c.Scope.Shops = append(c.Scope.Shops, shop.Int64())
	}
	return access.With(context.Background(), c)
}

func (h *house) try(ctx context.Context, fn func(ctx context.Context, tx *db.Tx) error) error {
	h.t.Helper()
	return h.db.Update(ctx, fn)
}

func (h *house) do(fn func(ctx context.Context, tx *db.Tx) error) {
	h.t.Helper()
	if err := h.try(program(), fn); err != nil {
		h.t.Fatal(err)
	}
}

// record records an order and returns the facts it caused, too.
func (h *house) record(ctx context.Context, d order.Draft) (r order.Recorded, facts []event.View, err error) {
	h.t.Helper()
	err = h.try(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		r, err = h.Record(ctx, tx, d)
		facts = event.Caused(tx)
		return err
	})
	return r, facts, err
}

func (h *house) mustRecord(d order.Draft) order.Recorded {
	h.t.Helper()
	r, _, err := h.record(program(), d)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *house) refund(d order.RefundDraft) (r order.RefundRecorded, facts []event.View) {
	h.t.Helper()
	h.do(func(ctx context.Context, tx *db.Tx) error {
		all, err := h.RefundMany(ctx, tx, []order.RefundDraft{d}, false)
		if err == nil {
			r = all[0]
		}
		facts = event.Caused(tx)
		return err
	})
	return r, facts
}

func (h *house) find(id order.ID) order.Order {
	h.t.Helper()
	var o order.Order
	h.do(func(ctx context.Context, tx *db.Tx) (err error) {
		o, err = h.Find(ctx, tx, id)
		return err
	})
	return o
}

// count counts the rows of "table where …".
func (h *house) count(place string, args ...any) int64 {
	h.t.Helper()
	var n int64
	h.do(func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, "select count(*) from "+place, args...).Scan(&n)
	})
	return n
}

func kinds(facts []event.View) []event.Kind {
	all := make([]event.Kind, len(facts))
	for i, f := range facts {
		all[i] = f.Kind
	}
	return all
}

func phone(number int) []customer.Identity {
	return []customer.Identity{{Kind: customer.Phone, Value: fmt.Sprint(13800000000 + number)}}
}

// sale is a valid draft: two pieces of K1 for 190.00 together, one of K2 for 50.00.
func sale(number string) order.Draft {
	return order.Draft{
		Source: "till-1", OrderNo: number, ShopCode: "S1", Identities: phone(1), CustomerName: "张三", Lines: []order.DraftLine{
			{SKU: "K1", Name: "裙", Quantity: 2, UnitPriceFen: 10000, DiscountFen: 1000},
			{SKU: "K2", Name: "衬衫", Quantity: 1, UnitPriceFen: 5000},
		},
	}
}
