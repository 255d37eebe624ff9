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
	Seed      uint64         `json:"seed"`
	Customers int            `json:"customers"`
	Styles    int            `json:"styles"`
	Days      int            `json:"days"`  // Days of history before Until.
	Pace      float64        `json:"pace"`  // Pace is how often customers come, and how faithful they are, against ordinary ones.
	Until     time.Time      `json:"until"` // Until is the present of the chain when it is founded.
	Zone      *time.Location `json:"-"`
}

// Default returns the chain of `shuke demo`: 8,000 customers, 600 styles, eighteen months.
func Default(until time.Time, zone *time.Location) Options {
	return Options{Seed: 20261124, Customers: 8000, Styles: 600, Days: 548, Pace: 1, Until: until, Zone: zone}
}

// Busy returns a chain for measurements: a customer buys about ten times, so that 100,000 of them make a
// million orders.
func Busy(customers int, until time.Time, zone *time.Location) Options {
	o := Default(until, zone)
	o.Customers, o.Pace = customers, 2.35
	return o
}

// today is the last day of the history.
func (o Options) today() cal.Day { return cal.DayOf(o.Until, o.Zone) }

// source returns the random numbers of one part of the chain, so that a change in one part leaves the
// others as they were.
func (o Options) source(part, n int) *rand.Rand {
	return rand.New(rand.NewPCG(o.Seed, uint64(part)<<40|uint64(n)))
}

// sourceOn returns the random numbers of one part on one day.
func (o Options) sourceOn(part, n int, day cal.Day) *rand.Rand {
	return rand.New(rand.NewPCG(o.Seed+uint64(day.Number())*0x9e3779b97f4a7c15, uint64(part)<<40|uint64(n)))
}

// Parts of the chain that have random numbers of their own.
const (
	partStyles = iota + 1
	partPerson
	partLife
	partTwin
	partKnown
	partVisit
	partBrowse
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
