package privacy

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/shuke-crm/shuke/internal/platform/id"
)

// TestStricter_is_the_same_in_any_order: three records of one person give one answer, whichever two are
// brought together first.
func TestStricter_is_the_same_in_any_order(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) State {
			n := rapid.Int64Range(0, 3).Draw(t, name)
			return State{Given: rapid.Bool().Draw(t, name+" given") && n > 0, ConsentID: id.Of[consentKind](n), SinceAt: time.UnixMilli(n)}
		}
		a, b, c := draw("a"), draw("b"), draw("c")
		left, right := Stricter(Stricter(a, b), c), Stricter(a, Stricter(b, c))
		if left.Given != right.Given || left.Silent() != right.Silent() {
			t.Fatalf("(a,b),c = %+v, a,(b,c) = %+v", left, right)
		}
		if other := Stricter(b, a); other.Given != Stricter(a, b).Given {
			t.Fatalf("a,b = %+v, b,a = %+v", Stricter(a, b), other)
		}
		for _, one := range []State{a, b} {
			if !one.Silent() && !one.Given && Stricter(a, b).Given {
				t.Fatalf("a withdrawal was lost: %+v and %+v", a, b)
			}
		}
	})
}

// TestFold_of_one_customer_is_her_last_word whatever the order the entries are read in.
func TestFold_of_one_customer_is_her_last_word(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var entries []Consent
		for n := range rapid.Int64Range(1, 8).Draw(t, "entries") {
			entries = append(entries, Consent{
				ID: id.Of[consentKind](n + 1), CustomerID: 1, Channel: SMS, Purpose: Marketing,
				Given: rapid.Bool().Draw(t, "given"), HappenedAt: time.UnixMilli(n),
			})
		}
		last := entries[len(entries)-1]
		got := fold(1, rapid.Permutation(entries).Draw(t, "order"), nil)[topic{SMS, Marketing}]
		if got != last.state() {
			t.Fatalf("fold = %+v, want %+v", got, last.state())
		}
	})
}
