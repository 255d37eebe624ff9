package segment

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/order"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

// TestCount_judges holds rules about which the database was wrong once against what people mean by them.
func TestCount_judges(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		people := []customer.ID{s.person(0), s.person(1), s.person(2)}
		s.do(s.judged(people))
		s.refreshNow()
		for _, x := range []struct {
			name, rule string
			want       []int // want are the numbers of customers.
		}{
			{"an interval of 30.5 days is more than 30", `{"field":"orders.interval","op":"gt","number":30}`, []int{0}},
			{"an interval of 30.5 days is less than 31", `{"field":"orders.interval","op":"lt","number":31}`, []int{0}},
			{"a gift is not bought", `{"field":"orders.count","op":"gte","number":1,"where":{"brands":["Gift"]}}`, nil},
			{"a gift is no piece", `{"field":"orders.units","op":"gte","number":4,"where":{"categories":["女装"]}}`, nil},
			{"the smallest order of some goods has all their lines", `{"field":"orders.min","op":"eq","number":30000,"where":{"brands":["Muse"]}}`, []int{1}},
			{"the largest order of some goods has all their lines", `{"field":"orders.max","op":"gte","number":30000,"where":{"categories":["女装"]}}`, []int{1}},
			{"an event names a style that nobody sells", `{"field":"event.cart_added","op":"gte","number":1,"where":{"products":["X9"]}}`, []int{2}},
			{"an event names goods by their style, and their category in its own words",
				`{"field":"event.cart_added","op":"gte","number":1,"where":{"products":["X9"],"categories":["男装"]}}`, []int{2}},
			{"no birthday is fewer than 0 days off", `{"field":"birthday.days","op":"lt","number":0}`, nil},
			{"a bound beyond every score", `{"field":"rfm.r","op":"lt","number":1000000000000}`, []int{0, 1}},
			{"an average below any number", `{"field":"orders.average","op":"lt","number":1000000000000}`, []int{0, 1}},
			{"a rate below any number", `{"field":"refunds.rate","op":"lt","number":1000000000000}`, []int{0, 1}},
			{"at least nothing, of goods", `{"all":[{"field":"orders.sum","op":"gte","number":0,"where":{"brands":["Muse"]}},{"field":"orders.count","op":"lte","number":0}]}`, []int{2}},
		} {
			t.Run(x.name, func(t *testing.T) {
				s.view(func(ctx context.Context, tx *db.Tx) error { return s.judge(ctx, tx, t, x.rule, people, x.want) })
			})
		}
	})
}

// judge compares whom a rule admits, counted and one by one.
func (s *shop) judge(ctx context.Context, tx *db.Tx, t *testing.T, rule string, people []customer.ID, want []int) error {
	var r Rule
	if err := json.Unmarshal([]byte(rule), &r); err != nil {
		return err
	}
	c, err := s.Catalogue(ctx, tx)
	if err != nil {
		return err
	}
	n, err := s.Count(ctx, tx, c, r)
	if err != nil {
		return err
	}
	var got []int
	for i, one := range people {
		admitted, err := s.Admits(ctx, tx, c, r, one)
		if err != nil {
			return err
		}
		if admitted {
			got = append(got, i)
		}
	}
	if !slices.Equal(got, want) || n != int64(len(want)) {
		t.Errorf("admits %v, counts %d, want %v", got, n, want)
	}
	return nil
}

// judged makes what the cases are about: the first customer bought three times in 61 days, the second two
// lines of one brand with a gift, the third has a cart only.
func (s *shop) judged(people []customer.ID) func(ctx context.Context, tx *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		if _, err := s.Staff.EnsureShop(ctx, tx, "S1", "One"); err != nil {
			return err
		}
		if _, err := s.Orders.Catalog.SaveMany(ctx, tx, []catalog.Draft{
			{StyleCode: "A1", Name: "Dress", Brand: "Muse", Category: "女装", SKUs: []catalog.SKUDraft{{Code: "K1"}, {Code: "K2"}}},
			{StyleCode: "B2", Name: "Scarf", Brand: "Gift", Category: "女装", SKUs: []catalog.SKUDraft{{Code: "K3"}}},
		}); err != nil {
			return err
		}
		var drafts []order.Draft
		for i, days := range []int{71, 30, 10} {
			drafts = append(drafts, order.Draft{Source: "till", OrderNo: fmt.Sprint("J", i), ShopCode: "S1", CustomerID: people[0],
				PaidAt: tx.Now.Add(-time.Duration(days) * 24 * time.Hour), Lines: []order.DraftLine{{SKU: "Z9", Quantity: 1, UnitPriceFen: 9_000}}})
		}
		drafts = append(drafts, order.Draft{Source: "till", OrderNo: "J9", ShopCode: "S1", CustomerID: people[1], PaidAt: tx.Now, Lines: []order.DraftLine{
			{SKU: "K1", Quantity: 1, UnitPriceFen: 100_00}, {SKU: "K2", Quantity: 2, UnitPriceFen: 100_00}, {SKU: "K3", Quantity: 1}}})
		all, err := s.Orders.RecordMany(ctx, tx, drafts, true)
		for _, o := range all {
			if err == nil {
				err = o.Err
			}
		}
		if err != nil {
			return err
		}
		if _, err := s.Customers.RecordTouches(ctx, tx, []customer.TouchDraft{{Kind: "cart_added", CustomerID: people[2], Touch: customer.Touch{
			Source: "shop", EventID: "e1", ProductCode: "X9", Category: "男装"}}}, false); err != nil {
			return err
		}
		_, err = s.Customers.SetLifeDate(ctx, tx, people[2], customer.LifeDate{Kind: customer.Birthday, Calendar: customer.Solar, Year: 1990, Month: 3, Day: 4}, "test")
		return err
	}
}
