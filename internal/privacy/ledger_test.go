package privacy

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/shuke-crm/shuke/internal/event"
	"github.com/shuke-crm/shuke/internal/platform/db"
	"github.com/shuke-crm/shuke/internal/platform/db/dbtest"
	"github.com/shuke-crm/shuke/internal/platform/id"
)

type mergedFact mergeFact

func (mergedFact) FactKind() event.Kind { return customerMerged }

type unmergedFact mergeFact

func (unmergedFact) FactKind() event.Kind { return customerUnmerged }

// TestStates_are_what_the_ledger_says after any life of four customers: acts that arrive late, the same
// said twice, merges and merges undone.
func TestStates_are_what_the_ledger_says(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	log := event.New(d)
	c := &Consents{Log: log}
	c.Register(log)
	log.Declare(event.Doc{Fact: mergedFact{}}, event.Doc{Fact: unmergedFact{}})
	lives := int64(0)
	rapid.Check(t, func(r *rapid.T) {
		lives++ // Each life has customers of its own.
		update := func(fn func(ctx context.Context, tx *db.Tx) error) {
			if err := d.Update(t.Context(), fn); err != nil {
				r.Fatal(err)
			}
			if err := d.MoveClock(t.Context(), time.Minute); err != nil {
				r.Fatal(err)
			}
		}
		var text Text
		update(func(ctx context.Context, tx *db.Tx) (err error) {
			text, err = c.PublishText(ctx, tx, Marketing, AnyChannel, "yes")
			return err
		})
		live, merges := []int64{lives*10 + 1, lives*10 + 2, lives*10 + 3, lives*10 + 4}, [][2]int64{}
		for n := range rapid.IntRange(1, 12).Draw(r, "steps") {
			switch what := rapid.IntRange(0, 5).Draw(r, "what"); {
			case what == 0 && len(live) > 1:
				pair := rapid.Permutation(live).Draw(r, "pair")
				survivor, other := pair[0], pair[1]
				live = remove(live, other)
				merges = append(merges, [2]int64{survivor, other})
				fact := mergedFact{id.Of[customerKind](survivor), id.Of[customerKind](other), fmt.Appendf(nil, `"m%d_%d"`, lives, len(merges))}
				update(func(ctx context.Context, tx *db.Tx) error { return log.Append(ctx, tx, event.Entry{Fact: fact}) })
			case what == 1 && len(merges) > 0:
				last := merges[len(merges)-1]
				fact := unmergedFact{id.Of[customerKind](last[0]), id.Of[customerKind](last[1]), fmt.Appendf(nil, `"m%d_%d"`, lives, len(merges))}
				live, merges = append(live, last[1]), merges[:len(merges)-1]
				update(func(ctx context.Context, tx *db.Tx) error { return log.Append(ctx, tx, event.Entry{Fact: fact}) })
			default:
				a := Act{
					CustomerID: rapid.SampledFrom(live).Draw(r, "customer"), Channel: SMS, Purpose: Marketing, Given: rapid.Bool().Draw(r, "given"),
					TextID: text.ID, Evidence: Evidence{How: "test"}, HappenedAt: d.Now().Add(-time.Duration(rapid.IntRange(0, n+1).Draw(r, "ago")) * time.Minute),
				}
				update(func(ctx context.Context, tx *db.Tx) error { return c.Record(ctx, tx, a) })
			}
			update(func(ctx context.Context, tx *db.Tx) error {
				before, err := c.CurrentMany(ctx, tx, live)
				if err != nil {
					return err
				}
				for _, customer := range live {
					if err := refreshStates(ctx, tx, customer); err != nil {
						return err
					}
				}
				after, err := c.CurrentMany(ctx, tx, live)
				if diff := cmp.Diff(after, before, cmp.Comparer(func(a, b State) bool { return a == b })); diff != "" {
					r.Fatalf("states are not what the ledger says (-ledger +states):\n%s", diff)
				}
				return err
			})
		}
	})
}

func remove(list []int64, one int64) (rest []int64) {
	for _, n := range list {
		if n != one {
			rest = append(rest, n)
		}
	}
	return rest
}
