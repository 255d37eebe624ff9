package catalog_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/catalog"
	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/access"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/platform/web"
	"github.com/shuke-crm/shuke/internal/privacy"
	"github.com/shuke-crm/shuke/internal/staff"
)

// world is a catalog with its surroundings.
type world struct {
	*catalog.Service
	t    *testing.T
	db   *db.DB
	shop staff.ShopID
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	keys, err := privacy.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	log := event.New(d)
	people := &staff.Service{DB: d, Log: log, Keys: keys}
	people.Register(log)
	w := &world{Service: &catalog.Service{Log: log, Staff: people}, t: t, db: d}
	w.Register(log)
	w.update(func(ctx context.Context, tx *db.Tx) (err error) {
		w.shop, err = people.EnsureShop(ctx, tx, "S1", "One")
		return err
	})
	return w
}

// program is a context in which everything is allowed.
func program() context.Context { return access.With(context.Background(), access.Program("test")) }

// clerk is a context of somebody who sees one shop and no costs.
func clerk(shops ...int64) context.Context {
	return access.With(context.Background(), access.Caller{
		StaffID: 7, Scope: access.Scope{Shops: shops}, Touchpoint: "till",
		Permissions: map[access.Permission]bool{access.ProductsRead: true, access.ProductsWrite: true},
	})
}

func (w *world) update(fn func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	if err := w.as(program(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) as(ctx context.Context, fn func(ctx context.Context, tx *db.Tx) error) error {
	w.t.Helper()
	return w.db.Update(ctx, fn)
}

func (w *world) create(d catalog.Draft) catalog.Product {
	w.t.Helper()
	var p catalog.Product
	w.update(func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = w.Create(ctx, tx, d)
		return err
	})
	return p
}

// dress is a valid draft.
func dress() catalog.Draft {
	return catalog.Draft{
		StyleCode: "D100", Name: "茶歇裙", Brand: "Shuke", Category: "女装/连衣裙", Scene: "leisure", Styles: []string{"retro", "minimal"},
		LaunchOn: cal.Date(2026, 3, 1), SKUs: []catalog.SKUDraft{
			{Code: "D100-R-S", Colour: "红", Size: "S", PriceFen: 39900, CostFen: new(int64(12000))},
			{Code: "D100-R-M", Colour: "红", Size: "M", PriceFen: 39900},
		},
	}
}

func anyVersion(int64) error { return nil }

func TestCreate(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.create(dress())
		if p.Version != 1 || p.State != catalog.Active || len(p.SKUs) != 2 || p.SKUs[0].CostFen == nil || *p.SKUs[0].CostFen != 12000 {
			t.Errorf("product = %+v", p)
		}
		if want := []string{"minimal", "retro"}; !slices.Equal(p.Styles, want) {
			t.Errorf("styles = %v, want %v", p.Styles, want)
		}
		err := w.as(program(), func(ctx context.Context, tx *db.Tx) error {
			_, err := w.Create(ctx, tx, dress())
			return err
		})
		if errs.CodeOf(err) != "product.exists" {
			t.Errorf("same style again: %v, want product.exists", err)
		}
		err = w.as(program(), func(ctx context.Context, tx *db.Tx) error {
			other := dress()
			other.StyleCode = "D200"
			_, err := w.Create(ctx, tx, other)
			return err
		})
		if errs.CodeOf(err) != "sku.taken" {
			t.Errorf("SKU of another product: %v, want sku.taken", err)
		}
	})
}

func TestCreate_reports_all_faults_together(t *testing.T) {
	t.Parallel()
	bad := dress()
	bad.Name, bad.Category, bad.Styles = "", "女装//裙", []string{"a\x00b"}
	bad.SKUs = append(bad.SKUs, catalog.SKUDraft{Code: "D100-R-S", PriceFen: -1})
	var got []string
	if e, ok := bad.Validate().(*errs.Error); ok {
		for _, f := range e.Fields {
			got = append(got, f.Path+" "+f.Code)
		}
	}
	want := []string{"name required", "category path", "styles[0] characters", "skus[2].price_fen out_of_range", "skus[2].code duplicate"}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.create(dress())
		change := func(ctx context.Context, version int64, e catalog.Edit) (after catalog.Product, err error) {
			err = w.as(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				after, err = w.Update(ctx, tx, p.ID, func(v int64) error { return web.CheckIfMatch(web.ETag(version), v) }, e)
				return err
			})
			return after, err
		}
		after, err := change(program(), 1, catalog.Edit{Brand: new(""), Styles: &[]string{"street"}, SKUs: []catalog.SKUDraft{
			{Code: "D100-R-S", PriceFen: 29900}, {Code: "D100-B-S", Colour: "黑", Size: "S", PriceFen: 39900},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if after.Version != 2 || after.Brand != "" || after.Name != "茶歇裙" || len(after.SKUs) != 3 || after.SKUs[0].PriceFen != 29900 ||
			after.SKUs[0].Colour != "红" || *after.SKUs[0].CostFen != 12000 || !slices.Equal(after.Styles, []string{"street"}) {
			t.Errorf("after the change: %+v", after)
		}
		if _, err := change(program(), 1, catalog.Edit{Brand: new("x")}); errs.KindOf(err) != errs.Stale {
			t.Errorf("change on a stale version: %v, want version.stale", err)
		}
		if _, err := change(program(), 2, catalog.Edit{Name: new("")}); errs.CodeOf(err) != "product.invalid" {
			t.Errorf("empty name: %v, want product.invalid", err)
		}
		if _, err := change(clerk(), 2, catalog.Edit{SKUs: []catalog.SKUDraft{{Code: "D100-R-S", CostFen: new(int64(1))}}}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("cost from who may not see it: %v, want access.denied", err)
		}
		after, err = change(clerk(), 2, catalog.Edit{State: new(catalog.Retired)})
		if err != nil || after.State != catalog.Retired || after.SKUs[0].CostFen != nil {
			t.Errorf("retired by a clerk: %+v (%v), want no cost shown", after, err)
		}
	})
}

func TestList(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for i, category := range []string{"女装/连衣裙", "女装/连衣裙/长", "女装/连衣裙衬", "男装"} {
			draft := dress()
			draft.StyleCode, draft.Category, draft.SKUs = fmt.Sprint("P", i), category, nil
			draft.Name = []string{"Red 100% dress", "blue_dress", "Shirt", "Coat"}[i]
			if i == 3 {
				draft.Styles, draft.Scene, draft.Brand = []string{"street"}, "office", "Other"
				draft.SKUs = []catalog.SKUDraft{{Code: "COAT-1"}}
			}
			w.create(draft)
		}
		for _, c := range []struct {
			name   string
			filter catalog.Filter
			want   []string
		}{
			{"all_newest_first", catalog.Filter{}, []string{"P3", "P2", "P1", "P0"}},
			{"category_with_what_is_below", catalog.Filter{Category: "女装/连衣裙"}, []string{"P1", "P0"}},
			{"text_whatever_its_case", catalog.Filter{Text: "DRESS"}, []string{"P1", "P0"}},
			{"percent_is_a_character", catalog.Filter{Text: "100%"}, []string{"P0"}},
			{"underscore_is_a_character", catalog.Filter{Text: "e_d"}, []string{"P1"}},
			{"whole_sku_code", catalog.Filter{Text: "COAT-1"}, []string{"P3"}},
			{"style_tag", catalog.Filter{Style: "street"}, []string{"P3"}},
			{"scene_and_brand", catalog.Filter{Scene: "office", Brand: "Other"}, []string{"P3"}},
			{"launched_later", catalog.Filter{LaunchFrom: cal.Date(2026, 3, 2)}, nil},
			{"state", catalog.Filter{State: catalog.Retired}, nil},
		} {
			var got []string
			c.filter.Limit = 10
			w.update(func(ctx context.Context, tx *db.Tx) error {
				found, err := w.List(ctx, tx, c.filter)
				for _, p := range found {
					got = append(got, p.StyleCode)
				}
				return err
			})
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
			}
		}
	})
}

func TestEnsureSKUs_unknown_code_becomes_a_stub_to_complete(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		known := w.create(dress())
		var rows map[string]catalog.SKURow
		w.update(func(ctx context.Context, tx *db.Tx) (err error) {
			rows, err = w.EnsureSKUs(ctx, tx, []catalog.SKURef{{Code: "D100-R-S"}, {Code: "NEW-1", Name: "新品", PriceFen: 500}, {Code: "NEW-1"}})
			return err
		})
		if len(rows) != 2 || rows["D100-R-S"].Product != known.ID || rows["D100-R-S"].Category != "女装/连衣裙" || rows["NEW-1"].Name != "新品" {
			t.Fatalf("rows = %+v", rows)
		}
		p := w.create(catalog.Draft{StyleCode: "N1", Name: "真名", SKUs: []catalog.SKUDraft{{Code: "NEW-1", Colour: "蓝", PriceFen: 600}}})
		if len(p.SKUs) != 1 || p.SKUs[0].ID != rows["NEW-1"].SKU {
			t.Errorf("the completed product has %+v, want the SKU that was sold", p.SKUs)
		}
		w.update(func(ctx context.Context, tx *db.Tx) error {
			stubs, err := w.List(ctx, tx, catalog.Filter{State: catalog.Stub, Limit: 10})
			if len(stubs) != 0 {
				t.Errorf("stubs left = %+v, want none", stubs)
			}
			return err
		})
	})
}

// TestEnsureSKUs_follows_changes asks again after each change, since what was found is remembered.
func TestEnsureSKUs_follows_changes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ensure := func() (row catalog.SKURow) {
			w.update(func(ctx context.Context, tx *db.Tx) error {
				rows, err := w.EnsureSKUs(ctx, tx, []catalog.SKURef{{Code: "D100-R-S", Name: "stub"}})
				row = rows["D100-R-S"]
				return err
			})
			return row
		}
		rolledBack := errors.New("rolled back")
		var ghost catalog.SKURow
		err := w.as(program(), func(ctx context.Context, tx *db.Tx) error {
			rows, err := w.EnsureSKUs(ctx, tx, []catalog.SKURef{{Code: "D100-R-S", Name: "ghost"}})
			ghost = rows["D100-R-S"]
			return cmp.Or(err, rolledBack)
		})
		stub := ensure()
		if !errors.Is(err, rolledBack) || stub.SKU == ghost.SKU || ensure() != stub {
			t.Errorf("after a rollback: %+v, want a SKU of its own, the same each time", stub)
		}
		p := w.create(dress())
		if row := ensure(); row.Product != p.ID || row.SKU != stub.SKU || row.Name != "茶歇裙" {
			t.Errorf("after the stub was completed: %+v, want it with product %s", row, p.ID)
		}
		w.update(func(ctx context.Context, tx *db.Tx) error { return w.RemoveMany(ctx, tx, []catalog.ID{p.ID}) })
		if row := ensure(); row.SKU == stub.SKU || row.Product == p.ID {
			t.Errorf("after the product was removed: %+v, want a new stub", row)
		}
	})
}

func TestEnsureSKUs_at_the_same_time(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var wg sync.WaitGroup
		results := make([]map[string]catalog.SKURow, 8)
		for i := range results {
			wg.Go(func() {
				err := d.Update(program(), func(ctx context.Context, tx *db.Tx) (err error) {
					refs := []catalog.SKURef{{Code: "B"}, {Code: "A"}, {Code: "C"}}
					if i%2 == 0 {
						slices.Reverse(refs)
					}
					results[i], err = w.EnsureSKUs(ctx, tx, refs)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, got := range results[1:] {
			if diff := gocmp.Diff(results[0], got, gocmp.Comparer(func(a, b catalog.SKURow) bool { return a == b })); diff != "" {
				t.Errorf("two sellers see different SKUs:\n%s", diff)
			}
		}
	})
}

func TestSaveMany_rows_of_one_style_add_up_and_come_again_unchanged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		rows := []catalog.Draft{
			{StyleCode: "A", Name: "a", Category: "x", SKUs: []catalog.SKUDraft{{Code: "A1", PriceFen: 100}}, ImportID: 5},
			{StyleCode: "A", Name: "a", SKUs: []catalog.SKUDraft{{Code: "A2", PriceFen: 200}}, ImportID: 5},
			{StyleCode: "", Name: "nameless", ImportID: 5},
			{StyleCode: "B", Name: "b", SKUs: []catalog.SKUDraft{{Code: "A1"}}, ImportID: 5},
		}
		save := func() (saved []catalog.Saved) {
			w.update(func(ctx context.Context, tx *db.Tx) (err error) {
				saved, err = w.SaveMany(ctx, tx, rows)
				return err
			})
			return saved
		}
		first := save()
		if !first[0].Created || first[1].ID != first[0].ID || errs.CodeOf(first[2].Err) != "product.invalid" || errs.CodeOf(first[3].Err) != "sku.taken" {
			t.Errorf("first time: %+v", first)
		}
		again := save()
		if !again[0].Unchanged || !again[1].Unchanged || again[0].ID != first[0].ID {
			t.Errorf("second time: %+v, want the same, unchanged", again)
		}
		w.update(func(ctx context.Context, tx *db.Tx) error {
			p, err := w.Find(ctx, tx, first[0].ID)
			if p.Version != 1 || len(p.SKUs) != 2 || p.Category != "x" {
				t.Errorf("product = %+v", p)
			}
			made, err2 := w.ListImport(ctx, tx, 5, 10, catalog.ID{})
			if err2 != nil || len(made) != 1 {
				t.Errorf("made by the import: %v (%v), want one", made, err2)
			}
			if err := w.RemoveMany(ctx, tx, made); err != nil {
				return err
			}
			if _, err := w.Find(ctx, tx, first[0].ID); errs.KindOf(err) != errs.NotFound {
				t.Errorf("removed product: %v, want product.not_found", err)
			}
			return err
		})
	})
}

func TestStock(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.create(dress())
		mine := clerk(w.shop.Int64())
		adjust := func(ctx context.Context, by int64) (stock catalog.Stock, facts int, err error) {
			err = w.as(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				stock, err = w.AdjustStock(ctx, tx, "D100-R-S", w.shop, by)
				facts = len(event.Caused(tx))
				return err
			})
			return stock, facts, err
		}
		set := func(ctx context.Context, draft catalog.StockDraft, check func(int64) error) (stock catalog.Stock, err error) {
			err = w.as(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
				draft.ShopID, draft.SKU = w.shop, "D100-R-S"
				stock, err = w.SetStock(ctx, tx, draft, check)
				return err
			})
			return stock, err
		}
		if stock, _, err := adjust(mine, 3); err != nil || stock.Quantity != 3 || stock.PriceFen != 39900 || stock.OwnPrice {
			t.Errorf("first adjustment: %+v (%v)", stock, err)
		}
		if stock, _, err := adjust(mine, -3); err != nil || stock.Quantity != 0 || stock.Version != 2 {
			t.Errorf("sold out: %+v (%v)", stock, err)
		}
		if _, _, err := adjust(mine, -1); errs.CodeOf(err) != "stock.too_low" {
			t.Errorf("below zero: %v, want stock.too_low", err)
		}
		if stock, facts, err := adjust(mine, 5); err != nil || facts != 1 || stock.CostFen != nil {
			t.Errorf("back in stock: %+v, %d facts (%v), want one fact and no cost", stock, facts, err)
		}
		if _, _, err := adjust(clerk(99), 1); errs.CodeOf(err) != "shop.not_found" {
			t.Errorf("another shop: %v, want shop.not_found", err)
		}
		stale := func(int64) error { return web.CheckIfMatch(web.ETag(1), 3) }
		if _, err := set(program(), catalog.StockDraft{Quantity: 1}, stale); errs.KindOf(err) != errs.Stale {
			t.Errorf("set on a stale version: %v", err)
		}
		stock, err := set(program(), catalog.StockDraft{Quantity: 9, PriceFen: new(int64(35000)), CostFen: new(int64(11000))}, anyVersion)
		if err != nil || stock.Quantity != 9 || stock.PriceFen != 35000 || !stock.OwnPrice || *stock.CostFen != 11000 {
			t.Errorf("set with a price of the shop: %+v (%v)", stock, err)
		}
		if again, err := set(program(), catalog.StockDraft{Quantity: 9, PriceFen: new(int64(35000))}, anyVersion); err != nil || again.Version != stock.Version {
			t.Errorf("the same again: version %d (%v), want %d", again.Version, err, stock.Version)
		}
		if _, err := set(program(), catalog.StockDraft{Quantity: -1}, anyVersion); errs.CodeOf(err) != "stock.invalid" {
			t.Errorf("negative stock: %v, want stock.invalid", err)
		}
	})
}
