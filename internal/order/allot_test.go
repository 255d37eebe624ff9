package order

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestAllot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		total   int64
		weights []int64
		want    []int64
	}{
		{"ties_go_by_line", 1000, []int64{1000, 1000, 1000}, []int64{334, 333, 333}},
		{"small_line_is_not_overdrawn", 131, []int64{33, 33, 33, 33, 1}, []int64{33, 33, 32, 32, 1}},
		{"zero_line_gets_nothing", 2, []int64{0, 1, 1, 1}, []int64{0, 1, 1, 0}},
		{"promotion_over_two_lines", 5000, []int64{20000, 15000}, []int64{2857, 2143}},
		{"nothing_to_split", 0, []int64{5, 5}, []int64{0, 0}},
		{"nothing_to_split_over", 7, []int64{0, 0}, []int64{0, 0}},
		{"no_lines", 7, nil, []int64{}},
		{"largest_amounts", MaxFen, []int64{MaxFen, MaxFen, 1}, []int64{MaxFen / 2, MaxFen / 2, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := allot(c.total, c.weights); !slices.Equal(got, c.want) {
				t.Errorf("allot(%d, %v) = %v, want %v", c.total, c.weights, got, c.want)
			}
		})
	}
}

func TestAllot_is_exact_and_within_the_weights(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, MaxFen), 1, 50).Draw(t, "weights")
		var sum int64
		for _, w := range weights {
			sum += w
		}
		total := rapid.Int64Range(0, sum).Draw(t, "total")
		var got int64
		for i, share := range allot(total, weights) {
			if share < 0 || share > weights[i] {
				t.Fatalf("share %d of weight %d is %d", i, weights[i], share)
			}
			got += share
		}
		if got != total {
			t.Fatalf("shares add up to %d, want %d", got, total)
		}
	})
}

func TestReturned(t *testing.T) {
	t.Parallel()
	var got []int64
	for units := range int64(4) {
		got = append(got, returned(100, 3, units))
	}
	if want := []int64{0, 34, 67, 100}; !slices.Equal(got, want) {
		t.Errorf("100 over 3 units = %v, want %v", got, want)
	}
}
