package order

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/shuke-crm/shuke/internal/customer"
	"github.com/shuke-crm/shuke/internal/platform/errs"
	"github.com/shuke-crm/shuke/internal/privacy"
)

// sample is a valid draft of two lines.
func sample() Draft {
	return Draft{
		Source: "till-1", OrderNo: "A1", ShopCode: "S1", Lines: []DraftLine{
			{SKU: "K1", Name: "裙", Quantity: 2, UnitPriceFen: 10000, DiscountFen: 1000},
			{SKU: "K2", Quantity: 1, UnitPriceFen: 5000},
		},
	}
}

func TestSettle_amounts(t *testing.T) {
	t.Parallel()
	type line = DraftLine
	for _, c := range []struct {
		name  string
		order Draft
		lines []line // wanted, of which quantity and amounts are compared
		paid  int64
		fault string
	}{
		{"paid_is_derived", Draft{Lines: []line{{Quantity: 2, UnitPriceFen: 100, DiscountFen: 30}}}, []line{{Quantity: 2, UnitPriceFen: 100, DiscountFen: 30, PaidFen: 170}}, 170, ""},
		{"discount_is_derived", Draft{Lines: []line{{Quantity: 2, UnitPriceFen: 100, PaidFen: 150}}}, []line{{Quantity: 2, UnitPriceFen: 100, DiscountFen: 50, PaidFen: 150}}, 150, ""},
		{"price_is_derived", Draft{Lines: []line{{Quantity: 3, PaidFen: 100}}}, []line{{Quantity: 3, UnitPriceFen: 34, DiscountFen: 2, PaidFen: 100}}, 100, ""},
		{"price_was_rounded_down", Draft{Lines: []line{{Quantity: 3, UnitPriceFen: 33, PaidFen: 100}}}, []line{{Quantity: 3, UnitPriceFen: 34, DiscountFen: 2, PaidFen: 100}}, 100, ""},
		{"gift_is_paid_with_nothing", Draft{Lines: []line{{Quantity: 1, UnitPriceFen: 900, paidGiven: true}}}, []line{{Quantity: 1, UnitPriceFen: 900, DiscountFen: 900}}, 0, ""},
		{"free_order", Draft{paidGiven: true, Lines: []line{{Quantity: 1}}}, []line{{Quantity: 1}}, 0, ""},
		{"whole_order_discount_is_spread", Draft{OrderDiscountFen: 1000, Lines: []line{
			{Quantity: 1, UnitPriceFen: 1000}, {Quantity: 1, UnitPriceFen: 1000}, {Quantity: 1, UnitPriceFen: 1000},
		}}, []line{
			{Quantity: 1, UnitPriceFen: 1000, DiscountFen: 334, PaidFen: 666}, {Quantity: 1, UnitPriceFen: 1000, DiscountFen: 333, PaidFen: 667},
			{Quantity: 1, UnitPriceFen: 1000, DiscountFen: 333, PaidFen: 667},
		}, 2000, ""},
		{"line_does_not_add_up", Draft{Lines: []line{{Quantity: 2, UnitPriceFen: 100, DiscountFen: 10, PaidFen: 150}}}, nil, 0, "lines[0].paid_fen sum"},
		{"zero_that_does_not_add_up", Draft{Lines: []line{{Quantity: 2, UnitPriceFen: 100, DiscountFen: 10, paidGiven: true}}}, nil, 0, "lines[0].paid_fen sum"},
		{"paid_more_than_the_price", Draft{Lines: []line{{Quantity: 2, UnitPriceFen: 100, PaidFen: 300}}}, nil, 0, "lines[0].paid_fen sum"},
		{"order_does_not_add_up", Draft{PaidFen: 199, Lines: []line{{Quantity: 2, UnitPriceFen: 100}}}, nil, 0, "paid_fen sum"},
		{"zero_order_that_does_not_add_up", Draft{paidGiven: true, Lines: []line{{Quantity: 2, UnitPriceFen: 100}}}, nil, 0, "paid_fen sum"},
		{"discount_above_the_price", Draft{Lines: []line{{Quantity: 2, UnitPriceFen: 100, DiscountFen: 201}}}, nil, 0, "lines[0].discount_fen exceeds"},
		{"order_discount_above_the_sum", Draft{OrderDiscountFen: 201, Lines: []line{{Quantity: 2, UnitPriceFen: 100}}}, nil, 0, "order_discount_fen exceeds"},
		{"no_pieces", Draft{Lines: []line{{Quantity: 0, UnitPriceFen: 100}}}, nil, 0, "lines[0].quantity out_of_range"},
		{"too_many_pieces", Draft{Lines: []line{{Quantity: 1_000_001, UnitPriceFen: 1}}}, nil, 0, "lines[0].quantity out_of_range"},
		{"too_much_money", Draft{Lines: []line{{Quantity: 1_000_000, UnitPriceFen: MaxFen}}}, nil, 0, "lines[0].unit_price_fen out_of_range"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := c.order
			d.Source, d.OrderNo = "s", "1"
			d.Lines = slices.Clone(d.Lines)
			for i := range d.Lines {
				d.Lines[i].SKU = "K"
			}
			got, err := d.settle(terms{})
			if c.fault != "" {
				if faults := faultsOf(err); len(faults) != 1 || faults[0] != c.fault {
					t.Errorf("faults = %v, want %s", faults, c.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for i, l := range got.Lines {
				w := c.lines[i]
				if l.Quantity != w.Quantity || l.UnitPriceFen != w.UnitPriceFen || l.DiscountFen != w.DiscountFen || l.PaidFen != w.PaidFen {
					t.Errorf("line %d = %+v, want %+v", i, l, w)
				}
			}
			if got.PaidFen != c.paid {
				t.Errorf("paid = %d, want %d", got.PaidFen, c.paid)
			}
		})
	}
}

// faultsOf are the faults of an error, as "path code".
func faultsOf(err error) []string {
	e, ok := err.(*errs.Error) //nolint:errorlint // It is never wrapped.
	if !ok {
		return nil
	}
	var all []string
	for _, f := range e.Fields {
		all = append(all, f.Path+" "+f.Code)
	}
	return all
}

func TestSettle_reports_all_faults_together(t *testing.T) {
	t.Parallel()
	d := sample()
	d.Source, d.OrderNo = "", "a\x00b"
	d.PaidAt = time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)
	d.Identities = []customer.Identity{{Kind: customer.Phone, Value: "1.38E+10"}, {Kind: customer.OpenID, Space: "app", Value: "o1", Verified: true}}
	d.Lines[0].Quantity, d.Lines[1].SKU, d.Lines[1].UnitPriceFen = -1, " ", -5
	_, err := d.settle(terms{})
	want := []string{
		"source required", "order_no characters", "paid_at out_of_range", "identities[0] phone.scientific", "identities[1].verified identity.unproven",
		"lines[0].quantity out_of_range", "lines[1].sku required", "lines[1].unit_price_fen out_of_range",
	}
	if diff := cmp.Diff(want, faultsOf(err)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestSettle_history_keeps_stock_corrections(t *testing.T) {
	t.Parallel()
	d := sample()
	d.Lines = []DraftLine{{SKU: "K1", Quantity: -12}}
	if _, err := d.settle(terms{}); err == nil {
		t.Error("a live order took a line of -12 pieces")
	}
	got, err := d.settle(terms{history: true})
	if err != nil || got.PaidFen != 0 || got.Lines[0].Quantity != -12 {
		t.Errorf("history: %+v (%v), want the line kept, for nothing", got, err)
	}
}

func TestBusinessTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name             string
		said             time.Time
		history, flagged bool
		want             time.Time
	}{
		{"absent_is_now", time.Time{}, false, false, now},
		{"three_hours_behind", now.Add(-3 * time.Hour), false, false, now.Add(-3 * time.Hour)},
		{"ten_minutes_ahead", now.Add(10 * time.Minute), false, false, now.Add(10 * time.Minute)},
		{"two_days_ahead_is_put_right", now.Add(48 * time.Hour), false, true, now},
		{"eight_days_behind_is_put_right", now.Add(-8 * 24 * time.Hour), false, true, now.Add(-7 * 24 * time.Hour)},
		{"history_may_be_old", now.Add(-1000 * 24 * time.Hour), true, false, now.Add(-1000 * 24 * time.Hour)},
		{"history_is_not_ahead", now.Add(48 * time.Hour), true, true, now},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at, occurred := businessTime(c.said, now, c.history)
			if !at.Equal(c.want) || c.flagged == occurred.IsZero() || c.flagged && !occurred.Equal(c.said) {
				t.Errorf("at %v, occurred %v, want %v, flagged %v", at, occurred, c.want, c.flagged)
			}
		})
	}
}

func TestHash(t *testing.T) {
	t.Parallel()
	keys, err := privacy.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	hash := func(change func(*Draft)) int64 {
		d := sample()
		if change != nil {
			change(&d)
		}
		settled, err := d.settle(terms{})
		if err != nil {
			t.Fatal(err)
		}
		var into digest
		return settled.hash(keys, &into)
	}
	same := hash(nil)
	for name, change := range map[string]func(*Draft){
		"other order of lines": func(d *Draft) { slices.Reverse(d.Lines) },
		"name of the customer": func(d *Draft) { d.CustomerName = "张三" },
		"sum told":             func(d *Draft) { d.PaidFen = 24000 },
		"blanks":               func(d *Draft) { d.Lines[0].SKU = " K1 " },
	} {
		if hash(change) != same {
			t.Errorf("%s: another hash, want the same", name)
		}
	}
	for name, change := range map[string]func(*Draft){
		"time":     func(d *Draft) { d.PaidAt = time.Unix(1, 0) },
		"quantity": func(d *Draft) { d.Lines[0].Quantity = 3 },
		"price":    func(d *Draft) { d.Lines[1].UnitPriceFen++ },
		"discount": func(d *Draft) { d.OrderDiscountFen = 1 },
		"identity": func(d *Draft) { d.Identities = []customer.Identity{{Kind: customer.Phone, Value: "13800138000"}} },
		"channel":  func(d *Draft) { d.Channel = "online" },
		"line":     func(d *Draft) { d.Lines = d.Lines[:1] },
		"parts":    func(d *Draft) { d.Lines[0].SKU, d.Lines[0].Name = "K1裙", "" },
	} {
		if hash(change) == same {
			t.Errorf("%s: the same hash, want another", name)
		}
	}
}

func TestDecode_one_bad_field(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"source":"s","quantity":1}`:                  " unknown",
		`{"source":7}`:                                 "source type",
		`{"lines":[{"sku":"a","quantity":"1"}]}`:       "lines.quantity type",
		`{"lines":[{"quantity":1e30}]}`:                "lines.quantity type",
		`"text"`:                                       " type",
		`{"paid_at":"yesterday"}`:                      " format",
		`{"shop_id":"ord_0000000000000"}`:              " format",
		`{"lines":[{"paid_fen":1.5}],"source":"till"}`: "lines.paid_fen type",
	} {
		_, err := rawOrder(body).decode()
		if got := faultsOf(err); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v, want %q", body, got, want)
		}
	}
}

// FuzzDraft reads orders from JSON: whatever comes, there is no panic, and what passes adds up.
func FuzzDraft(f *testing.F) {
	f.Add([]byte(`{"source":"s","order_no":"1","lines":[{"sku":"a","quantity":3,"unit_price_fen":33,"paid_fen":100}],"order_discount_fen":7}`))
	f.Add([]byte(`{"source":"s","order_no":"1","lines":[{"sku":"a","quantity":1,"paid_fen":0}],"paid_fen":0,"identities":[{"kind":"phone","value":"138"}]}`))
	f.Add([]byte(`{"paid_at":"2026-11-24T08:00:00Z","lines":[]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if !json.Valid(body) {
			return
		}
		d, err := rawOrder(body).decode()
		if err != nil {
			return
		}
		d, err = d.settle(terms{history: len(body)%2 == 0})
		if err != nil {
			if errs.KindOf(err) != errs.Invalid {
				t.Fatalf("settle = %v, want Invalid", err)
			}
			return
		}
		var sum int64
		for i, l := range d.Lines {
			if l.PaidFen != l.Quantity*l.UnitPriceFen-l.DiscountFen || l.PaidFen < 0 || l.PaidFen > MaxFen || l.DiscountFen < 0 {
				t.Fatalf("line %d does not add up: %+v", i, l)
			}
			sum += l.PaidFen
		}
		if sum != d.PaidFen || sum > MaxFen {
			t.Fatalf("lines add up to %d, the order to %d", sum, d.PaidFen)
		}
	})
}
