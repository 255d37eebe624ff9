package segment

import (
	"context"
	"slices"
	"testing"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/cal"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
)

// sampleTests returns a valid test for each comparison of a field, plain, in a window and narrowed.
func sampleTests(c *Catalogue, f *Field) []Test {
	var tests []Test
	for _, op := range f.Ops {
		t := Test{Field: f.Code, Op: op}
		switch {
		case op == Known || op == Unknown || op == Yes || op == No:
		case f.Kind == NumberField:
			if slices.Contains(dateFields, f.Code) && (op == GT || op == GTE || op == NE) {
				continue
			}
			t.Number = new(NumberOf(2))
			if op == Between {
				t.UpTo = new(NumberOf(30))
			}
		case f.Kind == DayField:
			t.Choices = []string{"2026-01-15"}
		case f.Refers != "":
			for id := range c.Names[f.Refers] {
				t.Choices = []string{id}
			}
			if t.Choices == nil {
				continue
			}
		case f.Kind == TextField:
			t.Choices = []string{"a", "%"}
		default:
			t.Choices = []string{f.Options[0].Code}
		}
		tests = append(tests, t)
		if f.Window {
			t.Within = &Window{Days: 60, Before: 5}
			tests = append(tests, t)
			t.Within = &Window{Hours: 48}
			if f.Code == stageMoves {
				t.Within = &Window{From: cal.Date(2026, 1, 1)}
			}
			tests = append(tests, t)
		}
		if len(f.Where) > 0 {
			narrowed := t
			narrowed.Where = &Where{}
			for _, name := range f.Where {
				switch name {
				case "categories":
					narrowed.Where.Categories = []string{"女装", "女装/连衣裙"}
				case "products":
					narrowed.Where.Products = []string{"A1"}
				case "channels":
					narrowed.Where.Channels = []string{"store"}
				case "shops":
					for id := range c.Names["shop"] {
						narrowed.Where.Shops = []string{id}
					}
				case "reasons":
					narrowed.Where.Reasons = []string{"size"}
				case "from_stages":
					narrowed.Where.FromStages = []string{"new", "active"}
				case "to_stages":
					narrowed.Where.ToStages = []string{"dormant"}
				case "min_fen":
					narrowed.Where.MinFen = 100
				}
			}
			tests = append(tests, narrowed)
			if f.Code == "orders.sum" {
				t.Where = &Where{Channels: []string{"store"}, MaxFen: 1_000_000}
				tests = append(tests, t)
			}
		}
		if f.Without {
			for _, then := range []string{"orders.count", "event.any", "event.cart_added"} {
				t.Where, t.Without = nil, &Without{Field: then, Hours: 24}
				tests = append(tests, t)
			}
		}
	}
	return tests
}

// TestCount_every_field asks for every field by every comparison, and compares the count over all customers
// with the answers for each.
func TestCount_every_field(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := setup(t, d)
		s.person(9)
		s.sell(sold{customer: 1, daysAgo: 3, fen: 300_00}, sold{customer: 1, daysAgo: 40, fen: 120_00}, sold{customer: 2, daysAgo: 100, fen: 900_00},
			sold{customer: 3, daysAgo: 1, fen: 10_00, shop: "S2"}, sold{customer: -1, daysAgo: 1, fen: 10_00})
		s.refreshNow()
		s.do(func(ctx context.Context, tx *db.Tx) error {
			if _, err := s.Customers.SaveTag(ctx, tx, customer.Tag{Name: "常客", Axis: customer.Preference}); err != nil {
				return err
			}
			for i, kind := range []customer.AttributeKind{customer.TextAttribute, customer.NumberAttribute, customer.DayAttribute, customer.BoolAttribute, customer.ChoiceAttribute} {
				d := customer.Definition{Code: string(kind), Name: string(kind), Kind: kind, Group: "basic"}
				if kind == customer.ChoiceAttribute {
					d.Options, d.Multiple = []customer.Option{{Code: "x", Name: "X"}}, i%2 == 0
				}
				if _, err := s.Customers.AddDefinition(ctx, tx, d); err != nil {
					return err
				}
			}
			return nil
		})
		s.view(func(ctx context.Context, tx *db.Tx) error {
			c, err := s.Catalogue(ctx, tx)
			if err != nil {
				return err
			}
			all, err := s.Customers.ListLive(ctx, tx, customer.ID{}, 100)
			if err != nil {
				return err
			}
			tests := 0
			for i := range c.Fields {
				for _, x := range sampleTests(c, &c.Fields[i]) {
					tests++
					r := Rule{All: []Rule{{Test: &x}, {Test: &Test{Field: "orders.count", Op: GTE, Number: new(NumberOf(0))}}}}
					n, err := s.Count(ctx, tx, c, r)
					if err != nil {
						t.Errorf("%s %s: %v", x.Field, x.Op, err)
						continue
					}
					near := int64(0)
					for _, one := range all {
						admitted, err := s.Admits(ctx, tx, c, r, one.ID)
						if err != nil {
							return err
						}
						if admitted {
							near++
						}
						e, err := s.Explain(ctx, tx, c, r, one.ID)
						if err != nil || len(e.Tests) != 2 || e.Tests[0].Text != c.TestSentence(&x, Chinese) || e.Tests[1].TextEN != "total orders are at least 0" {
							t.Errorf("explain %s %s: %+v, %v", x.Field, x.Op, e, err)
						}
					}
					if n != near {
						t.Errorf("%s %s %v: %d as a set, %d near", x.Field, x.Op, x, n, near)
					}
				}
			}
			t.Logf("%d tests of %d fields, %d customers", tests, len(c.Fields), len(all))
			return nil
		})
	})
}
