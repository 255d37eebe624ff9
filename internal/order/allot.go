package order

import (
	"cmp"
	"math/bits"
	"slices"
)

// allot splits a total over weights by largest remainder: each gets the whole part of its share, and
// what is left goes to the largest fractions, ties by place. A weight of 0 gets 0; a total within the
// sum of the weights gives no place more than its weight. Total and weights are not negative.
func allot(total int64, weights []int64) []int64 {
	shares := make([]int64, len(weights))
	var sum uint64
	for _, w := range weights {
		sum += uint64(w)
	}
	if sum == 0 || total == 0 {
		return shares
	}
	type fraction struct {
		place int
		rest  uint64
	}
	fractions := make([]fraction, 0, len(weights))
	left := total
	for i, w := range weights {
		high, low := bits.Mul64(uint64(total), uint64(w))
		whole, rest := bits.Div64(high, low, sum) // high < sum, since w <= sum and total < 2^63.
		shares[i] = int64(whole)
		left -= shares[i]
		if rest > 0 {
			fractions = append(fractions, fraction{i, rest})
		}
	}
	slices.SortStableFunc(fractions, func(a, b fraction) int { return cmp.Compare(b.rest, a.rest) })
	for _, f := range fractions[:left] {
		shares[f.place]++
	}
	return shares
}

// returned is what the first units of a line are worth, when a paid amount is spread over all units by
// largest remainder: 100 over 3 is 34, 33, 33. By counting from the first unit each time, any split of
// a return ends where one full return ends.
func returned(paid, quantity, units int64) int64 {
	if units >= quantity {
		return paid
	}
	return paid/quantity*units + min(paid%quantity, units)
}
