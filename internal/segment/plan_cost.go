package segment

import (
	"cmp"
	"slices"
)

// Costs of tests, by how many rows are looked at for all customers together.
const (
	costOfFigure = iota
	costOfOccasion
	costOfEvents // Of a span of time.
	costOfChoice // Of tags and choices.
	costOfRefunds
	costOfOther
	costOfOrders
	costOfLines
	costOfNot // Of what is also passed by who has no such rows: it leaves most customers, whatever it costs.
)

// cost returns the cost of a test, by which the tests of a conjunction are ordered.
func cost(p plan) int {
	switch p.op {
	case noneOf:
		if cost(p.kids[0]) == costOfFigure {
			return costOfFigure
		}
		return costOfNot
	case anyOf:
		return dearest(p.kids)
	case allOf: // Of the others, if there are others.
		if some := slices.DeleteFunc(slices.Clone(p.kids), func(kid plan) bool { return cost(kid) == costOfNot }); len(some) > 0 {
			return dearest(some)
		}
		return costOfNot
	}
	switch l := p.leaf.(type) {
	case figure:
		return costOfFigure
	case aggregate:
		return l.cost()
	case occasion:
		if !l.born {
			return costOfOccasion
		}
	case holding:
		if l.choices != nil {
			return costOfChoice
		}
	}
	return costOfOther
}

func (a aggregate) cost() int {
	switch {
	case a.admitsNothing():
		return costOfNot
	case a.of == ofLines:
		return costOfLines
	case a.of == ofOrders:
		return costOfOrders
	case a.of == ofRefunds:
		return costOfRefunds
	case a.span.since.IsZero():
		return costOfOther
	}
	return costOfEvents
}

// rank is the order in which the tests of a conjunction are made: first those that figures may decide.
func rank(p plan) int {
	if hasFigure(p) {
		return cost(p) - costOfNot
	}
	return cost(p)
}

// hasFigure says whether a figure is among the tests.
func hasFigure(p plan) bool {
	if p.op != isLeaf {
		return slices.ContainsFunc(p.kids, hasFigure)
	}
	_, ok := p.leaf.(figure)
	return ok
}

func dearest(kids []plan) int {
	return cost(slices.MaxFunc(kids, func(a, b plan) int { return cmp.Compare(cost(a), cost(b)) }))
}
