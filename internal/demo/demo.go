// Package demo makes a clothing chain to try Shuke on: shops, staff, styles, customers, and months of
// sales with seasons, returns and notes, all from one seed. What it makes enters through the same
// services as a till's sales; nothing is written past them. The people are invented; phone numbers
// are of a range that is not given out.
package demo

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// Options say how large the chain is. The zero value is not usable; start from Default.
type Options struct {
	Seed      uint64
	Customers int
	Styles    int
	Days      int       // Days of history before Until.
	Until     time.Time // Until is the present of the chain.
	Zone      *time.Location
}

// Default returns the chain of `shuke demo`: 8,000 customers, 600 styles, eighteen months.
func Default(until time.Time, zone *time.Location) Options {
	return Options{Seed: 20261124, Customers: 8000, Styles: 600, Days: 548, Until: until, Zone: zone}
}

// today is the last day of the history.
func (o Options) today() cal.Day { return cal.DayOf(o.Until, o.Zone) }

// source returns the random numbers of one part of the chain, so that a change in one part leaves the
// others as they were.
func (o Options) source(part, n int) *rand.Rand {
	return rand.New(rand.NewPCG(o.Seed, uint64(part)<<40|uint64(n)))
}

// Parts of the chain that have random numbers of their own.
const (
	partStyles = iota + 1
	partPerson
	partLife
	partTwin
	partKnown
)

// pick returns one of the choices.
func pick[T any](r *rand.Rand, choices []T) T { return choices[r.IntN(len(choices))] }

// weighted returns the index of a weight, with a chance in proportion to it.
func weighted(r *rand.Rand, weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	x := r.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// logNormal returns a number around the median with the spread sigma of its logarithm.
func logNormal(r *rand.Rand, median, sigma float64) float64 {
	return median * math.Exp(r.NormFloat64()*sigma)
}
