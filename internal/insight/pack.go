package insight

import (
	"cmp"
	"encoding/binary"
	"iter"
	"math"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// sale is what a known customer paid on a day in one shop and channel; 0 says that she no longer did.
type sale struct {
	customer int64
	on       cal.Day
	shop     int64
	channel  string
	paidFen  int64
}

// place is where and when sums are kept.
type place struct {
	on      int
	shop    int64
	channel string
}

func (s sale) place() place { return place{s.on.Number(), s.shop, s.channel} }

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.shop, b.shop), cmp.Compare(a.channel, b.channel))
}

// pack is who bought at a place, by their numbers, and what each paid. A board looks at hundreds of
// thousands of purchases; so many rows would take seconds to read, as packs they take a tenth of one.
type pack []byte

// perBuyer is the bytes of one buyer in a pack.
const perBuyer = 12

// all goes through the buyers.
func (p pack) all() iter.Seq2[uint32, int64] {
	return func(yield func(number uint32, paidFen int64) bool) {
		for b := p; len(b) >= perBuyer; b = b[perBuyer:] {
			if !yield(binary.BigEndian.Uint32(b), int64(binary.BigEndian.Uint64(b[4:]))) {
				return
			}
		}
	}
}

func (p pack) add(number uint32, paidFen int64) pack {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(p, number), uint64(paidFen))
}

// numbered is a sale by the number of the buyer.
type numbered struct {
	number uint32
	sale
}

// with returns the pack after the changes, which are of its place and sorted by number.
func (p pack) with(changes []numbered) pack {
	after := make(pack, 0, len(p)+perBuyer*len(changes))
	apply := func(until uint64) {
		for len(changes) > 0 && uint64(changes[0].number) < until {
			if changes[0].paidFen != 0 {
				after = after.add(changes[0].number, changes[0].paidFen)
			}
			changes = changes[1:]
		}
	}
	for number, paidFen := range p.all() {
		apply(uint64(number))
		if len(changes) > 0 && changes[0].number == number {
			continue // The change takes its place, in the next turn.
		}
		after = after.add(number, paidFen)
	}
	apply(math.MaxUint64)
	return after
}

// byNumber holds something of each buyer. It grows as they are met.
type byNumber[T any] []T

func (b *byNumber[T]) at(number uint32) *T {
	if n := int(number) + 1; n > len(*b) {
		*b = append(*b, make([]T, n-len(*b))...)
	}
	return &(*b)[number]
}
