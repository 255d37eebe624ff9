package privacy

import (
	"cmp"
	"slices"
	"time"
)

// topic is what a state is about.
type topic struct {
	channel Channel
	purpose Purpose
}

// merge is one customer put together with another.
type merge struct {
	survivor, merged int64
	at               time.Time
}

// fold returns where the customer stands, from the entries of the ledger of all customers that were
// merged into her, and of herself. Up to a merge each spoke for herself; at the merge the stricter of
// the two holds; what is said afterwards is said by the one person they are.
func fold(customer int64, entries []Consent, merges []merge) map[topic]State {
	type step struct {
		at    time.Time
		entry *Consent
		merge *merge
	}
	var steps []step
	for i := range entries {
		steps = append(steps, step{at: entries[i].HappenedAt, entry: &entries[i]})
	}
	for i := range merges {
		steps = append(steps, step{at: merges[i].at, merge: &merges[i]})
	}
	slices.SortStableFunc(steps, func(a, b step) int {
		if c := a.at.Compare(b.at); c != 0 || a.entry == nil || b.entry == nil {
			return c
		}
		return cmp.Compare(a.entry.ID.Int64(), b.entry.ID.Int64())
	})
	survivor := map[int64]int64{}
	states := map[int64]map[topic]State{customer: {}}
	of := func(c int64) map[topic]State {
		for survivor[c] != 0 {
			c = survivor[c]
		}
		if states[c] == nil {
			states[c] = map[topic]State{}
		}
		return states[c]
	}
	for _, s := range steps {
		if s.entry != nil {
			of(s.entry.CustomerID)[topic{s.entry.Channel, s.entry.Purpose}] = s.entry.state()
			continue
		}
		into, from := of(s.merge.survivor), of(s.merge.merged)
		for t, state := range from {
			into[t] = Stricter(into[t], state)
		}
		survivor[s.merge.merged] = s.merge.survivor
	}
	return states[customer]
}

// state is where the topic of the entry stands after it.
func (c Consent) state() State {
	return State{c.Channel, c.Purpose, c.Given, c.ID, c.TextID, c.HappenedAt}
}
