package insight

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/shuke-crm/shuke/internal/platform/cal"
)

// A pack after changes holds what a map after the same changes holds, in order.
func TestPackWith(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		paid := rapid.MapOf(rapid.Uint32Range(0, 12), rapid.Int64Range(0, 3)) // Few numbers, so that changes meet.
		var p pack
		want := map[uint32]int64{}
		for range 3 {
			var changes []numbered
			some := paid.Draw(t, "changes")
			for n := range uint32(13) {
				if fen, ok := some[n]; ok {
					changes = append(changes, numbered{n, sale{paidFen: fen}})
					want[n] = fen
					if fen == 0 {
						delete(want, n)
					}
				}
			}
			p = p.with(changes)
		}
		got, last := map[uint32]int64{}, -1
		for n, fen := range p.all() {
			if int(n) <= last {
				t.Fatalf("number %d after %d", n, last)
			}
			got[n], last = fen, int(n)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	jan, feb := day(t, "2026-01-02"), day(t, "2026-02-02")
	for _, c := range []struct {
		name                string
		before, after, want []sale
	}{
		{"nothing", []sale{{1, jan, 1, "store", 5}}, []sale{{1, jan, 1, "store", 5}}, nil},
		{"one more", nil, []sale{{1, jan, 1, "store", 5}}, []sale{{1, jan, 1, "store", 5}}},
		{"one that is gone", []sale{{1, jan, 1, "store", 5}, {1, feb, 1, "store", 6}}, []sale{{1, feb, 1, "store", 6}}, []sale{{1, jan, 1, "store", 0}}},
		{"another amount", []sale{{1, jan, 1, "store", 5}}, []sale{{1, jan, 1, "store", 7}}, []sale{{1, jan, 1, "store", 7}}},
		{"another channel", []sale{{1, jan, 1, "store", 5}}, []sale{{1, jan, 1, "online", 5}}, []sale{{1, jan, 1, "online", 5}, {1, jan, 1, "store", 0}}},
	} {
		if diff := cmp.Diff(c.want, differences(c.before, c.after), cmp.AllowUnexported(sale{}), cmp.Comparer(func(a, b cal.Day) bool { return a == b })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
