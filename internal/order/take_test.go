package order

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sold returns a sale of lines given as quantity and paid fen.
func sold(lines ...[2]int64) *sale {
	s := &sale{}
	for i, l := range lines {
		s.lines = append(s.lines, Line{SKU: fmt.Sprint("S", i+1), Quantity: l[0], PaidFen: l[1]})
		s.order.PaidFen += l[1]
	}
	return s
}

// gone is what has gone back of each line, as quantity and fen.
func (s *sale) gone() [][2]int64 {
	var all [][2]int64
	for _, l := range s.lines {
		all = append(all, [2]int64{l.RefundedQuantity, l.RefundedFen})
	}
	return all
}

func TestTake(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		sale   *sale
		lines  []RefundLine
		amount int64
		gone   [][2]int64
		fen    int64
		units  int64
		excess int64
	}{
		{"all_that_is_left", sold([2]int64{3, 100}, [2]int64{1, 50}), nil, 0, [][2]int64{{3, 100}, {1, 50}}, 150, 4, 0},
		{"first_of_three_units", sold([2]int64{3, 100}), []RefundLine{{SKU: "S1", Quantity: 1}}, 0, [][2]int64{{1, 34}}, 34, 1, 0},
		{"two_of_three_units", sold([2]int64{3, 100}), []RefundLine{{SKU: "S1", Quantity: 2}}, 0, [][2]int64{{2, 67}}, 67, 2, 0},
		{"line_by_number", sold([2]int64{1, 10}, [2]int64{1, 20}), []RefundLine{{LineNo: 2, Quantity: 1}}, 0, [][2]int64{{0, 0}, {1, 20}}, 20, 1, 0},
		{"amount_without_lines_is_spread", sold([2]int64{1, 33}, [2]int64{1, 33}, [2]int64{1, 33}, [2]int64{1, 33}, [2]int64{1, 1}), nil, 131,
			[][2]int64{{0, 33}, {0, 33}, {0, 32}, {0, 32}, {0, 1}}, 131, 0, 0},
		{"whole_amount_takes_the_pieces_too", sold([2]int64{2, 70}), nil, 70, [][2]int64{{2, 70}}, 70, 2, 0},
		{"amount_of_a_line_counts", sold([2]int64{2, 100}), []RefundLine{{SKU: "S1", Quantity: 1, AmountFen: 20}}, 20, [][2]int64{{1, 20}}, 20, 1, 0},
		{"money_without_pieces", sold([2]int64{2, 100}), []RefundLine{{SKU: "S1", AmountFen: 20}}, 20, [][2]int64{{0, 20}}, 20, 0, 0},
		{"amount_is_spread_over_lines", sold([2]int64{1, 100}, [2]int64{1, 300}), []RefundLine{{SKU: "S1", Quantity: 1}, {SKU: "S2", Quantity: 1}}, 200,
			[][2]int64{{1, 50}, {1, 150}}, 200, 2, 0},
		{"more_than_was_paid_is_excess", sold([2]int64{1, 100}), []RefundLine{{SKU: "S1", Quantity: 1, AmountFen: 120}}, 120, [][2]int64{{1, 100}}, 100, 1, 20},
		{"more_pieces_than_were_sold", sold([2]int64{1, 100}), []RefundLine{{SKU: "S1", Quantity: 3}}, 0, [][2]int64{{1, 100}}, 100, 1, 0},
		{"unknown_line_is_excess", sold([2]int64{1, 100}), []RefundLine{{SKU: "X", Quantity: 1, AmountFen: 30}}, 30, [][2]int64{{0, 0}}, 0, 0, 30},
		{"gift_line_gives_no_money", sold([2]int64{1, 0}, [2]int64{1, 100}), []RefundLine{{SKU: "S1", Quantity: 1}}, 0, [][2]int64{{1, 0}, {0, 0}}, 0, 0, 0},
		{"stock_correction_cannot_come_back", sold([2]int64{-5, 0}), nil, 0, [][2]int64{{0, 0}}, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := c.sale.take(c.lines, c.amount)
			if diff := cmp.Diff(c.gone, c.sale.gone()); diff != "" {
				t.Errorf("gone back of each line (-want +got):\n%s", diff)
			}
			if got.fen != c.fen || got.units != c.units || got.excessFen != c.excess {
				t.Errorf("fen, units, excess = %d, %d, %d, want %d, %d, %d", got.fen, got.units, got.excessFen, c.fen, c.units, c.excess)
			}
		})
	}
}

// TestTake_any_order takes up to six pieces back in every order: INV-11.
func TestTake_any_order_ends_where_a_full_refund_ends(t *testing.T) {
	t.Parallel()
	fresh := func() *sale { return sold([2]int64{3, 100}, [2]int64{2, 71}, [2]int64{1, 5}) }
	full := fresh()
	full.take(nil, 0)
	want := full.gone()
	pieces := []string{"S1", "S1", "S1", "S2", "S2", "S3"}
	ways := 0
	var permute func(k int)
	permute = func(k int) {
		if k < len(pieces) {
			for i := k; i < len(pieces); i++ {
				pieces[k], pieces[i] = pieces[i], pieces[k]
				permute(k + 1)
				pieces[k], pieces[i] = pieces[i], pieces[k]
			}
			return
		}
		for cuts := range 1 << (len(pieces) - 1) { // Every way to cut the row of pieces into refunds.
			s := fresh()
			var refund []RefundLine
			for i, sku := range pieces {
				refund = append(refund, RefundLine{SKU: sku, Quantity: 1})
				if cuts&(1<<i) != 0 || i == len(pieces)-1 {
					s.take(refund, 0)
					refund = nil
				}
			}
			if got := s.gone(); !slices.Equal(got, want) {
				t.Fatalf("%v cut %b: %v went back, want %v", pieces, cuts, got, want)
			}
			ways++
		}
	}
	permute(0)
	if ways != 720*32 {
		t.Errorf("tried %d ways, want %d", ways, 720*32)
	}
}

func TestTake_never_more_than_was_paid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := &sale{}
		for i := range rapid.IntRange(1, 5).Draw(t, "lines") {
			s.lines = append(s.lines, Line{
				SKU: fmt.Sprint("S", i%3), Quantity: rapid.Int64Range(1, 9).Draw(t, "quantity"), PaidFen: rapid.Int64Range(0, 1000).Draw(t, "paid"),
			})
			s.order.PaidFen += s.lines[i].PaidFen
		}
		for range rapid.IntRange(1, 8).Draw(t, "refunds") {
			var asked []RefundLine
			var sum int64
			for range rapid.IntRange(0, 4).Draw(t, "asked") {
				a := RefundLine{
					SKU: rapid.SampledFrom([]string{"S0", "S1", "S2", "X"}).Draw(t, "sku"), Quantity: rapid.Int64Range(0, 12).Draw(t, "pieces"),
					AmountFen: rapid.SampledFrom([]int64{0, 0, 1, 77, 5000}).Draw(t, "amount"),
				}
				sum += a.AmountFen
				asked = append(asked, a)
			}
			amount := sum
			if sum == 0 {
				amount = rapid.Int64Range(0, 2000).Draw(t, "total")
			}
			before := s.order.RefundedFen
			got := s.take(asked, amount)
			if s.order.RefundedFen != before+got.fen {
				t.Fatalf("the order moved by %d, the refund by %d", s.order.RefundedFen-before, got.fen)
			}
			if amount > 0 && sum == 0 && got.fen+got.excessFen != amount {
				t.Fatalf("%d fen and %d in excess do not make %d", got.fen, got.excessFen, amount)
			}
			var gone int64
			for _, l := range s.lines {
				if l.RefundedFen < 0 || l.RefundedFen > l.PaidFen || l.RefundedQuantity < 0 || l.RefundedQuantity > l.Quantity {
					t.Fatalf("line is overdrawn: %+v", l)
				}
				gone += l.RefundedFen
			}
			if gone != s.order.RefundedFen {
				t.Fatalf("lines say %d went back, the order %d", gone, s.order.RefundedFen)
			}
		}
		s.take(nil, 0)
		for _, l := range s.lines {
			if l.RefundedFen != l.PaidFen || l.RefundedQuantity != l.Quantity {
				t.Fatalf("after a full refund something is left: %+v", l)
			}
		}
	})
}
