package segment

import (
	"slices"
	"strconv"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// buyer is what RFM looks at in a customer who bought.
type buyer struct {
	lastOn  cal.Day // lastOn is the day of her last purchase.
	days    int64   // days is the number of days on which she bought.
	paidFen int64
}

// Edges cut the buyers into fifths by each of recency, frequency and monetary. They are quantiles
// between whole numbers, so each is kept exactly, as a number of fifths.
type Edges struct {
	Recency   [4]int64 `json:"recency"`   // Recency is in fifths of a day since the last purchase.
	Frequency [4]int64 `json:"frequency"` // Frequency is in fifths of a purchase day.
	Monetary  [4]int64 `json:"monetary"`  // Monetary is in fifths of a fen.
}

// EdgesView shows edges in days, purchase days and fen. They are statistics and may have fractions.
type EdgesView struct {
	RecencyDays [4]float64 `json:"recency_days"`
	Frequency   [4]float64 `json:"frequency"`
	MonetaryFen [4]float64 `json:"monetary_fen"`
}

// View returns the edges as they are shown.
func (e Edges) View() EdgesView {
	var v EdgesView
	for i := range 4 {
		v.RecencyDays[i] = float64(e.Recency[i]) / 5
		v.Frequency[i] = float64(e.Frequency[i]) / 5
		v.MonetaryFen[i] = float64(e.Monetary[i]) / 5
	}
	return v
}

// Scores are the three marks of a buyer, each from 1 to 5; the zero Scores are those of a customer who
// never bought.
type Scores struct{ R, F, M int64 }

// String returns the scores as the name of a cell of the map, such as "543".
func (s Scores) String() string { return strconv.FormatInt(100*s.R+10*s.F+s.M, 10) }

// score marks a buyer. A score is one more than the number of edges strictly below the value; recency
// is reversed, since fewer days are better.
func (e Edges) score(b buyer, asOf cal.Day) Scores {
	if b.days == 0 {
		return Scores{}
	}
	return Scores{
		R: 5 - edgesBelow(e.Recency, recency(b.lastOn, asOf)),
		F: 1 + edgesBelow(e.Frequency, b.days),
		M: 1 + edgesBelow(e.Monetary, b.paidFen),
	}
}

func edgesBelow(edges [4]int64, value int64) (n int64) {
	for _, e := range edges {
		if 5*value > e {
			n++
		}
	}
	return n
}

// recency returns the whole days from the last purchase to asOf. A purchase dated later than asOf, by a
// till whose clock is ahead, is of that day.
func recency(lastOn, asOf cal.Day) int64 { return int64(max(0, asOf.Sub(lastOn))) }

// edgesOf returns the edges of the buyers on a day: the quantiles at 20, 40, 60 and 80 % with linear
// interpolation, type 7 of Hyndman and Fan, which is the default of R.
func edgesOf(buyers []buyer, asOf cal.Day) Edges {
	column := make([]int64, len(buyers))
	of := func(value func(buyer) int64) [4]int64 {
		for i, b := range buyers {
			column[i] = value(b)
		}
		slices.Sort(column)
		return quintiles(column)
	}
	return Edges{
		Recency:   of(func(b buyer) int64 { return recency(b.lastOn, asOf) }),
		Frequency: of(func(b buyer) int64 { return b.days }),
		Monetary:  of(func(b buyer) int64 { return b.paidFen }),
	}
}

func quintiles(sorted []int64) (edges [4]int64) {
	for k := range edges {
		edges[k] = quantile(sorted, int64(k+1), 5)
	}
	return edges
}

// quantile returns part/of of the way through the sorted values, type 7, in units of 1/of.
func quantile(sorted []int64, part, of int64) int64 {
	if len(sorted) == 0 {
		return 0
	}
	at := int64(len(sorted)-1) * part
	below, rest := at/of, at%of
	q := of * sorted[below]
	if rest > 0 {
		q += rest * (sorted[below+1] - sorted[below])
	}
	return q
}

// Report is RFM as of a day.
type Report struct {
	AsOf      cal.Day                     `json:"as_of"`
	Customers int64                       `json:"customers" doc:"Customers who had bought by that day."`
	PaidFen   int64                       `json:"paid_fen"`
	Counts    map[string]map[string]int64 `json:"counts" doc:"For R, F and M: customers by score."`
	Cells     map[string]int64            `json:"cells" doc:"Customers by cell, such as 555."`
	Edges     EdgesView                   `json:"edges"`
}

// reportOf scores the buyers as of a day and counts them.
func reportOf(buyers []buyer, asOf cal.Day) Report {
	edges := edgesOf(buyers, asOf)
	r := Report{
		AsOf: asOf, Customers: int64(len(buyers)), Edges: edges.View(), Cells: map[string]int64{},
		Counts: map[string]map[string]int64{"R": noScores(), "F": noScores(), "M": noScores()},
	}
	for _, b := range buyers {
		s := edges.score(b, asOf)
		r.PaidFen += b.paidFen
		r.Cells[s.String()]++
		r.Counts["R"][strconv.FormatInt(s.R, 10)]++
		r.Counts["F"][strconv.FormatInt(s.F, 10)]++
		r.Counts["M"][strconv.FormatInt(s.M, 10)]++
	}
	return r
}

func noScores() map[string]int64 {
	return map[string]int64{"1": 0, "2": 0, "3": 0, "4": 0, "5": 0}
}
